//! Against the real shells: what each of them makes of a rendered line is what the plan says.

use std::process::{Command, Stdio};

use proptest::prelude::*;

use super::super::plan;
use super::*;

/// Login shells that an asset may have, and how a command is given to each: as sshd does.
const SHELLS: &[&str] = &["sh", "bash", "dash", "zsh", "fish", "tcsh", "bsd-csh", "mksh", "ksh93", "busybox"];

struct Ran {
    out: String,
    err: String,
}

/// What `/bin/sh` may be, instead of the one that is here.
const STANDARD_SHELLS: &[&str] = &["dash", "bash --posix", "ksh93", "mksh", "busybox sh", "zsh --emulate sh"];

/// As sshd runs a command for a login with this shell.
fn run(shell: &str, command: &str, locale: &str) -> Ran {
    let mut program = Command::new(shell);
    if shell == "busybox" {
        program.arg("sh");
    }
    program.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", "/nonexistent").env("LC_ALL", locale);
    let program = program.arg("-c").arg(command).stdin(Stdio::null());
    let output = program.output().unwrap_or_else(|error| panic!("{shell}: {error}: run tools/test-needs"));
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    Ran { out: text(&output.stdout), err: text(&output.stderr) }
}

/// What a program is given, by every login shell.
fn words_in_every_shell(line: &str, directory: Option<&Directory>, expected: &[String]) {
    let command = render(&plan(line).unwrap(), directory);
    for (shell, locale) in SHELLS.iter().zip(["C", "C.UTF-8"].iter().cycle()) {
        let Ran { out, err } = run(shell, &command, locale);
        let words: Vec<&str> = out.split_terminator('\0').collect();
        assert_eq!(words, expected, "{shell} of {line:?}: {command}\n{err}");
    }
    for standard in STANDARD_SHELLS {
        let Ran { out, err } = run("sh", &with(standard, &command), "C.UTF-8");
        let words: Vec<&str> = out.split_terminator('\0').collect();
        assert_eq!(words, expected, "{standard} of {line:?}: {command}\n{err}");
    }
}

/// The same command with another `/bin/sh`.
fn with(standard: &str, command: &str) -> String {
    command.replacen("/bin/sh", standard, 1)
}

/// By every login shell, and by whatever may be `/bin/sh`.
fn everywhere(command: &str) -> impl Iterator<Item = (&'static str, Ran)> {
    let logins = SHELLS.iter().map(|shell| (*shell, run(shell, command, "C")));
    let standards: Vec<_> =
        STANDARD_SHELLS.iter().map(|sh| (*sh, run("sh", &with(sh, command), "C"))).collect();
    logins.chain(standards)
}

/// A line that has a program print its words, each with a NUL behind it.
fn printing(words: &str) -> String {
    format!("printf '%s\\0' {words}")
}

#[test]
fn every_shell_reads_every_character_alike() {
    let nasty = [
        "'", "\\", "!", "a!b", "!!", "'!'", "\\\\", "\\'", "\\n", "a\\", "\"", "$HOME", "`id`", "$(id)", "~",
        "~root", "=ls", "%1", "^a^b", "*", "?", "[a]", "{a,b}", "{}", "#x", "a b", "", "(x)", "<", ">x", "|",
        ";", "&", "&&", "-n", "--", "a=b", "中文", "é", "👍", "@x", ":", "\\0", "%s", "$", "\\$", "'\\''",
        "!-1", "a\\!b", "{1..3}", "\\x41", "\\u4e2d",
    ];
    let line = printing(&nasty.map(always).join(" "));
    words_in_every_shell(&line, None, &nasty.map(str::to_owned));
}

/// A word, written in one of the ways that a person may write it.
fn written(word: &str, way: u8) -> String {
    match way % 3 {
        0 => always(word),
        1 if !word.is_empty() => word.chars().map(|c| format!("\\{c}")).collect(),
        _ => {
            let escaped =
                word.chars().map(|c| if "\"\\$`".contains(c) { format!("\\{c}") } else { c.into() });
            format!("\"{}\"", escaped.collect::<String>())
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn words_arrive_as_they_were_written(
        words in prop::collection::vec(("[ -~中é👍'!\\\\$`\"*?~{}]{0,12}", any::<u8>()), 1..40),
    ) {
        let line: Vec<String> = words.iter().map(|(word, way)| written(word, *way)).collect();
        let expected: Vec<String> = words.into_iter().map(|(word, _)| word).collect();
        let line = printing(&line.join(" "));
        prop_assume!(line.len() < crate::terminal::editor::MAX_LINE);
        words_in_every_shell(&line, None, &expected);
    }

    #[test]
    fn whatever_is_understood_reads_the_same_as_it_is_judged(line in "[a-z *?'\"\\\\|;&=~!\\[\\]-]{0,40}") {
        if let Ok(read) = plan(&line) {
            prop_assert_eq!(plan(&read.to_string()), Ok(read));
        }
    }

    /// The judge's words are the shell's: `sh` itself reads the judged text to the same words.
    #[test]
    fn the_judged_text_means_what_runs(words in prop::collection::vec("[ -~中]{0,8}", 1..20)) {
        let line = printing(&words.iter().map(|word| always(word)).collect::<Vec<_>>().join(" "));
        let judged = plan(&line).unwrap().to_string();
        for shell in ["dash", "bash"] {
            let out = run(shell, &judged, "C.UTF-8").out;
            prop_assert_eq!(out.split_terminator('\0').collect::<Vec<_>>(), words.clone());
        }
    }
}

/// A directory with files whose names are traps.
fn traps() -> (tempfile::TempDir, Directory) {
    let dir = tempfile::tempdir().unwrap();
    for name in
        ["-rf", "--help", "a.log", "b c.log", "'q'.log", "!x.log", "$(touch MARK).log", "*.log", "[a]x"]
    {
        std::fs::write(dir.path().join(name), "").unwrap();
    }
    let directory = Directory::parse(dir.path().to_str().unwrap()).unwrap();
    (dir, directory)
}

fn sorted(words: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    words.sort();
    words
}

#[test]
fn wildcards_find_files_and_make_no_options() {
    let (_keep, directory) = traps();
    let cases: &[(&str, &[&str])] = &[
        ("?rf", &["./-rf"]),
        ("[-]rf", &["./-rf"]),
        ("''*help", &["./--help"]),
        ("'['*", &["[a]x"]),
        ("a*", &["a.log"]),
        ("'*'.log", &["*.log"]),
        ("[!a-z]x*", &["./!x.log"]),
        ("no*thing", &["no*thing"]),
        ("*.log", &["./!x.log", "./$(touch MARK).log", "./'q'.log", "./*.log", "./a.log", "./b c.log"]),
    ];
    for (words, expected) in cases {
        let command = render(&plan(&printing(words)).unwrap(), Some(&directory));
        for (shell, Ran { out, err }) in everywhere(&command) {
            let found = sorted(&out.split_terminator('\0').collect::<Vec<_>>());
            assert_eq!(found, sorted(expected), "{shell} of {words}: {err}");
        }
    }
}

#[test]
fn lists_and_pipes_do_what_they_say() {
    let cases = [
        ("echo a | tr a b", "b\n"),
        ("true && echo a || echo b", "a\n"),
        ("false && echo a || echo b; echo c", "b\nc\n"),
        ("false || true && printf x | cat; printf y", "xy"),
        ("printf a;", "a"),
    ];
    for (line, expected) in cases {
        let command = render(&plan(line).unwrap(), Directory::parse("/tmp").as_ref());
        for (shell, Ran { out, err }) in everywhere(&command) {
            assert_eq!(out, expected, "{shell} of {line}: {err}");
        }
    }
}

#[test]
fn nothing_runs_where_the_directory_is_gone() {
    let command = render(&plan("echo a; echo b").unwrap(), Directory::parse("/no/such/directory").as_ref());
    for (shell, Ran { out, err }) in everywhere(&command) {
        assert_eq!(out, "", "{shell}");
        assert!(err.contains("/no/such/directory"), "{shell}: {err}");
    }
}

/// Builtins that run a part of their arguments are programs here, or nothing.
#[test]
fn no_builtin_function_or_alias_is_ever_meant() {
    let dir = tempfile::tempdir().unwrap();
    let directory = Directory::parse(dir.path().to_str().unwrap());
    let lines = [
        "printf -v 'a[$(touch MARK)]' x",
        "test -v 'a[$(touch MARK)]'",
        "'[' -v 'a[$(touch MARK)]' ']'",
        "test 'a[$(touch MARK)]' -eq 0",
        "kill -s 'a[$(touch MARK)]' 1",
        "echo 'a[$(touch MARK)]'",
        "cat '<(touch MARK)'",
        "type x",
        "logger -- ';touch MARK'",
    ];
    for line in lines {
        let command = render(&plan(line).unwrap(), directory.as_ref());
        for (shell, _) in everywhere(&command) {
            assert!(!dir.path().join("MARK").exists(), "{shell} of {line}");
        }
    }
}

/// As long as a line may be, and as costly to quote.
#[test]
fn the_longest_line_is_read_whole() {
    let words = vec!["'".repeat(10); 70];
    let line = printing(&words.iter().map(|word| always(word)).collect::<Vec<_>>().join(" "));
    assert!(line.len() < crate::terminal::editor::MAX_LINE && line.len() > 2800, "{}", line.len());
    let command = render(&plan(&line).unwrap(), None);
    for shell in SHELLS {
        let Ran { out, err } = run(shell, &command, "C");
        let read = out.split_terminator('\0').eq(words.iter().map(String::as_str));
        // The csh of BSD has room for a thousand characters, and runs nothing that is longer.
        assert!(
            read || *shell == "bsd-csh" && err.contains("Word too long") && out.is_empty(),
            "{shell}: {err}"
        );
    }
}

#[test]
fn pagers_editors_and_shells_are_disarmed() {
    let command = render(&plan("env").unwrap(), None);
    let out = run("sh", &command, "C").out;
    for variable in
        ["PAGER=cat", "SYSTEMD_PAGER=cat", "LESSSECURE=1", "EDITOR=false", "VISUAL=false", "SHELL=/bin/false"]
    {
        assert!(out.lines().any(|line| line == variable), "{variable} in {out}");
    }
}

#[test]
fn a_directory_is_found_by_any_shell() {
    let (keep, directory) = traps();
    let real = keep.path().canonicalize().unwrap();
    let nasty = real.join("it's !a \\b $HOME");
    std::fs::create_dir(&nasty).unwrap();
    std::fs::create_dir(real.join("-")).unwrap();
    let cases = [
        ("it's !a \\b $HOME", nasty.clone()),
        ("-", real.join("-")),
        ("..", real.parent().unwrap().to_owned()),
    ];
    for (path, expected) in cases {
        for shell in SHELLS {
            let Ran { out, err } = run(shell, &directory_of(Some(path), Some(&directory)), "C");
            let found =
                Directory::printed(out.as_bytes()).unwrap_or_else(|| panic!("{shell}: {out:?} {err}"));
            assert_eq!(found.as_str(), expected.to_str().unwrap(), "{shell}");
        }
    }
    for shell in SHELLS {
        assert_eq!(
            run(shell, &directory_of(Some("a.log"), Some(&directory)), "C").out,
            "",
            "{shell}: no directory"
        );
        assert_eq!(run(shell, &directory_of(None, None), "C").out.lines().count(), 1, "{shell}");
    }
}
