//! A line that waits for an officer.

use super::{policy, ruled};
use crate::approve::{nothing_waits, waiting};
use crate::guard::shell::{Kind, Shell};
use crate::harness::{PATIENCE, Setup, field};

#[test]
fn a_line_waits_for_an_officer() {
    let shell = ruled("approve");
    let officer = shell.gateway.operator("officer");
    let ask = |line: &str| {
        shell.type_in(&format!("{line}<enter>"));
        shell.terminal.expect("needs an officer's approval: it is evil");
        let request = waiting(&shell.gateway);
        assert_eq!((field(&request, "what"), field(&request, "command")), ("command", line), "{request}");
        field(&request, "approval").to_owned()
    };
    let id = ask("evil one");
    assert!(shell.new_lines().is_empty(), "before anybody agreed");
    shell.gateway.exec(&officer, "", &format!("approve grant {id}")).ok();
    shell.terminal.expect("officer approved it");
    shell.runs("evil|one");
    shell.ran_only(&["evil|one"]);

    let id = ask("evil two");
    shell.gateway.juyong(&["approve", "refuse", &id, "--reason", "not tonight"]).ok();
    shell.terminal.expect("refused it: not tonight");
    shell.ran_only(&["evil|one"]);

    // The word was for once.
    let id = ask("evil one");
    shell.gateway.juyong(&["approve", "refuse", &id]).ok();
    shell.terminal.expect("refused it");
    shell.ran_only(&["evil|one"]);

    shell.answered("evil two", "refused");
    let answers = shell.logged("evil one");
    let answers: Vec<_> = answers.iter().map(|row| field(row, "answer")).collect();
    assert_eq!(answers, ["granted", "refused"]);
}

#[test]
fn whoever_gives_up_waiting_has_a_free_prompt() {
    let shell = ruled("approve");
    let waits = |line: &str| {
        shell.type_in(line);
        shell.terminal.expect("needs an officer's approval");
        field(&waiting(&shell.gateway), "approval").to_owned()
    };
    let given_up = || {
        shell.terminal.send("\x03");
        shell.terminal.expect("given up");
        nothing_waits(&shell.gateway);
        shell.ran_only(&[]);
    };
    let id = waits("evil one<enter>");
    given_up();
    shell.gateway.juyong(&["approve", "grant", &id]).refused("is waiting");
    // What was typed while it waited goes with it, however it came.
    waits("evil two<enter>");
    shell.type_in("good typed<enter><sleep 200><size 90x30><sleep 200>good ahead<enter><sleep 200>");
    given_up();
    shell.answered("evil one", "withdrawn");
    shell.answered("evil two", "withdrawn");
}

#[test]
fn nobody_answers_and_the_line_is_refused() {
    let setup = Setup::new().tables("[limits]\napproval = \"2s\"");
    let shell = Shell::start_with(setup, Kind::Bash, &policy("approve"));
    shell.type_in("evil one<enter>");
    shell.terminal.expect("nobody answered request");
    nothing_waits(&shell.gateway);
    shell.ran_only(&[]);
    shell.answered("evil one", "lapsed");
}

#[test]
fn a_lockdown_ends_the_session_while_a_line_waits() {
    let mut shell = ruled("approve");
    shell.type_in("evil one<enter>");
    shell.terminal.expect("needs an officer's approval");
    let id = field(&waiting(&shell.gateway), "approval").to_owned();
    let order = shell.gateway.records(&["lockdown", "start", "--reason", "drill"]).remove(0);
    assert_eq!(order["sessions_cut"], 1, "{order}");
    shell.terminal.expect("access is locked");
    assert_eq!(shell.terminal.wait(PATIENCE).code(), Some(255));
    shell.gateway.journaled("approval-withdrawn", &[("approval", &id)]);
    shell.gateway.juyong(&["approve", "grant", &id]).refused("is waiting");
    assert!(shell.new_lines().is_empty(), "{:?}", shell.new_lines());
    assert_eq!(field(&shell.gateway.ended_session(), "ending"), "cut");
}
