//! An order while the database does not answer: it shuts all the same.

use std::time::Duration;

use super::{long_running, order};
use crate::harness::{Gateway, PATIENCE, Running, field, has_event, script, within};

/// Keeps the database from being written for so many seconds.
fn hold(gateway: &Gateway, seconds: u32) -> Running {
    let mut python = script("hold_database.py");
    python.arg(gateway.path("data/juyong.db")).arg(seconds.to_string());
    let holding = Running::start(&mut python);
    holding.expect("held");
    holding
}

#[test]
fn a_database_that_is_slow_does_not_keep_anybody_in() {
    let gateway = Gateway::usual();
    let mut running = long_running(&gateway, &gateway.operator("op1"));
    let mut holding = hold(&gateway, 8);
    let words = ["lockdown", "start", "--reason", "drill", "--json"];
    let ordering = Running::start(&mut gateway.command(&words));
    crate::harness::within(PATIENCE, "the session is cut", || running.ended().then_some(()));
    assert!(!holding.ended(), "cut before the database could be written");
    // The answer waits for the database no more than the lock does; nor does the answer to how things stand.
    let answer = ordering.wait(PATIENCE).refused("is in force, and not stored yet");
    let started: serde_json::Value = serde_json::from_str(&answer.text()).unwrap();
    assert_eq!((&started["sessions_cut"], &started["stored"]), (&1.into(), &false.into()), "{answer}");
    let status = Running::run(&mut gateway.command(&["lockdown", "status"]), b"", PATIENCE);
    assert!(status.text().contains("not stored") && !holding.ended(), "{status}");
    let report = Running::start(&mut gateway.command(&["lockdown", "report", field(&started, "lockdown")]));
    report.expect("Sessions cut: 1");
    assert!(!holding.ended(), "counted before anything could be written");
    holding.wait(PATIENCE).ok();
    drop(report);
    within(PATIENCE, "it is written down", || {
        has_event(&gateway.events(), "lockdown-started", &[("reason", "drill")]).then_some(())
    });
    gateway.stop();
    gateway.start();
    gateway.exec(&gateway.operator("op2"), "+box", "true").refused("access is locked");
}

#[test]
fn an_order_that_cannot_be_stored_says_so_holds_and_can_be_lifted() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let mut running = long_running(&gateway, &operator);
    let holding = hold(&gateway, 15);
    let words = ["lockdown", "start", "--reason", "drill"];
    let out =
        Running::run(&mut gateway.command(&words), b"", PATIENCE).refused("is in force, and not stored yet");
    assert!(running.ended(), "cut all the same: {out}");
    let told = out.errors();
    let id =
        told.split_whitespace().skip_while(|word| *word != "lockdown").nth(1).expect("the id").to_owned();
    holding.wait(Duration::from_secs(30)).ok();
    gateway.exec(&operator, "+box", "true").refused("access is locked");
    gateway.juyong(&["lockdown", "lift", &id, "--reason", "over"]).ok();
    gateway.exec(&gateway.operator("op2"), "+box", "true").ok();
    let again = order(&gateway, &[]);
    assert!(!field(&again, "lockdown").is_empty());
}

/// The rows of a session that was cut while the journal could take none are written once it can.
#[test]
fn the_digest_of_what_was_cut_meanwhile_is_written_later() {
    let gateway = Gateway::usual();
    let mut running = long_running(&gateway, &gateway.operator("op1"));
    let holding = hold(&gateway, 20);
    let words = ["lockdown", "start", "--reason", "drill", "--scope", "op1"];
    Running::run(&mut gateway.command(&words), b"", PATIENCE).refused("is in force, and not stored yet");
    within(PATIENCE, "the session is cut", || running.ended().then_some(()));
    holding.wait(PATIENCE * 2).ok();
    within(PATIENCE * 2, "the recording has its digest, and the session its end", || {
        let rows = gateway.events();
        let has = |event| has_event(&rows, event, &[]);
        (has("recording-closed") && has("session-ended")).then_some(())
    });
    gateway.juyong(&["audit", "verify"]).ok();
}

/// Attack 12, trial N2: what locks people out is shown, and written down once that can be done.
#[test]
fn attack_12_an_order_that_is_not_stored_is_shown_and_stored_later() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let mut holding = hold(&gateway, 22);
    let words = ["lockdown", "start", "--reason", "drill", "--scope", "op1", "--json"];
    let out = Running::run(&mut gateway.command(&words), b"", PATIENCE).refused("it is tried again");
    let answer: serde_json::Value = serde_json::from_str(&out.text()).expect("the answer, in spite of all");
    assert_eq!(answer["stored"], false, "{answer}");
    let id = field(&answer, "lockdown");
    assert!(!holding.ended(), "the database is still held");
    // Reading works, and tells of it; what is told to the journal waits for the database.
    let status = Running::start(&mut gateway.command(&["lockdown", "status"]));
    status.expect("not stored");
    let report = Running::start(&mut gateway.command(&["lockdown", "report", id]));
    report.expect("Not stored yet");
    holding.wait(PATIENCE * 2).ok();
    drop((status, report));
    within(PATIENCE * 2, "it is stored and journaled", || {
        has_event(&gateway.events(), "lockdown-enforced", &[("lockdown", id)]).then_some(())
    });
    gateway.journaled("lockdown-started", &[("lockdown", id), ("reason", "drill")]);
    let status = gateway.records(&["lockdown", "status"]);
    assert_eq!((status.len(), &status[0]["stored"]), (1, &true.into()), "{status:?}");
    gateway.juyong(&["lockdown", "allow", id, "op1", "--ticket", "T-1"]).ok();
    gateway.stop();
    gateway.start();
    assert_eq!(gateway.records(&["lockdown", "status"]).len(), 1, "it outlasts its gateway by now");
    gateway.exec(&operator, "+box", "true").ok(); // by the permit
}

#[test]
fn attack_12_an_order_that_was_lifted_is_not_stored_afterwards() {
    let gateway = Gateway::usual();
    let holding = hold(&gateway, 14);
    let words = ["lockdown", "start", "--reason", "drill", "--json"];
    let out =
        Running::run(&mut gateway.command(&words), b"", PATIENCE).refused("is in force, and not stored yet");
    let answer: serde_json::Value = serde_json::from_str(&out.text()).unwrap();
    let id = field(&answer, "lockdown");
    holding.wait(PATIENCE * 2).ok();
    gateway.juyong(&["lockdown", "lift", id, "--reason", "over"]).ok();
    let rows = gateway.events();
    let at = |event: &str| {
        rows.iter().position(|row| field(row, "event") == event && field(row, "lockdown") == id)
    };
    assert!(at("lockdown-started") < at("lockdown-lifted"), "begun before it was lifted: {rows:?}");
    gateway.stop();
    gateway.start();
    assert!(gateway.records(&["lockdown", "status"]).is_empty());
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
}
