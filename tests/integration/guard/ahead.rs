//! attack: what is typed ahead into a full-screen program that is busy is read by the program, or judged for the shell
//! behind it.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::time::Duration;

use super::shell::{Kind, Shell};
use crate::harness::{PATIENCE, soon, tool};

/// A silent program is busy for so long: longer than an answer is due, and shorter than the gateway waits for it.
const BUSY: Duration = Duration::from_secs(2);

const FULL: &str = "\x1b[?1049h";

/// A pager that has shown a page, and the end of its pipe: what it searches for does not come.
fn pager(shell: &Shell) -> File {
    let pipe = shell.gateway.path("home/pipe");
    assert!(tool("mkfifo").arg(&pipe).status().unwrap().success());
    let mut input = OpenOptions::new().read(true).write(true).open(pipe).unwrap();
    shell.type_in("cat pipe | less<enter>");
    input.write_all("text\n".repeat(100).as_bytes()).unwrap();
    shell.terminal.expect(FULL);
    shell.terminal.expect("text");
    input
}

fn editor(shell: &Shell) {
    shell.type_in("vi page<enter>");
    shell.terminal.expect(FULL);
    shell.terminal.expect("text");
}

fn has_row(shell: &Shell, command: &str) {
    let row = || shell.judged().iter().any(|(judged, _)| judged == command).then_some(());
    assert!(soon(PATIENCE, row).is_some(), "{command:?} of {:?}", shell.judged());
}

#[test]
fn what_was_typed_ahead_into_a_pager_that_searches_is_judged() {
    for keys in [&["/nosuch\rqevil one\r"][..], &["/nosuch\r", "qevil", " one", "\r"]] {
        for kind in [Kind::Bash, Kind::Dash] {
            let shell = Shell::start(kind);
            let input = pager(&shell);
            for keys in keys {
                shell.terminal.send(keys);
            }
            std::thread::sleep(BUSY);
            drop(input);
            shell.terminal.expect("is not run");
            shell.ran_only(&[]);
            // What was read ahead, a shell without a line editor does not show.
            has_row(&shell, if kind == Kind::Dash { "" } else { "evil one" });
        }
    }
}

/// Ctrl-O of bash runs a line, too.
#[test]
fn a_key_that_runs_a_line_otherwise_waits_as_an_enter_does() {
    let shell = Shell::start(Kind::Bash);
    let input = pager(&shell);
    shell.terminal.send("/nosuch\rqevil one\x0f");
    std::thread::sleep(BUSY);
    drop(input);
    shell.terminal.expect("is not run");
    shell.ran_only(&[]);
    has_row(&shell, "evil one");
}

#[test]
fn what_was_typed_ahead_into_an_editor_that_sleeps_is_judged() {
    let shell = Shell::start(Kind::Bash);
    editor(&shell);
    shell.terminal.send(":sl 2\r:!evil one\r");
    shell.terminal.expect("is not run");
    has_row(&shell, "evil one");
    assert!(shell.new_lines().is_empty(), "{:?}", shell.new_lines());
}

#[test]
fn what_may_run_runs_when_the_editor_has_slept() {
    let shell = Shell::start(Kind::Bash);
    editor(&shell);
    shell.terminal.send(":sl 2\r:!good one\r");
    shell.runs("good|one");
    has_row(&shell, "good one");
}

/// The program is silent for good, and alive: the gateway cannot know.
#[test]
fn what_a_program_never_answers_is_refused_and_told() {
    let shell = Shell::start(Kind::Bash);
    let _input = pager(&shell);
    shell.terminal.send("/nosuch\rqevil one\revil two\r");
    shell.terminal.expect("has not answered what was typed");
    assert!(shell.new_lines().is_empty(), "{:?}", shell.new_lines());
    assert!(shell.judged().contains(&(String::new(), "partial".into())), "{:?}", shell.judged());
}

#[test]
fn lines_that_are_typed_at_once_reach_an_editor() {
    let shell = Shell::start(Kind::Bash);
    shell.type_in("vi written<enter>");
    shell.terminal.expect(FULL);
    shell.terminal.expect("~");
    let text: String = (0..200).map(|line| format!("line {line} of it\n")).collect();
    shell.terminal.send("i");
    shell.terminal.send(&text.replace('\n', "\r"));
    shell.type_in("end<esc>:wq<enter>");
    let written = shell.gateway.path("home/written");
    let whole = || std::fs::read_to_string(&written).ok().filter(|written| written.ends_with("end\n"));
    assert_eq!(soon(PATIENCE * 2, whole).as_deref(), Some(&*format!("{text}end\n")));
    shell.ran_only(&[]);
}
