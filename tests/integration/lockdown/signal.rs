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
    // emergency 4: whoever reads the result's end knows that nothing is in force.
    let last = lines.last().unwrap();
    assert_eq!((field(last, "state"), last["in_force"].as_bool()), ("requested", Some(false)), "{last}");
    let confirm = format!("command = \"confirm\"\nid = \"{}\"\n", field(&lines[0], "request"));
    let (done, lines) = outcome(&drop_file(&gateway, "b.toml", &confirm));
    assert!(!done && field(lines.last().unwrap(), "error").contains("counts once"), "{lines:?}");
}

/// What a file orders stays in its result: nobody draws codes by one, be it by confirming that somebody else does.
#[test]
fn a_file_confirms_no_codes() {
    let gateway = Setup::new().tables("[lockdown]\ndual = [\"codes\"]").start();
    let officer = gateway.operator("officer");
    let asked = gateway.exec(&officer, "", "lockdown codes --operator op1 --json").ok().text();
    let asked: Value = serde_json::from_str(&asked).unwrap();
    let request = field(&asked, "request");
    let (done, lines) =
        outcome(&drop_file(&gateway, "a.toml", &format!("command = \"confirm\"\nid = \"{request}\"\n")));
    assert!(!done && field(lines.last().unwrap(), "error").contains("stay in the result"), "{lines:?}");
    let (actor, command) = (format!("local:{}", user()), format!("--json lockdown confirm -- {request}"));
    gateway.journaled("console-command", &[("actor", &actor), ("command", &command)]);
    assert!(!gateway.events().iter().any(|row| field(row, "event") == "codes-drawn"));
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

/// Waits until the file system's clock tells two changes apart.
fn pass() {
    std::thread::sleep(std::time::Duration::from_millis(120));
}

fn mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    pass();
}

const START: &str = "command = \"start\"\nreason = \"planted\"\n";

/// attack 21: an order that was planted while a group could write to the directory ran once it was closed.
#[test]
fn what_was_planted_while_the_directory_was_open_never_runs() {
    let gateway = Gateway::usual();
    let orders = gateway.path("data/orders");
    mode(&orders, 0o770);
    gateway.journaled("orders-refused", &[]);
    let planted = drop_file(&gateway, "planted.toml", START);
    pass();
    mode(&orders, 0o700);
    let (done, lines) = outcome(&planted);
    assert!(!done && field(&lines[0], "error").contains("put it in again"), "{lines:?}");
    let row = within(PATIENCE, "the refusal is journaled", || {
        gateway.events().into_iter().find(|row| row["files"][0] == "planted.toml")
    });
    assert_eq!((field(&row, "event"), &row["count"]), ("orders-refused", &1.into()), "{row}");
    assert!(gateway.records(&["lockdown", "status"]).is_empty());
    let text = "command = \"start\"\nreason = \"drill\"\n";
    assert!(outcome(&drop_file(&gateway, "anew.toml", text)).0, "what is put in now counts");
}

/// attack 21: the same while no gateway runs.
#[test]
fn what_was_planted_while_no_gateway_ran_never_runs() {
    let gateway = Gateway::usual();
    let orders = gateway.path("data/orders");
    gateway.stop();
    mode(&orders, 0o770);
    let planted = drop_file(&gateway, "planted.toml", START);
    pass();
    mode(&orders, 0o700);
    gateway.start();
    assert!(!outcome(&planted).0);
    assert!(gateway.records(&["lockdown", "status"]).is_empty());
    gateway.stop();
    let text = "command = \"start\"\nreason = \"drill\"\n";
    let path = drop_file(&gateway, "waits.toml", text);
    gateway.start();
    assert!(outcome(&path).0, "the last change of a closed directory counts");
}

/// Pipes, sockets, links, devices and directories are refused, and nobody waits for them.
#[test]
fn what_is_not_a_file_is_no_order() {
    let gateway = Gateway::usual();
    let there = |name: &str| gateway.path("data/orders").join(name);
    fs::write(gateway.path("elsewhere.toml"), START).unwrap();
    std::os::unix::fs::symlink(gateway.path("elsewhere.toml"), there("link.toml")).unwrap();
    fs::create_dir(there("directory.toml")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(there("pipe.toml")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(there("socket.toml")).unwrap();
    for (name, why) in [
        ("link.toml", "a symbolic link"),
        ("directory.toml", "a directory"),
        ("pipe.toml", "a named pipe"),
        ("socket.toml", "a socket"),
    ] {
        let (done, lines) = outcome(&there(name));
        assert!(!done && field(&lines[0], "error").contains(why), "{name}: {lines:?}");
    }
    assert!(gateway.records(&["lockdown", "status"]).is_empty());
}
