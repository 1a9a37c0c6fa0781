//! One order closes everything, at once, for good, until it is lifted.

mod after;
mod deaths;
mod dual;
mod glass;
mod groups;
mod periods;
mod permits;
mod persons;
mod report;
mod signal;
mod slow;

use crate::harness::{Gateway, Operator, PATIENCE, Running, Terminal, field};

/// A program on the asset that would run for long.
fn long_running(gateway: &Gateway, operator: &Operator) -> Running {
    let running = Running::start(gateway.ssh(operator, "+box").arg("echo up; sleep 90"));
    running.expect("up");
    running
}

fn order(gateway: &Gateway, more: &[&str]) -> serde_json::Value {
    let words = ["lockdown", "start", "--reason", "drill", "--order", "No. 7"];
    gateway.records(&[&words[..], more].concat()).remove(0)
}

#[test]
fn a_lockdown_cuts_what_runs_and_refuses_what_comes() {
    let gateway = Gateway::usual();
    let (first, second) = (gateway.operator("op1"), gateway.operator("op2"));
    let running = [long_running(&gateway, &first), long_running(&gateway, &second)];
    let terminal = Terminal::start(gateway.ssh(&first, "+box"));
    terminal.prompt();
    terminal.line("echo in-$((40+2))");
    terminal.expect("in-42");

    let answer = order(&gateway, &[]);
    assert_eq!(answer["sessions_cut"], 3, "{answer}");
    assert!(answer["covered"].as_u64().unwrap() >= 6, "{answer}");
    assert!(answer["slowest_cut_ms"].is_u64(), "{answer}");
    assert!(
        !field(&answer, "lockdown").is_empty() && field(&answer, "logins_refused_from").contains('T'),
        "{answer}"
    );
    for session in running {
        session.wait(PATIENCE).refused("access is locked by order No. 7");
    }
    terminal.expect("access is locked by order No. 7");
    for session in gateway.sessions() {
        assert_eq!((field(&session, "ending"), field(&session, "reason")), ("cut", "lockdown"), "{session}");
    }
    gateway.exec(&second, "+box", "true").refused("access is locked by order No. 7");
    gateway.journaled("login-refused", &[("actor", "op2"), ("reason", "lockdown")]);
    gateway.journaled("lockdown-started", &[("reason", "drill"), ("order", "No. 7")]);
}

#[test]
fn a_lockdown_survives_a_restart_and_ends_when_it_is_lifted() {
    let gateway = Gateway::usual();
    let (first, second) = (gateway.operator("op1"), gateway.operator("op2"));
    let id = field(&order(&gateway, &[]), "lockdown").to_owned();
    gateway.stop();
    gateway.start();
    gateway.exec(&first, "+box", "true").refused("access is locked");
    gateway.kill();
    gateway.start();
    gateway.exec(&first, "+box", "true").refused("access is locked");
    let status = gateway.records(&["lockdown", "status"]);
    assert_eq!(status.len(), 1, "{status:?}");
    assert_eq!(field(&status[0], "lockdown"), id);
    gateway.juyong(&["lockdown", "lift", &id, "--reason", "drill over"]).ok();
    assert!(gateway.records(&["lockdown", "status"]).is_empty());
    gateway.exec(&second, "+box", "true").ok();
}

#[test]
fn an_exempted_operator_goes_on() {
    let gateway = Gateway::usual();
    let (covered, exempted) = (gateway.operator("op1"), gateway.operator("op2"));
    let cut = long_running(&gateway, &covered);
    let mut left = Terminal::start(gateway.ssh(&exempted, "+box"));
    left.prompt();
    left.line("echo before-$((40+2))");
    left.expect("before-42");
    assert_eq!(order(&gateway, &["--except", "op2"])["sessions_cut"], 1);
    cut.wait(PATIENCE).refused("access is locked");
    left.line("echo after-$((40+2))");
    left.expect("after-42");
    gateway.exec(&exempted, "+box", "true").ok();
    left.line("exit");
    assert!(left.wait(PATIENCE).success());
}

#[test]
fn a_lockdown_of_a_group_leaves_others_alone() {
    let gateway = Gateway::usual();
    let (covered, other) = (gateway.operator("op1"), gateway.operator("op2"));
    order(&gateway, &["--scope", "op1,op3"]);
    gateway.exec(&covered, "+box", "true").refused("access is locked");
    gateway.exec(&other, "+box", "true").ok();
    gateway
        .juyong(&["lockdown", "start", "--reason", "typo", "--scope", "nobody-like-this"])
        .refused("nobody-like-this");
}

#[test]
fn a_shared_connection_and_the_menu_are_cut_as_well() {
    let gateway = Gateway::usual();
    let (first, second) = (gateway.operator("op1"), gateway.operator("op2"));
    let master = gateway.master(&first, "+box");
    let menu = Terminal::start(gateway.ssh(&second, ""));
    menu.expect("Number, or text");
    order(&gateway, &[]);
    let mut menu = menu;
    menu.wait(PATIENCE);
    assert!(!master.wait().status.success());
}

#[test]
fn a_plan_tells_and_changes_nothing() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let mut running = long_running(&gateway, &operator);
    gateway.juyong(&["operator", "disable", "op3", "--reason", "left"]).ok();
    let plan = gateway.records(&["lockdown", "plan", "--scope", "@ops", "--except", "op2"]);
    let person =
        |name: &str| plan.iter().find(|row| field(row, "operator") == name && row["session"].is_null());
    assert_eq!(person("op1").unwrap()["covered"], true);
    assert_eq!(person("op2").unwrap()["covered"], false);
    assert_eq!(person("op3").unwrap()["disabled"], true);
    assert!(person("officer").is_none());
    let session = plan.iter().find(|row| !row["session"].is_null() && row["session"] != 0);
    assert_eq!(field(session.unwrap(), "operator"), "op1");
    let last = plan.last().unwrap();
    assert_eq!((&last["covered"], &last["exempt"]), (&5.into(), &1.into()), "{last}");
    assert!(!running.ended() && gateway.records(&["lockdown", "status"]).is_empty());
    gateway.juyong(&["lockdown", "plan", "--scope", "@opps"]).refused("@opps names nobody");
}

#[test]
fn accounts_that_were_disabled_stay_disabled() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    gateway.juyong(&["operator", "disable", "op1", "--reason", "left"]).ok();
    let id = field(&order(&gateway, &[]), "lockdown").to_owned();
    gateway.juyong(&["lockdown", "lift", &id, "--reason", "over"]).ok();
    gateway.exec(&operator, "+box", "true").refused("your account is disabled");
}

#[test]
fn what_is_over_or_unknown_is_refused() {
    let gateway = Gateway::usual();
    let id = field(&order(&gateway, &[]), "lockdown").to_owned();
    gateway.juyong(&["lockdown", "lift", &id, "--reason", "over"]).ok();
    for words in [
        &["lift", &id, "--reason", "again"][..],
        &["lift", "01jzzzzzzzzzzzzzzzzz", "--reason", "x"],
        &["allow", &id, "op1", "--ticket", "T-1"],
        &["confirm", &id],
        &["start", "--reason", "x", "--until", "0s"],
        &["report", "no-such"],
        &["codes", "--operator", "nobody"],
        &["codes", "--operator", "op1", "--for", "8d"],
    ] {
        assert_eq!(gateway.juyong(&[&["lockdown"], words].concat()).code(), 1, "{words:?}");
    }
    for words in [&["start"][..], &["allow", &id, "op1"], &["lift", &id]] {
        assert_eq!(gateway.juyong(&[&["lockdown"], words].concat()).code(), 2, "{words:?}");
    }
}
