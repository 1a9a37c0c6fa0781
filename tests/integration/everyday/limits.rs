//! How much one person may have open at once, and from where.

use crate::harness::{Gateway, Operator, Outcome, PATIENCE, Running, Setup, Terminal, field, within};

const ELSEWHERE: [&str; 2] = ["-b", "127.0.0.2"];

/// Two assets, which are one machine.
fn two_boxes(policy: &str) -> Setup {
    let other = "[asset.box2]\naddress = \"127.0.0.1:{port}\"\nlogins = [\"{login}\"]\nhost_keys = [\"{host_key}\"]\n";
    let rule = "[[rule]]\nid = \"ops\"\neffect = \"allow\"\noperators = [\"@ops\"]\nprotocols = [\"shell\", \"exec\"]\n";
    Setup::new().policy(&[other, policy].concat()).rules(rule)
}

fn held(gateway: &Gateway, operator: &Operator, to: &str, options: &[&str]) -> Running {
    let running = Running::start(gateway.ssh(operator, to).args(options).arg("echo up; read x"));
    running.expect("up");
    running
}

fn run(gateway: &Gateway, operator: &Operator, to: &str) -> Outcome {
    gateway.exec(operator, to, "echo in")
}

#[test]
fn an_account_has_so_many_sessions_at_once() {
    let gateway = two_boxes("").tables("[limits]\nsessions_per_account = 1").start();
    gateway.set_credential("box2");
    let [first, second] = ["op1", "op2"].map(|name| gateway.operator(name));
    let mut running = held(&gateway, &first, "+box", &[]);
    run(&gateway, &first, "+box2")
        .refused("more of your sessions are open than your account may have at once");
    gateway.journaled(
        "channel-refused",
        &[("actor", "op1"), ("what", "session"), ("reason", "too many of this account")],
    );
    run(&gateway, &second, "+box2").ok();
    running.send("on\n");
    running.wait(PATIENCE).ok();
    run(&gateway, &first, "+box2").ok();
}

/// A multiplexed client has one session, whatever it opens in it.
#[test]
fn channels_of_one_session_are_one() {
    let gateway = two_boxes("").tables("[limits]\nsessions_per_account = 1").start();
    gateway.set_credential("box2");
    let operator = gateway.operator("op1");
    let master = gateway.master(&operator, "+box");
    let mut one = Running::start(master.ssh().arg("echo up; read x"));
    one.expect("up");
    assert_eq!(master.exec("echo in").ok().text(), "in\n");
    one.send("on\n");
    one.wait(PATIENCE).ok();
    // A connection in which nothing is open holds no session.
    run(&gateway, &operator, "+box2").ok();
    assert_eq!(master.exec("echo in").ok().text(), "in\n");
}

#[test]
fn an_account_may_have_numbers_of_its_own() {
    let own = "[operator.few]\ngroups = [\"ops\"]\nconcurrent = { connections = 2, sessions = 1 }\n";
    let gateway = two_boxes(own).start();
    gateway.set_credential("box2");
    let operator = gateway.operator("few");
    let mut running = held(&gateway, &operator, "+box", &[]);
    run(&gateway, &operator, "+box2").refused("more of your sessions are open");
    let bare = Terminal::start(gateway.ssh(&operator, ""));
    bare.expect("box");
    run(&gateway, &operator, "+box").refused("too many connections of your account are open");
    gateway.journaled("login-refused", &[("reason", "connections"), ("actor", "few")]);
    running.send("on\n");
    running.wait(PATIENCE).ok();
    run(&gateway, &operator, "+box2").ok();
    let wrong = gateway.change_policy("sessions = 1", "sessions = 0");
    wrong.refused("must be a number from 1 on");
}

#[test]
fn a_login_from_another_address_is_told_to_both() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let first = Terminal::start(gateway.ssh(&operator, "+box"));
    first.prompt();
    let again = Terminal::start(gateway.ssh(&operator, "+box"));
    again.prompt();
    let rows = gateway.events();
    assert!(rows.iter().all(|row| field(row, "event") != "second-address"), "from the same address");
    let mut ssh = gateway.ssh(&operator, "+box");
    ssh.args(ELSEWHERE);
    let second = Terminal::start(ssh);
    first.expect("your account is logged in from 127.0.0.2, too, since");
    again.expect("your account is logged in from 127.0.0.2, too, since");
    second.expect("your account is logged in from 127.0.0.1, too, since");
    let row = gateway.events().into_iter().find(|row| field(row, "event") == "second-address").unwrap();
    assert_eq!((field(&row, "actor"), field(&row, "source")), ("op1", "127.0.0.2"), "{row}");
    assert_eq!(row["others"], serde_json::json!(["127.0.0.1"]));
    let menu = Terminal::start(gateway.ssh(&gateway.operator("op2"), ""));
    menu.expect("box");
    // Another account's logins are nobody's business.
    Running::run(gateway.ssh(&gateway.operator("op3"), "+box").args(ELSEWHERE).arg("true"), b"", PATIENCE)
        .ok();
    assert!(!menu.heard.text().contains("logged in from"), "{}", menu.heard.text());
}

#[test]
fn a_menu_hears_of_it_too() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let menu = Terminal::start(gateway.ssh(&operator, ""));
    menu.expect("box");
    let mut second = held(&gateway, &operator, "+box", &ELSEWHERE);
    menu.expect("your account is logged in from 127.0.0.2, too, since");
    second.send("on\n");
    second.wait(PATIENCE).ok();
}

#[test]
fn a_login_from_another_address_can_be_refused() {
    let gateway = Setup::new().tables("[auth]\nsecond_address = \"refuse\"").start();
    let operator = gateway.operator("op1");
    let mut first = held(&gateway, &operator, "+box", &[]);
    let other = || Running::run(gateway.ssh(&operator, "+box").args(ELSEWHERE).arg("echo in"), b"", PATIENCE);
    other().refused("your account is logged in from 127.0.0.1 since");
    gateway.journaled(
        "login-refused",
        &[("actor", "op1"), ("reason", "second-address"), ("detail", "127.0.0.1")],
    );
    run(&gateway, &operator, "+box").ok();
    first.send("on\n");
    first.wait(PATIENCE).ok();
    // The gateway hears of the end of a connection in its own time.
    within(PATIENCE, "the place is free", || other().status.success().then_some(()));
}
