//! Who may give the word, and how it is asked for.

use super::{approving, begin, waiting};
use crate::harness::{PATIENCE, Running, field};

#[test]
fn only_an_officer_answers_and_only_once() {
    let gateway = approving("");
    let operator = gateway.operator("op1");
    let command = begin(&gateway, &operator, "true");
    let id = field(&waiting(&gateway), "approval").to_owned();
    for other in ["op2", "auditor", "admin"] {
        let other = gateway.operator(other);
        gateway.exec(&other, "", &format!("approve grant {id}")).refused("not for your role");
    }
    gateway.exec(&operator, "", &format!("approve grant {id}")).refused("not for your role");
    let officer = gateway.master(&gateway.operator("officer"), "");
    for wrong in ["", "0", "zzzzz", "../x", "\u{1b}[2J"] {
        officer.exec(&format!("approve grant '{wrong}'")).refused("is waiting");
    }
    for wrong in ["13h", "0s", "soon", "-1m"] {
        assert!(!officer.exec(&format!("approve grant {id} --for={wrong}")).status.success(), "{wrong}");
    }
    officer.exec(&format!("approve grant {}", id.to_uppercase())).ok();
    command.wait(PATIENCE).ok();
    officer.exec(&format!("approve refuse {id}")).refused("is waiting");
    assert_eq!(officer.exec("approve list").ok().text(), "no request waits for approval\n");
}

/// An account that was an operator's when it asked, and is an officer's by the time of the answer.
#[test]
fn nobody_answers_their_own_request() {
    let gateway = approving("");
    let operator = gateway.operator("op1");
    let master = gateway.master(&operator, "");
    let command = begin(&gateway, &operator, "true");
    let id = field(&waiting(&gateway), "approval").to_owned();
    gateway.change_policy("[operator.op1]\n", "[operator.op1]\nroles = [\"security\"]\n").ok();
    // The change ends the wait as well: whichever is first, it is no.
    assert!(!master.exec(&format!("approve grant {id}")).status.success());
    assert!(!command.wait(PATIENCE).status.success(), "an officer does not work on assets");
}

#[test]
fn an_officer_under_lockdown_answers_nothing() {
    let gateway = approving("");
    let officer = gateway.master(&gateway.operator("officer"), "");
    let command = begin(&gateway, &gateway.operator("op1"), "true");
    let id = field(&waiting(&gateway), "approval").to_owned();
    let words = ["lockdown", "start", "--reason", "drill", "--scope", "officer"];
    let lockdown = gateway.records(&words).remove(0);
    assert!(!officer.exec(&format!("approve grant {id}")).status.success(), "cut");
    assert_eq!(field(&waiting(&gateway), "approval"), id);
    gateway.juyong(&["lockdown", "lift", field(&lockdown, "lockdown"), "--reason", "over"]).ok();
    drop(command);
}

#[test]
fn the_list_can_be_followed_and_ends_with_its_reader() {
    let gateway = approving("");
    let officer = gateway.operator("officer");
    let watch = Running::start(gateway.ssh(&officer, "").arg("approve list --watch"));
    let here = Running::start(&mut gateway.command(&["approve", "list", "--watch", "--json"]));
    let first = begin(&gateway, &gateway.operator("op1"), "true");
    watch.expect("op1 from 127.0.0.1 for ");
    here.expect("\"operator\":\"op1\"");
    let second = begin(&gateway, &gateway.operator("op2"), "true");
    watch.expect("op2 from");
    drop((first, second, here, watch));
    gateway.journaled("console-command", &[("command", "approve list --watch")]);
    gateway.journaled("console-command", &[("command", "approve list --watch --json")]);
}

#[test]
fn what_was_granted_for_a_while_does_not_survive_a_restart() {
    let gateway = approving("");
    let command = begin(&gateway, &gateway.operator("op1"), "true");
    let id = field(&waiting(&gateway), "approval").to_owned();
    gateway.juyong(&["approve", "grant", &id, "--for", "1h"]).ok();
    command.wait(PATIENCE).ok();
    gateway.stop();
    gateway.start();
    assert!(gateway.records(&["approve", "list"]).is_empty());
}

#[test]
fn doctor_says_where_nobody_could_answer() {
    let gateway = approving("");
    let look = || gateway.juyong(&["doctor"]).text();
    assert!(look().contains("ok     approvals"), "{}", look());
    let path = gateway.path("policies/all.toml");
    let text = std::fs::read_to_string(&path).unwrap().replace("[\"security\"]", "[\"auditor\"]");
    std::fs::write(&path, &text).unwrap();
    assert!(look().contains("wrong  approvals: rules or command sets ask"), "{}", look());
    std::fs::write(&path, text.replace("approval = true", "")).unwrap();
    assert!(look().contains("ok     approvals"), "{}", look());
}
