//! Who may ask for what, from the one function that says so; and what is ordered, whoever leaves.

use std::io::Write as _;
use std::os::unix::net::UnixStream;

use juyong::admin::{Duty, RequestKind};
use juyong::domain::Role;

use crate::harness::{Gateway, PATIENCE, field, within};

/// The bare words of each command, by each role: whoever may not give it is told so, and whoever may is told what is
/// missing, or gets the answer.
fn each_command_is_for_its_role(account: &str, role: Role) {
    let gateway = Gateway::usual();
    let master = gateway.master(&gateway.operator(account), "");
    for kind in RequestKind::ALL {
        let out = master.exec(kind.words());
        let told = out.errors();
        // Who looks after the installation hears what is missing of the host's own commands, and no more.
        let hosts = kind.duty() == Duty::Hosts && out.code() == 2;
        let refused =
            told.contains("not for your role") || told.contains("On the gateway's host only") || hosts;
        assert_eq!(!refused, kind.duty().is_of(role), "{account}: {}: {out}", kind.words());
        assert!(!refused || (out.code() != 0 && out.out.is_empty()), "{account}: {}: {out}", kind.words());
    }
}

#[test]
fn of_an_operator() {
    each_command_is_for_its_role("op1", Role::Operator);
}

#[test]
fn of_an_administrator() {
    each_command_is_for_its_role("admin", Role::System);
}

#[test]
fn of_an_officer() {
    each_command_is_for_its_role("officer", Role::Security);
}

#[test]
fn of_an_auditor() {
    each_command_is_for_its_role("auditor", Role::Auditor);
}

/// What is ordered is done, also for a client that left before the first word of the answer.
#[test]
fn a_client_that_leaves_stops_nothing_that_it_ordered() {
    let gateway = Gateway::usual();
    let path = gateway.path("policies/all.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text + "\n[operator.newcomer]\ngroups = [\"ops\"]\n").unwrap();
    let words = ["policy", "apply", "--reason", "left at once"];
    let order = serde_json::json!({ "words": words, "file": null, "stdin": null });
    let mut stream = UnixStream::connect(gateway.path("data/run/control.sock")).unwrap();
    writeln!(stream, "{order}").unwrap();
    drop(stream);
    let applied = || {
        let versions = gateway.records(&["policy", "history"]);
        versions
            .iter()
            .any(|row| field(row, "reason") == "left at once" && field(row, "state") == "in force")
            .then_some(())
    };
    within(PATIENCE, "the policy is in force", applied);
    gateway.journaled("console-command", &[("command", "policy apply --reason 'left at once'")]);
}
