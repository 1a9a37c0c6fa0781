//! A grant ends by itself.

use std::time::{Duration, Instant};

use jiff::Timestamp;

use crate::harness::{PATIENCE, Running, Setup, Terminal, field};

#[test]
fn a_session_ends_at_the_end_of_its_grant() {
    let gateway = Setup::new().limited("max_session = \"3s\"").start();
    let operator = gateway.operator("op1");
    let running =
        Running::start(gateway.ssh(&operator, "+box").arg("echo up; while sleep 0.2; do echo tick; done"));
    running.expect("up");
    let from = Instant::now();
    let out = running.wait(PATIENCE).refused("its time is over");
    assert!(out.text().matches("tick").count() >= 5, "it ran until then: {out}");
    assert!(from.elapsed() > Duration::from_secs(1), "{:?}", from.elapsed());
    let session = gateway.ended_session();
    assert_eq!((field(&session, "ending"), field(&session, "reason")), ("cut", "until"));
}

#[test]
fn a_session_ends_when_nobody_types() {
    let gateway = Setup::new().limited("idle = \"2s\"").start();
    let operator = gateway.operator("op1");
    let mut terminal = Terminal::start(gateway.ssh(&operator, "+box"));
    terminal.prompt();
    // Keys keep it open beyond the limit; what the asset shows does not.
    for number in 0..4 {
        terminal.line(&format!("echo key-$(({number}+10))"));
        terminal.expect(&format!("key-{}", number + 10));
        std::thread::sleep(Duration::from_millis(1200));
    }
    terminal.line("while sleep 0.2; do echo tick; done");
    terminal.expect("was ended after 2 s");
    assert!(!terminal.wait(PATIENCE).success());
    let session = gateway.ended_session();
    assert_eq!((field(&session, "ending"), field(&session, "reason")), ("cut", "idle"));
}

#[test]
fn a_change_of_the_policy_cuts_what_it_no_longer_allows() {
    let gateway = Setup::new().start();
    let (first, second) = (gateway.operator("op1"), gateway.operator("op2"));
    let cut = Running::start(gateway.ssh(&first, "+box").arg("echo up; sleep 90"));
    let mut left = Running::start(gateway.ssh(&second, "+box").arg("echo up; read x; echo got $x"));
    cut.expect("up");
    left.expect("up");
    gateway.change_policy("[operator.op1]\ngroups = [\"ops\"]", "[operator.op1]\ngroups = [\"others\"]").ok();
    cut.wait(PATIENCE).refused("this session was ended");
    left.send("on\n");
    left.expect("got on");
    left.wait(PATIENCE).ok();
    gateway.journaled("session-ended", &[("ending", "cut"), ("reason", "no-rule")]);
    let rows = gateway.events();
    let at = |event: &str| -> Timestamp {
        let row = rows.iter().rev().find(|row| field(row, "event") == event).expect("a row");
        field(row, "at").parse().unwrap()
    };
    let cut = rows.iter().find(|row| field(row, "reason") == "no-rule").expect("a row");
    let cut: Timestamp = field(cut, "at").parse().unwrap();
    let late = cut.duration_since(at("policy-applied")).as_secs_f64();
    assert!((0.0..1.0).contains(&late), "cut {late} s after the policy was applied");
}

#[test]
fn a_policy_with_an_error_changes_nothing() {
    let gateway = Setup::new().start();
    let operator = gateway.operator("op1");
    gateway
        .change_policy("effect = \"allow\"", "effect = \"allow\"\noperator = [\"@ops\"]")
        .refused("all.toml:");
    gateway.journaled("policy-refused", &[]);
    gateway.exec(&operator, "+box", "true").ok();
}

#[test]
fn a_disabled_account_is_cut() {
    let gateway = Setup::new().start();
    let operator = gateway.operator("op1");
    let running = Running::start(gateway.ssh(&operator, "+box").arg("echo up; sleep 90"));
    running.expect("up");
    gateway.juyong(&["operator", "disable", "op1", "--reason", "left"]).ok();
    running.wait(PATIENCE).refused("disabled");
}
