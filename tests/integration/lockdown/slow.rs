//! An order while the database does not answer: it shuts all the same.

use std::time::Duration;

use super::{long_running, order};
use crate::harness::{Gateway, PATIENCE, Running, field, script};

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
    let mut holding = hold(&gateway, 4);
    let words = ["lockdown", "start", "--reason", "drill", "--json"];
    let ordering = Running::start(&mut gateway.command(&words));
    crate::harness::within(PATIENCE, "the session is cut", || running.ended().then_some(()));
    assert!(!holding.ended(), "cut before the database could be written");
    let answer = ordering.wait(PATIENCE).ok();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&answer.text()).unwrap()["sessions_cut"], 1);
    holding.wait(PATIENCE).ok();
    gateway.journaled("lockdown-started", &[("reason", "drill")]);
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
    let out = Running::run(&mut gateway.command(&words), b"", PATIENCE).refused("could not be stored");
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
