//! A policy that changes while a shell is open.

use std::time::Duration;

use crate::guard::shell::{Kind, POLICY, Shell};
use crate::harness::{Gateway, PATIENCE, Running, Setup, field};

#[test]
fn a_policy_that_changes_judges_the_next_line() {
    let shell = Shell::start_under(Kind::Bash, POLICY);
    shell.type_in("evil one<enter>");
    shell.terminal.expect("is not run: it is evil");
    shell.ran_only(&[]);
    shell.gateway.change_policy("programs = [\"evil\"]", "programs = [\"true\"]").ok();
    shell.type_in("evil two<enter>");
    shell.runs("evil|two");
    shell.gateway.change_policy("programs = [\"true\"]", "programs = [\"evil\"]").ok();
    // A line that was begun under another policy, too.
    shell.type_in("<sleep 100>evil three<sleep 100><enter>");
    shell.terminal.expect("is not run: it is evil");
    shell.ran_only(&["evil|two"]);
}

/// Commands are not judged at first.
fn open() -> Gateway {
    Setup::new().policy(POLICY).limited("").start()
}

fn judge_from_now(gateway: &Gateway) {
    gateway.change_policy("files = [", "commands = [\"guarded\"]\nfiles = [").ok();
}

#[test]
fn a_session_that_began_unjudged_is_judged_from_the_next_line() {
    let shell = Shell::enter(Kind::Bash, open());
    shell.type_in("evil one<enter>");
    shell.runs("evil|one");
    std::thread::sleep(Duration::from_millis(200));
    judge_from_now(&shell.gateway);
    shell.terminal.send("evil two\r");
    shell.terminal.expect("is not run");
    shell.ran_only(&["evil|one"]);
    shell.type_in("evil three<enter>");
    shell.terminal.expect("is not run: it is evil");
    shell.ran_only(&["evil|one"]);
    assert!(shell.logged("evil one").is_empty(), "nothing judged it");
}

/// Only the end of it is seen, or nothing but its Enter; with the cursor in it, one has to clear all of it.
#[test]
fn a_line_that_began_unjudged_is_not_taken_for_its_end() {
    for (before, after) in
        [("evil one; ", "good two<enter>"), ("evil one", "<enter>"), ("evil one<home>", "good two;<enter>")]
    {
        let shell = Shell::enter(Kind::Bash, open());
        shell.type_in(before);
        std::thread::sleep(Duration::from_millis(200));
        judge_from_now(&shell.gateway);
        shell.type_in(after);
        shell.terminal.expect("is not run");
        shell.type_in("<sleep 100><enter>");
        shell.ran_only(&[]);
    }
}

#[test]
fn a_shell_without_a_terminal_ends_when_it_comes_to_be_judged() {
    let gateway = open();
    let marker = gateway.path("marker");
    let mut shell = Running::start(gateway.ssh(&gateway.operator("op1"), "+box").arg("-T"));
    shell.send("echo up-$((40+2))\n");
    shell.expect("up-42");
    judge_from_now(&gateway);
    shell.send(&format!("touch {}\n", marker.display()));
    shell.wait(PATIENCE).refused("log in with a terminal");
    assert!(!marker.exists());
    let session = gateway.ended_session();
    assert_eq!((field(&session, "ending"), field(&session, "reason")), ("cut", "no-terminal"));
}
