//! Orders as files.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::harness::{Gateway, PATIENCE, Setup, field, user, within};

/// Puts an order where the gateway finds it, whole from the first moment on.
fn drop_file(gateway: &Gateway, name: &str, text: &str) -> PathBuf {
    let path = gateway.path("data/orders").join(name);
    let draft = path.with_extension("draft");
    fs::write(&draft, text).unwrap();
    fs::rename(draft, &path).unwrap();
    path
}

/// What came of it: the file's last name, and the lines of the result.
fn outcome(path: &Path) -> (bool, Vec<Value>) {
    let named = |ending: &str| PathBuf::from(format!("{}.{ending}", path.display()));
    let done = within(PATIENCE, "the order is settled", || {
        named("done").exists().then_some(true).or(named("failed").exists().then_some(false))
    });
    assert!(!path.exists());
    let result = fs::read_to_string(named("result")).unwrap();
    (done, result.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
}

#[test]
fn a_file_orders_and_lifts() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let text =
        "command = \"start\"\nreason = \"siem\"\norder = \"N-3\"\nscope = [\"@ops\"]\nexcept = \"op2\"\n";
    let (done, lines) = outcome(&drop_file(&gateway, "start.toml", text));
    assert!(done, "{lines:?}");
    assert_eq!(lines[0]["covered"], 5, "{lines:?}");
    gateway.exec(&operator, "+box", "true").refused("locked by order N-3");
    let actor = format!("local:{}", user());
    gateway.journaled("lockdown-started", &[("actor", &actor), ("reason", "siem")]);
    let lift = format!("command = \"lift\"\nid = \"{}\"\nreason = \"over\"\n", field(&lines[0], "lockdown"));
    assert!(outcome(&drop_file(&gateway, "lift.toml", &lift)).0);
    gateway.exec(&operator, "+box", "true").ok();
}

#[test]
fn a_file_that_orders_nothing_is_refused_and_says_why() {
    let gateway = Gateway::usual();
    let cases = [
        ("command = \"start\"\n", "--reason"),
        ("command = \"start\"\nreason = \"x\"\nscope = \"nobody\"\n", "nobody names nobody"),
        ("command = \"codes\"\noperator = \"op1\"\n", "`command` is one of"),
        ("command = \"lift\"\nid = \"x\"\nreason = \"y\"\n", "no lockdown x"),
        ("command = \"start\"\nreason = \"x\"\nconfig = \"/etc/x\"\nforce = \"yes\"\n", "--force"),
    ];
    for (number, (text, why)) in cases.into_iter().enumerate() {
        let (done, lines) = outcome(&drop_file(&gateway, &format!("bad-{number}.toml"), text));
        let said = lines.last().unwrap();
        assert!(!done && field(said, "error").contains(why), "{text} -> {said}");
    }
    assert!(gateway.records(&["lockdown", "status"]).is_empty());
}

#[test]
fn a_file_is_one_person_of_two() {
    let gateway = Setup::new().tables("[lockdown]\ndual = [\"start\"]").start();
    let (done, lines) = outcome(&drop_file(&gateway, "a.toml", "command = \"start\"\nreason = \"siem\"\n"));
    assert!(done && field(&lines[0], "state") == "requested", "{lines:?}");
    let confirm = format!("command = \"confirm\"\nid = \"{}\"\n", field(&lines[0], "request"));
    let (done, lines) = outcome(&drop_file(&gateway, "b.toml", &confirm));
    assert!(!done && field(lines.last().unwrap(), "error").contains("counts once"), "{lines:?}");
}

#[test]
fn what_a_crash_interrupted_is_not_done_again() {
    let gateway = Gateway::usual();
    gateway.kill();
    let path = gateway.path("data/orders/start.toml");
    fs::write(path.with_extension("toml.taken"), "command = \"start\"\nreason = \"x\"\n").unwrap();
    gateway.start();
    let (done, lines) = outcome(&path);
    assert!(!done && field(&lines[0], "error").contains("the gateway ended"), "{lines:?}");
    assert!(gateway.records(&["lockdown", "status"]).is_empty());
}
