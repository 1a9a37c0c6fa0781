//! A line that the person has to confirm.

use std::time::Duration;

use super::ruled;

#[test]
fn a_warned_line_runs_once_if_the_person_says_so() {
    let mut shell = ruled("warn");
    let question = |line: &str| {
        shell.type_in(line);
        shell.terminal.expect("“evil");
        shell.terminal.expect("it is evil");
        shell.terminal.expect("Run it? [y/N] ");
    };
    question("evil one<enter>");
    assert!(shell.new_lines().is_empty(), "before the answer");
    shell.type_in("y");
    shell.runs("evil|one");
    shell.ran_only(&["evil|one"]);
    question("evil two<enter>");
    shell.type_in("n");
    shell.terminal.expect("it was not run");
    shell.ran_only(&["evil|one"]);
    // An Enter alone is no yes, and what follows an answer at once is a part of it.
    question("evil three<enter>");
    shell.type_in("<enter>");
    shell.terminal.expect("it was not run");
    question("evil four<enter>");
    shell.terminal.send("n\revil five\r");
    shell.terminal.expect("it was not run");
    shell.ran_only(&["evil|one"]);

    shell.answered("evil one", "confirmed");
    for command in ["evil two", "evil three", "evil four"] {
        shell.answered(command, "declined");
    }
    shell.gateway.journaled("command-confirmed", &[("actor", "op1")]);
    shell.gateway.journaled("command-declined", &[("actor", "op1")]);
    let end = "good end\r";
    let sent = shell.sent();
    let typed = format!("evil one\r{end}evil two{end}evil threeevil four{end}exit\r");
    assert!(sent.ends_with(&typed), "an answer reached the asset: {sent:?}");
}

/// Sent in pieces, the rest of a paste comes when the question is out, or nearly so.
#[test]
fn what_was_pasted_is_no_answer() {
    let shell = ruled("warn");
    let declines = || {
        shell.terminal.expect("Run it? [y/N] ");
        std::thread::sleep(Duration::from_millis(500));
        assert!(shell.new_lines().iter().all(|line| line == "good|end"), "nobody has answered");
        shell.type_in("n");
        shell.terminal.expect("it was not run");
        shell.type_in("<sleep 200><c-c><sleep 200>");
        shell.ran_only(&[]);
    };
    shell.terminal.send("evil one\ry");
    declines();
    shell.terminal.send(&format!("evil one\r{}", "y".repeat(5000)));
    declines();
}

#[test]
fn a_yes_comes_alone() {
    let shell = ruled("warn");
    for answer in ["y\rgood typed\r", "yy", "\x1b[Ay", "Ja\r"] {
        shell.type_in("evil one<enter>");
        shell.terminal.expect("Run it? [y/N] ");
        shell.terminal.send(answer);
        shell.terminal.expect("it was not run");
        shell.ran_only(&[]);
    }
    for (answer, times) in [("Y", 1), ("yes\r", 2)] {
        shell.type_in("evil one<enter>");
        shell.terminal.expect("Run it? [y/N] ");
        shell.terminal.send(answer);
        shell.ran_only(&["evil|one"].repeat(times));
    }
}

#[test]
fn what_the_policy_denies_by_now_is_not_run_whatever_the_person_says() {
    let shell = ruled("warn");
    shell.type_in("evil one<enter>");
    shell.terminal.expect("Run it? [y/N] ");
    shell.gateway.change_policy("effect = \"warn\"", "effect = \"deny\"").ok();
    shell.type_in("y");
    shell.terminal.expect("is not run: it is evil");
    shell.ran_only(&[]);
}
