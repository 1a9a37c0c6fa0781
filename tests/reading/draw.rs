//! Lines drawn at random from the grammar of bash; what is always opaque (`eval`, `coproc`) is left out.

use std::cell::RefCell;
use std::collections::HashMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Made-up programs. Those that begin with `f` fail.
pub(crate) const PROGRAMS: &[&str] = &["pa", "pb", "pc", "pd", "fa", "fb"];

thread_local! {
    static MADE: RefCell<HashMap<(&'static str, u32), BoxedStrategy<String>>> = RefCell::default();
}

/// What is drawn from is made once for each depth: made anew at each place, it would grow without measure.
fn once(what: &'static str, depth: u32, make: fn(u32) -> BoxedStrategy<String>) -> BoxedStrategy<String> {
    if let Some(made) = MADE.with_borrow(|made| made.get(&(what, depth)).cloned()) {
        return made;
    }
    let strategy = make(depth);
    MADE.with_borrow_mut(|made| made.insert((what, depth), strategy.clone()));
    strategy
}

/// A whole line, or several.
pub(crate) fn line() -> impl Strategy<Value = String> {
    list(3)
}

/// A line with some signs put in, taken out or doubled.
pub(crate) fn damaged() -> impl Strategy<Value = String> {
    let signs = select("'\"\\$`(){};&|<> \n#~*?[]!=,-0aE\u{e9}".chars().collect::<Vec<_>>());
    (list(2), vec((any::<prop::sample::Index>(), signs, 0..4_u8), 1..6)).prop_map(|(line, damages)| {
        let mut signs: Vec<char> = line.chars().collect();
        for (at, sign, how) in damages {
            let at = at.index(signs.len() + 1);
            match how {
                0 if at < signs.len() => drop(signs.remove(at)),
                1 if at + 1 < signs.len() => signs.swap(at, at + 1),
                _ => signs.insert(at, sign),
            }
        }
        signs.into_iter().collect()
    })
}

fn list(depth: u32) -> BoxedStrategy<String> {
    once("list", depth, draw_list)
}

fn draw_list(depth: u32) -> BoxedStrategy<String> {
    let signs = select(vec!["; ", " && ", " || ", "\n", " & ", " ;\n", " # a 'comment\n", " &&\n", "\n\n  "]);
    vec((pipeline(depth), signs), 1..4)
        .prop_map(|parts| {
            let last = parts.len() - 1;
            let mut line = String::new();
            for (index, (command, sign)) in parts.into_iter().enumerate() {
                let ended = command.ends_with('\n');
                line.push_str(&command);
                if index < last && !ended {
                    line.push_str(sign);
                }
            }
            line
        })
        .boxed()
}

fn pipeline(depth: u32) -> BoxedStrategy<String> {
    once("pipeline", depth, draw_pipeline)
}

fn draw_pipeline(depth: u32) -> BoxedStrategy<String> {
    let start = select(vec!["", "", "", "", "! ", "time ", "time -p "]);
    let pipe = select(vec![" | ", "|", " |& ", " |\n"]);
    let piped = (start, vec(command(depth), 1..3), pipe)
        .prop_map(|(start, commands, pipe)| format!("{start}{}", commands.join(pipe)));
    prop_oneof![8 => piped, 1 => here_document(depth)].boxed()
}

fn command(depth: u32) -> BoxedStrategy<String> {
    once("command", depth, draw_command)
}

fn draw_command(depth: u32) -> BoxedStrategy<String> {
    if depth == 0 {
        return simple(0);
    }
    prop_oneof![6 => simple(depth), 2 => wrapped(depth - 1), 3 => compound(depth - 1)].boxed()
}

fn compound(depth: u32) -> BoxedStrategy<String> {
    once("compound", depth, draw_compound)
}

fn draw_compound(depth: u32) -> BoxedStrategy<String> {
    let redirection = select(vec!["", "", "", " >/dev/null", " 2>&1", " </dev/null"]);
    let body = || list(depth);
    let text = prop_oneof![
        body().prop_map(|list| format!("({list}\n)")),
        body().prop_map(|list| format!("{{ {list}\n}}")),
        (body(), body(), body()).prop_map(|(a, b, c)| format!("if {a}\nthen {b}\nelse {c}\nfi")),
        (body(), body()).prop_map(|(a, b)| format!("if {a}\nthen {b}\nelif pa; then pb; fi")),
        (body(), body()).prop_map(|(a, b)| format!("while {a}\ndo {b}\nbreak; done")),
        (body(), body()).prop_map(|(a, b)| format!("until {a}\ndo {b}\nbreak\ndone")),
        (words(depth), body()).prop_map(|(words, list)| format!("for i in {words}; do {list}\ndone")),
        (words(depth), body()).prop_map(|(words, list)| format!("for i in {words}\ndo\n{list}\ndone")),
        body().prop_map(|list| format!("for ((i=0; i<2; i++)); do {list}\ndone")),
        (word(depth), pattern(), body(), body()).prop_map(|(word, pattern, a, b)| {
            format!("case {word} in {pattern}) {a}\n;; (x|y) pa;& *) {b}\nesac")
        }),
        body().prop_map(|list| format!("fun() {{ {list}\n}}; fun a b")),
        body().prop_map(|list| format!("function fun {{ {list}\n}}\nfun")),
        body().prop_map(|list| format!("fun() ({list}\n)\nfun")),
        (word(depth), word(depth)).prop_map(|(a, b)| format!("[[ {a} == {b} || ! -n {a} ]]")),
        select(PROGRAMS.to_vec()).prop_map(|name| format!("(( 1 + $({name}) > 0 ))")),
    ];
    (text, redirection).prop_map(|(text, redirection)| text + redirection).boxed()
}

fn here_document(depth: u32) -> BoxedStrategy<String> {
    once("here_document", depth, draw_here_document)
}

fn draw_here_document(depth: u32) -> BoxedStrategy<String> {
    let end = select(vec!["E", "'E'", "\\E", "\"E\"", "-E", "- E", "-'E'"]);
    let inside = vec(prop_oneof![substitution(depth.saturating_sub(1)), "[a-z '\"\\\\]{0,6}"], 0..4);
    let program = prop_oneof![3 => name(), 1 => Just("sh".to_owned()), 1 => Just("bash -s".to_owned())];
    let after =
        prop_oneof![2 => Just(String::new()), 1 => simple(0).prop_map(|command| format!("; {command}"))];
    (program, end, inside, after)
        .prop_map(|(program, end, inside, after)| {
            let code = if program.contains("sh") { "pa x\n".to_owned() } else { inside.join(" ") };
            format!("{program} <<{end}{after}\n{code}\nE\n")
        })
        .boxed()
}

/// A program in front of another.
fn wrapped(depth: u32) -> BoxedStrategy<String> {
    once("wrapped", depth, draw_wrapped)
}

fn draw_wrapped(depth: u32) -> BoxedStrategy<String> {
    let before = select(vec![
        "env ",
        "env -u X ",
        "env A=1 -- ",
        "env -i PATH=$PATH NOTES=$NOTES ",
        "command ",
        "command -p -- ",
        "nice ",
        "nice -n 3 ",
        "nice -3 ",
        "timeout 5 ",
        "timeout -s KILL 5s ",
        "timeout --signal=KILL 5 ",
        "exec ",
        "nohup ",
        "xargs ",
        "xargs -n 2 ",
        "xargs -I X ",
        "xargs -r -0 ",
        "builtin command ",
        "command env ",
        "exec -a zz ",
        "env X=$x ",
        "env X=\"$x\" ",
        "nice -n${x} ",
        "timeout $x ",
    ]);
    let words =
        (before, name(), words(depth)).prop_map(|(before, name, words)| format!("{before}{name} {words}"));
    let shell = select(vec!["sh -c ", "bash -c ", "bash -ec ", "sh -c -- ", "env sh -c ", "bash --norc -c "]);
    let code =
        (shell, list(depth)).prop_map(|(shell, list)| format!("{shell}'{}'", list.replace('\'', "'\\''")));
    // A shell that is fed by something around it.
    let fed = select(vec![
        "sh",
        "bash --norc",
        "env sh",
        "sh -s a",
        "{ sh; }",
        "(sh)",
        "sh -c sh",
        "if true; then sh; fi",
        "{ pa; sh -c 'env sh'; }",
    ]);
    let fed =
        (fed, list(depth)).prop_map(|(fed, list)| format!("{fed} <<<'{}'", list.replace('\'', "'\\''")));
    prop_oneof![3 => words, 1 => code, 1 => fed].boxed()
}

fn simple(depth: u32) -> BoxedStrategy<String> {
    once("simple", depth, draw_simple)
}

fn draw_simple(depth: u32) -> BoxedStrategy<String> {
    let assignment = prop_oneof![
        6 => Just(String::new()),
        1 => word(depth).prop_map(|word| format!("X={word} ")),
        1 => word(depth).prop_map(|word| format!("X+={word} Y= ")),
    ];
    let redirection = prop_oneof![
        6 => Just(String::new()),
        2 => select(vec![">/dev/null ", "2>&1 ", "</dev/null ", "&>/dev/null ", "2>>/dev/null ", "3<&0 ", ">|/dev/null "]).prop_map(str::to_owned),
        1 => word(depth).prop_map(|word| format!("<<<{word} ")),
    ];
    let gap = select(vec![" ", " ", "  ", "\t", " \\\n"]);
    let whole = (assignment, redirection.clone(), name(), gap, words(depth), redirection).prop_map(
        |(assignment, before, name, gap, words, after)| {
            format!("{assignment}{before}{name}{gap}{words} {after}").trim_end_matches(' ').to_owned()
        },
    );
    let alone = prop_oneof![
        substitution(depth).prop_map(|inside| format!("X={inside}")),
        words(depth).prop_map(|words| format!("X=({words})")),
        words(depth).prop_map(|words| format!("declare X=1 {words}")),
        words(depth).prop_map(|words| format!("echo {words}")),
    ];
    prop_oneof![9 => whole, 1 => alone].boxed()
}

/// A program's name, written in some way.
fn name() -> BoxedStrategy<String> {
    let ways =
        select(vec!["@", "@", "@", "'@'", "\"@\"", "\\@", "''@", "@\"\"", "$'@'", "\\\n@", "@''", "#"]);
    (select(PROGRAMS.to_vec()), ways)
        .prop_map(|(name, way)| match way {
            "#" => format!("{}$'\\x{:x}'", &name[..1], name.as_bytes()[1]),
            way => way.replace('@', name),
        })
        .boxed()
}

fn words(depth: u32) -> BoxedStrategy<String> {
    once("words", depth, draw_words)
}

fn draw_words(depth: u32) -> BoxedStrategy<String> {
    vec(word(depth), 0..4).prop_map(|words| words.join(" ")).boxed()
}

fn word(depth: u32) -> BoxedStrategy<String> {
    once("word", depth, draw_word)
}

fn draw_word(depth: u32) -> BoxedStrategy<String> {
    vec(part(depth), 1..4).prop_map(|parts| parts.concat()).boxed()
}

fn part(depth: u32) -> BoxedStrategy<String> {
    once("part", depth, draw_part)
}

fn draw_part(depth: u32) -> BoxedStrategy<String> {
    let plain = prop_oneof![
        4 => "[a-z0-9_./:=%+,-]{1,4}",
        1 => "'[a-z \"$`\\\\#;|&(){}*\n\u{e9}]{0,6}'",
        1 => "\\\\[a-z '\"$`#;|&(){}*<>!~]",
        1 => select(vec!["$'\\x41'", "$'\\101b'", "$'\\u4e2d'", "$'a\\'b'", "$'\\\\'", "$'\\n'", "$'\\e'", "$'\\cA'", "$'\\0'", "$'\\x'", "$'\\q'", "$'\\xff'", "$'a\\0b'c"]).prop_map(str::to_owned),
        1 => select(vec!["{a,b}", "{1..3}", "{a..c}", "x{,y}", "{a,b}{c,d}", "{a", "b}", "{}", "{x}", "{a,{b,c}}", "{1..9..4}", "{01..03}", "{a,b", "{3..1}", "{a..1}", "{-1..1}", "\"{a,b}\"", "{'a,b',c}", "{a,b}..{c", "{{a,b}", "{a,b}}", "${x}{a,b}"]).prop_map(str::to_owned),
        1 => select(vec!["*", "?", "[ab]", "~", "~/x", "[", "]", "[!a]", "a[$x]", "#", "!", "^", "$", "-", "--", "=", "@", "%", "[a b]"]).prop_map(str::to_owned),
        1 => select(vec!["$x", "${x}", "${x:-y}", "${#x}", "$1", "$@", "$*", "$?", "$#", "$$", "${x%%y}", "${x//a/b}", "${x^^}", "${!x}", "$((1+2))", "$[1+2]", "${x:1:2}", "$-", "\"$@\"", "${x:-'}'}", "${x:-\"}\"}", "${x:-{a,b}}"]).prop_map(str::to_owned),
    ];
    let quoted = vec(inside(depth), 0..3).prop_map(|parts| format!("\"{}\"", parts.concat()));
    prop_oneof![6 => plain, 2 => quoted, 2 => substitution(depth)].boxed()
}

/// What stands in double quotes.
fn inside(depth: u32) -> BoxedStrategy<String> {
    once("inside", depth, draw_inside)
}

fn draw_inside(depth: u32) -> BoxedStrategy<String> {
    prop_oneof![
        3 => "[a-z '#;|&(){}*~!]{0,5}",
        1 => select(vec!["\\\"", "\\$", "\\\\", "\\`", "\\a", "\\\n", "$x", "${x:-\"y z\"}", "$'", "$"]).prop_map(str::to_owned),
        // Backquotes with quotes in them are opaque within quotes.
        1 => substitution(depth).prop_map(|text| if text.contains('`') && text.contains('"') { "$x".into() } else { text }),
    ]
    .boxed()
}

fn substitution(depth: u32) -> BoxedStrategy<String> {
    once("substitution", depth, draw_substitution)
}

fn draw_substitution(depth: u32) -> BoxedStrategy<String> {
    if depth == 0 {
        let name = select(PROGRAMS.to_vec());
        return prop_oneof![
            name.clone().prop_map(|name| format!("$({name} s)")),
            name.clone().prop_map(|name| format!("`{name} b`")),
            name.prop_map(|name| format!("${{x:-$({name})}}")),
        ]
        .boxed();
    }
    let nested = || list(depth - 1);
    prop_oneof![
        3 => nested().prop_map(|list| format!("$({list}\n)")),
        2 => nested().prop_map(|list| format!("`{}\n`", list.replace('\\', "\\\\").replace('`', "\\`").replace('$', "\\$"))),
        1 => nested().prop_map(|list| format!("\"$({list}\n)\"")),
        1 => nested().prop_map(|list| format!("${{x:-$({list}\n)}}")),
        1 => select(PROGRAMS.to_vec()).prop_map(|name| format!("$(( 1 + $({name} s) ))")),
        1 => nested().prop_map(|list| format!("$( ( {list}\n) )")),
    ]
    .boxed()
}

fn pattern() -> BoxedStrategy<String> {
    select(vec!["a*", "*", "'x y'|b", "\"$x\"", "[a-c]", "(a"]).prop_map(str::to_owned).boxed()
}
