//! What a command runs in its turn: `sudo`, `env`, `sh -c`, `find -exec`, `ssh HOST` and their like.
//!
//! Which programs these are, and which of their options take a value, is a table ([`table`],
//! `wrappers.toml`). Wrapper and wrapped are both kept, and both judged.

mod options;
mod sed;
mod table;
#[cfg(test)]
mod tests;
mod variables;

use super::Place;
use super::opaque::Why;
use super::read::Found;
use super::simple::{Input, Program, Simple};
use super::word::{Piece, Word};
use options::Given;
use table::{Runs, Wrapper};
pub(super) use variables::named;

/// Wrappers around each other.
const DEEPEST: usize = 16;

/// Whether the table can be read.
pub(super) fn check() -> Result<(), toml::de::Error> {
    table::check()
}

/// Whether this program runs others.
pub fn is_wrapper(program: &str) -> bool {
    table::wrapper(program).is_some()
}

/// Whether this program runs others in an environment that its words change.
pub fn sets_variables(program: &str) -> bool {
    table::wrapper(program).is_some_and(|wrapper| wrapper.assigns)
}

/// Keeps a command, and what it runs.
pub(super) fn run(mut simple: Simple, found: &mut Found) {
    if let Some(wrapper) = simple.program.name().and_then(table::wrapper) {
        simple.own = simple.args.len() - behind_own(&simple.args, wrapper).len();
    }
    let at = found.reading.commands.len();
    found.reading.commands.push(simple.clone());
    for assignment in &simple.assignments {
        variables::set(&assignment.name, &assignment.value, &simple.source, found);
    }
    match &simple.program {
        Program::Nothing => {}
        Program::Unknown => found.opaque(Why::Program),
        Program::Named { name, .. } => {
            named(name, &simple.args, found);
            if let Some(wrapper) = table::wrapper(name) {
                one_deeper(found, |found| unwrap(&simple, at, wrapper, found));
            }
        }
    }
}

/// A command that runs what it reads: its input is known now.
pub(super) fn feed(simple: &Simple, found: &mut Found) {
    let Some(wrapper) = simple.program.name().and_then(table::wrapper) else { return };
    match (&simple.input, wrapper.runs) {
        (Input::Inherited, Runs::Client) => {}
        (Input::Here(body), Runs::Client) if !is_opaque(body, wrapper) => {}
        (_, Runs::Client) => found.opaque(Why::Code),
        (Input::Here(body), _) => text(std::slice::from_ref(body), &Input::Elsewhere, found),
        // At a terminal that is what is typed next, and judged.
        (Input::Inherited, runs) if runs != Runs::Fed && found.place == Place::Terminal => {}
        _ => found.opaque(Why::Code),
    }
}

/// Whether one of these, told to the program at a prompt of its own, has it run what is not read.
pub(super) fn runs_what_it_is_told(program: &str, told: &[String]) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    table::wrapper(name).is_some_and(|wrapper| {
        wrapper.runs != Runs::Client || told.iter().any(|told| is_opaque(&Word::text(told), wrapper))
    })
}

fn one_deeper(found: &mut Found, what: impl FnOnce(&mut Found)) {
    if found.codes >= DEEPEST {
        return found.opaque(Why::TooDeep);
    }
    found.codes += 1;
    what(found);
    found.codes -= 1;
}

/// The words of the command that a wrapper runs, if these are words.
fn behind_own<'w>(args: &'w [Word], wrapper: &Wrapper) -> &'w [Word] {
    match wrapper.runs {
        Runs::Words | Runs::Text => operands(options::split(args, wrapper).rest, wrapper),
        _ => &[],
    }
}

/// `at`: its place among the commands.
fn unwrap(simple: &Simple, at: usize, wrapper: &Wrapper, found: &mut Found) {
    let given = options::split(&simple.args, wrapper);
    // Many interpreters go on after they have said their version.
    if given.has(&wrapper.harmless) && (wrapper.runs != Runs::Interpreter || simple.args.len() == 1) {
        return;
    }
    for code in given.values(&wrapper.code) {
        text(std::slice::from_ref(code), &simple.input, found);
    }
    if given.has(&wrapper.unread) || simple.args.iter().any(|word| is_opaque(word, wrapper)) {
        found.opaque(Why::Code);
    }
    if given.has(&wrapper.words_with) {
        return words(simple, at, wrapper, &options::split_in_front(&simple.args, wrapper), found);
    }
    let gathered = wrapper.gathers && given.has(&wrapper.code) && given.operands > 0;
    if wrapper.most.is_some_and(|most| given.operands > most) || gathered {
        found.opaque(Why::Code);
    }
    if wrapper.again {
        let later = options::split(given.rest.get(1..).unwrap_or_default(), wrapper);
        if later.unsure {
            found.opaque(Why::Program);
        }
        if later.has(&wrapper.code) {
            let read = |code| text(std::slice::from_ref(code), &simple.input, found);
            return later.values(&wrapper.code).for_each(read);
        }
    }
    match wrapper.runs {
        Runs::Nothing if wrapper.bare_shell && !given.has(&wrapper.code) => found.feeds(at),
        Runs::Nothing => {}
        Runs::Words => words(simple, at, wrapper, &given, found),
        Runs::Text => joined(simple, at, wrapper, &given, found),
        Runs::Each => each(simple, wrapper, found),
        Runs::Behind => behind(simple, wrapper, found),
        Runs::Shell => shell(simple, at, &given, wrapper, found),
        Runs::Interpreter => found.opaque(Why::Code),
        Runs::Eval => {
            found.opaque(Why::Eval);
            text(given.rest, &simple.input, found);
        }
        Runs::Earlier => found.opaque(Why::History),
        Runs::First => text(given.rest.get(..1).unwrap_or_default(), &Input::Elsewhere, found),
        Runs::Aliases => aliases(given.rest, found),
        Runs::Variables => {
            given.rest.iter().for_each(|word| variables::assigned(word, &simple.source, found));
        }
        Runs::Sed => scripts(&given, found),
        Runs::Fed | Runs::Client => found.feeds(at),
    }
}

/// Whether it is one of the arguments with which a program runs what is not read.
fn is_opaque(word: &Word, wrapper: &Wrapper) -> bool {
    (word.literal().is_some() || !word.head().is_empty())
        && wrapper.opaque.iter().any(|pattern| super::fit::fits(pattern, word, None) != super::fit::Fit::No)
}

/// The scripts of sed: in its options, or else its first operand.
fn scripts(given: &Given<'_>, found: &mut Found) {
    let names = ["e".to_owned(), "expression".to_owned()];
    let first = given.rest.iter().find(|word| word.is_option() != Some(true)).filter(|_| !given.has(&names));
    let is_known = |word: &Word| word.literal().is_some_and(|script| !sed::runs_programs(script));
    if !given.values(&names).chain(first).all(is_known) {
        found.opaque(Why::Code);
    }
}

/// The words behind the options are a command.
fn words(simple: &Simple, at: usize, wrapper: &Wrapper, given: &Given<'_>, found: &mut Found) {
    if given.unsure {
        found.opaque(Why::Program);
    }
    let mut rest = given.rest;
    if wrapper.assigns {
        let name = |word: &Word| word.head().split_once('=').map(|(name, _)| name.to_owned());
        let assigns = |word: &&Word| name(word).is_some_and(|name| !name.is_empty() && !name.contains('/'));
        // Behind `--` that is a program to some.
        let options = simple.args.len() - rest.len();
        let ended = simple.args.iter().take(options).any(is_end_of_options);
        if ended && rest.first().is_some_and(|first| assigns(&first)) {
            found.opaque(Why::Program);
            run(simple.running(rest), found);
        }
        rest.iter().take_while(assigns).for_each(|word| variables::assigned(word, &simple.source, found));
        rest = rest.get(rest.iter().take_while(assigns).count()..).unwrap_or_default();
    }
    let rest = operands(rest, wrapper);
    if given.has(&wrapper.shell) {
        return if rest.is_empty() { found.feeds(at) } else { text(rest, &simple.input, found) };
    }
    if rest.is_empty() {
        let redirected = wrapper.reads_on && simple.input != Input::Inherited;
        let bare = wrapper.bare_shell && !given.has(&wrapper.code);
        return if bare || redirected {
            found.feeds(at)
        };
    }
    let mut command = rest.to_vec();
    // Inputs of parallel stand behind `:::`.
    let ends = |word: &Word| word.literal().is_some_and(|text| text.starts_with(":::"));
    let until = command.iter().position(ends).filter(|_| simple.program.name() == Some("parallel"));
    command.truncate(until.unwrap_or(command.len()));
    if let Some(mark) = given.values(&wrapper.mark).next().and_then(Word::literal) {
        command = command.iter().map(|word| word.with_unknown_for(mark)).collect();
    } else if wrapper.appends {
        command = command.iter().map(|word| word.with_unknown_for("{}")).collect();
        command.push(Word::unknown());
    }
    if let Some([one]) = wrapper.appends.then(|| command.get(..1).unwrap_or_default())
        && one.written().is_none_or(|text| text.contains(char::is_whitespace))
    {
        return text(&command, &Input::Elsewhere, found);
    }
    let mut command = simple.running(&command);
    if wrapper.feeds_nothing {
        command.input = Input::Elsewhere;
    }
    run(command, found);
}

fn is_end_of_options(word: &Word) -> bool {
    word.literal() == Some("--")
}

/// The words behind the operands that a wrapper takes in front of its command.
fn operands<'w>(words: &'w [Word], wrapper: &Wrapper) -> &'w [Word] {
    let mut rest = words;
    for _ in 0..wrapper.operands {
        rest = rest.get(1..).unwrap_or_default();
        if wrapper.again {
            rest = options::split(rest, wrapper).rest;
        }
    }
    rest
}

/// The words behind the options and operands, joined, are code for a shell.
fn joined(simple: &Simple, at: usize, wrapper: &Wrapper, given: &Given<'_>, found: &mut Found) {
    if given.unsure {
        found.opaque(Why::Program);
    }
    let rest = operands(given.rest, wrapper);
    if rest.is_empty() {
        if wrapper.bare_shell && !given.has(&wrapper.code) {
            found.feeds(at);
        }
        return;
    }
    text(rest, &simple.input, found);
}

/// `find … -exec COMMAND ;`: from such an option to `;`, or to `+` behind `{}`. A word that only may be such an option
/// (`-ex*`, where a file can be called `-exec`) may run anything.
fn each(simple: &Simple, wrapper: &Wrapper, found: &mut Found) {
    let code = |word: &Word| wrapper.code.iter().any(|code| word.may_be(&format!("-{code}")));
    let mut rest = simple.args.as_slice();
    while let Some((at, word)) = rest.iter().enumerate().find(|(_, word)| code(word)) {
        rest = rest.get(at + 1..).unwrap_or_default();
        if word.literal().is_none() {
            found.opaque(Why::Program);
            continue;
        }
        let end = rest.iter().enumerate().position(|(at, word)| match word.literal() {
            Some(";") => true,
            Some("+") => at > 0 && rest.get(at - 1).and_then(Word::literal) == Some("{}"),
            _ => false,
        });
        let (command, after) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or_default();
        let command: Vec<_> = command.iter().map(|word| word.with_unknown_for("{}")).collect();
        if !command.is_empty() {
            run(simple.running(&command), found);
        }
        rest = after;
    }
}

/// `docker exec BOX COMMAND`, `kubectl exec BOX -- COMMAND`: behind a subcommand.
fn behind(simple: &Simple, wrapper: &Wrapper, found: &mut Found) {
    let subcommand = simple.args.iter().position(|word| {
        word.literal().is_some_and(|text| wrapper.subcommands.iter().any(|sub| sub == text))
    });
    let Some(at) = subcommand else { return };
    let args = simple.args.get(at + 1..).unwrap_or_default();
    let separator = args.iter().position(|word| word.literal() == Some("--"));
    let given = options::split(args, wrapper);
    for code in given.values(&wrapper.code) {
        text(std::slice::from_ref(code), &simple.input, found);
    }
    if given.unsure {
        found.opaque(Why::Program);
    }
    let rest = match separator {
        Some(at) => args.get(at + 1..).unwrap_or_default(),
        None => operands(given.rest, wrapper),
    };
    if !rest.is_empty() {
        run(simple.running(rest), found);
    }
}

/// `sh -c CODE`, `sh FILE`, `… | sh`, `sh <<EOF`.
fn shell(simple: &Simple, at: usize, given: &Given<'_>, wrapper: &Wrapper, found: &mut Found) {
    if given.has(&wrapper.shell) {
        // `-c` takes its code behind all other options; a lone dash and `+x` are options, too.
        return match given.rest.split_first() {
            Some((code, _)) if !code.head().starts_with(['-', '+']) => {
                text(std::slice::from_ref(code), &simple.input, found)
            }
            _ => found.opaque(Why::Code),
        };
    }
    if given.unsure || !(given.rest.is_empty() || given.has(&["s"])) {
        return found.opaque(Why::Code);
    }
    found.feeds(at);
}

fn aliases(words: &[Word], found: &mut Found) {
    for word in words {
        match word.head().split_once('=') {
            Some((name, _)) => {
                let code = word.after(&format!("{name}=")).unwrap_or_default();
                text(std::slice::from_ref(&code), &Input::Elsewhere, found);
            }
            None if word.literal().is_none() => found.opaque(Why::Text),
            None => {}
        }
    }
}

/// Words that a shell joins and reads as code; `input` is what the commands in it have.
fn text(words: &[Word], input: &Input, found: &mut Found) {
    let mut code = String::new();
    let mut known = true;
    for (index, word) in words.iter().enumerate() {
        if index > 0 {
            code.push(' ');
        }
        for piece in word.pieces() {
            match piece {
                Piece::Text(text) | Piece::Glob(text) | Piece::Tilde(text) => code.push_str(text),
                Piece::Unknown => {
                    known = false;
                    code.push_str("$_");
                }
            }
        }
    }
    if !known {
        found.opaque(Why::Text);
    }
    one_deeper(found, |found| {
        let (dir, before) = (found.dir.clone(), found.reading.commands.len());
        found.read(&code);
        found.inherit(before, input);
        found.dir = dir;
    });
}
