//! People look after their own devices from the console, and prove themselves once more to enrol one.

use super::{devices, enrol, gateway, setup, state};
use crate::harness::{Terminal, field};

#[test]
fn an_operator_enrols_with_a_fresh_code() {
    let gateway = gateway();
    let operator = gateway.operator("op1");
    let master = gateway.master(&operator, "");
    let code = || format!("{}\n", operator.next_code());
    let asked = master.run("vpn enrol", b"");
    // tunnel 7: the echo is that of the person's own terminal, and they are told.
    assert!(asked.errors().contains("your own terminal shows what you type"), "{asked}");
    asked.refused("a fresh one-time code is needed");
    let used = format!("{}\n", operator.last_code());
    master.run("vpn enrol", used.as_bytes()).refused("wrong or was used before");
    assert!(devices(&gateway).is_empty());
    gateway
        .journaled("login-refused", &[("actor", "op1"), ("reason", "code-reused"), ("detail", "vpn enrol")]);
    let out = master.run("vpn enrol op1 --device laptop --json", code().as_bytes()).ok();
    let row: serde_json::Value = serde_json::from_str(out.text().trim()).unwrap();
    assert!(field(&row, "config").contains("PrivateKey = "), "{row}");
    gateway.journaled("device-enrolled", &[("actor", "op1"), ("operator", "op1"), ("name", "laptop")]);
    assert!(master.exec("vpn list").ok().text().contains("op1/laptop"));
    master.exec("vpn revoke laptop --reason old").ok();
    assert_eq!(state(&gateway), "revoked");
}

#[test]
fn nobody_looks_after_somebody_elses() {
    let gateway = gateway();
    let row = enrol(&gateway, &["op2", "--device", "theirs"]);
    let operator = gateway.operator("op1");
    let master = gateway.master(&operator, "");
    let code = format!("{}\n", operator.next_code());
    master.run("vpn enrol op2", code.as_bytes()).refused("your own devices only");
    master.exec("vpn list --operator op2").refused("your own devices only");
    assert!(master.exec("vpn list --json").ok().out.is_empty());
    for named in [field(&row, "device"), "theirs"] {
        master.exec(&format!("vpn revoke {named}")).refused("there is no device");
    }
    assert_eq!(state(&gateway), "ready");
    master.run("vpn enrol", code.as_bytes()).ok();
}

#[test]
fn wrong_codes_count_as_failed_logins() {
    let gateway = gateway();
    let operator = gateway.operator("op1");
    let master = gateway.master(&operator, "");
    for _ in 0..5 {
        let code = format!("{}\n", operator.wrong_code());
        master.run("vpn enrol", code.as_bytes()).refused("wrong or was used before");
    }
    gateway.journaled("operator-locked", &[("operator", "op1")]);
    let code = format!("{}\n", operator.next_code());
    master.run("vpn enrol", code.as_bytes()).refused("your account is locked");
    assert!(devices(&gateway).is_empty());
    gateway.juyong(&["operator", "unlock", "op1"]).ok();
    master.run("vpn enrol", code.as_bytes()).ok();
}

#[test]
fn a_terminal_is_asked_and_shows_no_code() {
    let gateway = gateway();
    let operator = gateway.operator("op1");
    let login = gateway.login(&operator);
    let code = operator.next_code();
    let mut ssh = login.ssh("");
    ssh.args(["-tt", "vpn enrol --device laptop"]);
    let mut terminal = Terminal::start(ssh);
    terminal.expect("One-time code: ");
    terminal.send(&format!("9\x7f{code}\r"));
    let heard = terminal.expect("is shown again");
    assert!(terminal.wait(std::time::Duration::from_secs(15)).success(), "{heard}");
    assert!(heard.contains("PrivateKey = ") && !heard.contains(&code), "{heard}");
    assert_eq!(state(&gateway), "ready");
    let mut ssh = gateway.ssh(&operator, "");
    ssh.args(["-tt", "vpn enrol"]);
    let mut terminal = Terminal::start(ssh);
    terminal.expect("One-time code: ");
    terminal.send("\x03");
    terminal.expect("a fresh one-time code is needed");
    assert!(!terminal.wait(std::time::Duration::from_secs(15)).success());
    assert_eq!(devices(&gateway).len(), 1);
}

#[test]
fn people_are_told_in_their_language() {
    let gateway = setup().language("zh-CN").start();
    let master = gateway.master(&gateway.operator("op1"), "");
    master.exec("vpn list --operator op2").refused("您只能管理自己的设备");
    master.run("vpn enrol", b"\n").refused("需要一个新的动态口令");
}
