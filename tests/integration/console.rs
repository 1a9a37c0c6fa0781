//! The command tree over SSH, by role.

use crate::harness::{Gateway, Operator, field};

fn says(gateway: &Gateway, operator: &Operator, line: &str) -> String {
    gateway.exec(operator, "", line).ok().text()
}

#[test]
fn everybody_may_ask_who_they_are() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let who = says(&gateway, &operator, "whoami");
    assert!(who.contains("op1") && who.contains("publickey") && who.contains("127.0.0.1"), "{who}");
    assert!(says(&gateway, &operator, "assets").contains("@box"));
    assert!(says(&gateway, &operator, "help").contains("assets"));
    gateway.journaled("console-command", &[("actor", "op1"), ("command", "whoami")]);
}

#[test]
fn an_auditor_audits() {
    let gateway = Gateway::usual();
    gateway.exec(&gateway.operator("op1"), "+box", "echo seen").ok();
    let auditor = gateway.operator("auditor");
    let line = says(&gateway, &auditor, "audit sessions --since 1d --json");
    let session: serde_json::Value = serde_json::from_str(line.trim()).unwrap();
    assert_eq!((field(&session, "operator"), field(&session, "asset")), ("op1", "box"));
    let text = says(&gateway, &auditor, &format!("audit export {} --format txt", field(&session, "session")));
    assert!(text.contains("seen"), "{text}");
    gateway.exec(&auditor, "", "lockdown start --reason x").refused("not for your role");
}

#[test]
fn an_auditor_sees_no_more_than_their_scope() {
    let scope = "[operator.narrow]\nroles = [\"auditor\"]\naudit = { operators = [\"op2\"] }\n";
    let gateway = crate::harness::Setup::new().policy(scope).start();
    let (seen, unseen) = (gateway.operator("op2"), gateway.operator("op1"));
    gateway.exec(&seen, "+box", "true").ok();
    gateway.exec(&unseen, "+box", "true").ok();
    let auditor = gateway.operator("narrow");
    let lines = says(&gateway, &auditor, "audit sessions --json");
    assert!(lines.contains("op2") && !lines.contains("op1"), "{lines}");
    let hidden = gateway.sessions().into_iter().find(|session| field(session, "operator") == "op1").unwrap();
    let id = field(&hidden, "session");
    let out = gateway.exec(&auditor, "", &format!("audit show {id}")).refused("there is no session");
    assert!(!out.errors().contains("op1"), "{out}");
}

#[test]
fn an_officer_locks_and_lifts() {
    let gateway = Gateway::usual();
    let (officer, operator) = (gateway.operator("officer"), gateway.operator("op1"));
    let answer = says(&gateway, &officer, "lockdown start --reason drill --except officer --json");
    let order: serde_json::Value = serde_json::from_str(answer.trim()).unwrap();
    gateway.exec(&operator, "+box", "true").refused("access is locked");
    says(&gateway, &officer, &format!("lockdown lift {} --reason over", field(&order, "lockdown")));
    gateway.exec(&operator, "+box", "true").ok();
    gateway.journaled("lockdown-started", &[("actor", "officer")]);
}

#[test]
fn an_operator_commands_nothing() {
    let gateway = Gateway::usual();
    let master = gateway.master(&gateway.operator("op1"), "");
    for line in [
        "audit sessions",
        "audit events",
        "lockdown start --reason x",
        "lockdown status",
        "operator list",
        "operator enrol op2",
        "credential list",
        "policy apply --reason x",
        "asset trust box",
    ] {
        let out = master.exec(line).refused("not for your role");
        assert_eq!(out.code(), 1, "{line}");
        assert!(out.out.is_empty(), "{line}: {out}");
    }
    for line in ["serve", "doctor", "demo", "policy check /etc", "no-such-command", "whoami 'unclosed"] {
        assert!(!master.exec(line).status.success(), "{line}");
    }
    assert!(gateway.greets());
    gateway.journaled("console-command", &[("actor", "op1"), ("command", "lockdown start --reason x")]);
}

#[test]
fn an_administrator_enrols_over_ssh() {
    let gateway = Gateway::usual();
    let admin = gateway.operator("admin");
    let newcomer = Operator::new("op3", gateway.operator("op1").key.clone());
    let line = format!("operator enrol op3 --password-stdin --totp-secret {}", newcomer.base32());
    let mut ssh = gateway.ssh(&admin, "");
    let password = format!("{}\n", newcomer.password);
    crate::harness::Running::run(ssh.arg(line), password.as_bytes(), crate::harness::PATIENCE).ok();
    let login = gateway.login(&newcomer);
    let mut ssh = login.ssh("+box");
    ssh.args(["-o", "PreferredAuthentications=password,keyboard-interactive", "echo in"]);
    assert_eq!(crate::harness::Running::run(&mut ssh, b"", crate::harness::PATIENCE).ok().text(), "in\n");
    gateway.journaled("operator-enrolled", &[("actor", "admin"), ("operator", "op3")]);
}

#[test]
fn who_may_not_be_here_any_more_hears_no_more() {
    let gateway = Gateway::usual();
    gateway.exec(&gateway.operator("op1"), "+box", "echo first; sleep 2; echo second").ok();
    let session = gateway.ended_session();
    let auditor = gateway.operator("auditor");
    // What came before the first word, a busy machine's start of a session, is drawn out as well.
    let line = format!("audit replay {} --speed 0.05", field(&session, "session"));
    let replay = crate::harness::Running::start(gateway.ssh(&auditor, "").arg(line));
    replay.expect("first");
    gateway.juyong(&["operator", "disable", "auditor", "--reason", "left"]).ok();
    let out = replay.wait(std::time::Duration::from_secs(15));
    assert!(!out.status.success() && !out.text().contains("second"), "{out}");
}

/// newcomer 5: help and usage are told in the configured language; one command may ask for the other, here and there.
#[test]
fn a_command_may_ask_for_its_language() {
    let gateway = crate::harness::Setup::new().language("zh-CN").start();
    let master = gateway.master(&gateway.operator("op1"), "");
    told_as_asked(|line| master.exec(line), "op1（", "op1 (");
    let host = |line: &str| gateway.juyong(&line.split(' ').collect::<Vec<_>>());
    told_as_asked(host, "在网关主机上", "on the gateway's host");
}

fn told_as_asked(ask: impl Fn(&str) -> crate::harness::Outcome, chinese: &str, english: &str) {
    for (line, code, chinese, english) in [
        ("whoami", 0, chinese, english),
        ("vpn --help", 0, "用法：", "Usage: "),
        ("help vpn", 0, "选项：", "Options:"),
        ("vpn revoke", 2, "缺少参数", "required arguments"),
        ("help nonsense", 2, "没有命令", "there is no command"),
    ] {
        for (option, told) in [("", chinese), (" --lang zh-CN", chinese), (" --lang=en", english)] {
            let out = ask(&format!("{line}{option}"));
            assert_eq!(out.code(), code, "{line}{option}: {out}");
            assert!((out.text() + &out.errors()).contains(told), "{line}{option}: {out}");
        }
    }
}
