//! Break-glass: a sealed code lets its own account in, once, and everybody hears of it.

use crate::harness::{Gateway, Operator, Outcome, PATIENCE, Running, field};

/// A login that answers the question for a code, too.
fn with_code(gateway: &Gateway, operator: &Operator, code: &str) -> Outcome {
    let answers = format!("{}\n{code}", operator.next_code());
    let login = gateway.login_with(operator, &operator.password, &answers);
    Running::run(login.ssh("+box").arg("echo in"), b"", PATIENCE)
}

fn codes(gateway: &Gateway, name: &str, more: &[&str]) -> Vec<String> {
    let words = [&["lockdown", "codes", "--operator", name], more].concat();
    gateway.records(&words).iter().map(|record| field(record, "code").to_owned()).collect()
}

fn lock(gateway: &Gateway, more: &[&str]) -> String {
    let words = ["lockdown", "start", "--reason", "drill", "--order", "N-9"];
    field(&gateway.records(&[&words[..], more].concat())[0], "lockdown").to_owned()
}

#[test]
fn a_code_opens_its_account_once_and_loudly() {
    let gateway = Gateway::usual();
    let (first, second) = (gateway.operator("op1"), gateway.operator("op2"));
    let drawn = codes(&gateway, "op1", &["--count", "2", "--for", "10m"]);
    assert_eq!(drawn.len(), 2);
    let id = lock(&gateway, &[]);
    let none = with_code(&gateway, &first, "").refused("locked by order N-9");
    assert!(!none.errors().contains("break-glass"), "nobody asked for it: {none}");
    let wrong = with_code(&gateway, &first, "00000-00000-00000-00000").refused("locked by order N-9");
    assert!(wrong.errors().contains("the break-glass code that you gave opened nothing"), "{wrong}");
    gateway.journaled("alarm", &[("alarm", "break-glass-wrong-code"), ("operator", "op1")]);
    with_code(&gateway, &second, &drawn[0]).refused("locked by order N-9");
    assert_eq!(with_code(&gateway, &first, &drawn[0]).ok().text(), "in\n");
    gateway.journaled("alarm", &[("alarm", "break-glass"), ("operator", "op1")]);
    gateway.journaled("permit-given", &[("operator", "op1"), ("ticket", "break-glass"), ("lockdown", &id)]);
    assert!(gateway.log().contains("ALARM: break-glass"), "the log has it as well");
    // The account is open now, and an officer can close it again; the code is spent.
    lock(&gateway, &["--scope", "op1"]);
    with_code(&gateway, &first, &drawn[0]).refused("locked by order N-9");
    let all = gateway.events().iter().map(ToString::to_string).collect::<String>();
    assert!(!all.contains(&drawn[0]) && !gateway.log().contains(&drawn[0]));
}

#[test]
fn a_code_opens_for_a_while_only() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let drawn = codes(&gateway, "op1", &["--for", "8s"]);
    lock(&gateway, &[]);
    let answers = format!("{}\n{}", operator.next_code(), drawn[0]);
    let login = gateway.login_with(&operator, &operator.password, &answers);
    let running = Running::start(login.ssh("+box").arg("echo up; sleep 90"));
    running.expect("up");
    running.wait(PATIENCE).refused("locked by order N-9");
    gateway.journaled("permit-ended", &[("operator", "op1")]);
}

#[test]
fn codes_are_drawn_before_and_new_ones_void_the_old() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let old = codes(&gateway, "op1", &[]);
    let new = codes(&gateway, "op1", &[]);
    lock(&gateway, &[]);
    gateway.juyong(&["lockdown", "codes", "--operator", "op1"]).refused("no codes are drawn while it does");
    with_code(&gateway, &operator, &old[0]).refused("locked by order N-9");
    assert_eq!(with_code(&gateway, &operator, &new[0]).ok().text(), "in\n");
}

#[test]
fn whom_nothing_locks_is_not_asked() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    codes(&gateway, "op1", &[]);
    let login = gateway.login(&operator);
    Running::run(login.ssh("+box").arg("true"), b"", PATIENCE).ok();
    assert!(!login.prompts().contains("Break-glass"), "{}", login.prompts());
}
