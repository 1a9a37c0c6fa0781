//! The ways in: the menu, and straight there.

use crate::harness::{Gateway, PATIENCE, Running, Setup, Terminal, field, user};

/// Two more assets at the same sshd, one of them with two logins.
const MORE: &str = r#"
[asset.database]
address = "127.0.0.1:{port}"
groups = ["oracle"]
logins = ["{login}"]
host_keys = ["{host_key}"]
[asset.web]
address = "127.0.0.1:{port}"
logins = ["{login}", "deploy"]
host_keys = ["{host_key}"]
[[rule]]
id = "more"
effect = "allow"
operators = ["@ops"]
assets = ["database", "web"]
protocols = ["shell", "exec"]
"#;

fn with_more(language: &'static str) -> Gateway {
    let gateway = Setup::new().policy(MORE).language(language).start();
    gateway.set_credential("database");
    gateway.set_credential("web");
    gateway
}

fn menu_leads_there(language: &'static str, title: &str, prompt: &str, nothing: &str) {
    let gateway = with_more(language);
    let mut terminal = Terminal::start(gateway.ssh(&gateway.operator("op1"), ""));
    terminal.expect(title);
    let all = terminal.expect(prompt);
    for asset in ["@box", "@database", "@web"] {
        assert!(all.contains(asset), "{asset} is missing: {all}");
    }
    terminal.line("no-such-thing");
    terminal.expect(nothing);
    terminal.expect(prompt);
    terminal.line("oracle");
    terminal.expect(title);
    let found = terminal.expect(prompt);
    assert!(found.contains("@database") && !found.contains("@box"), "the search narrows: {found}");
    terminal.line("1");
    terminal.prompt();
    terminal.line("echo sum-$((40+2))");
    terminal.expect("sum-42");
    terminal.line("exit");
    terminal.wait(PATIENCE);
    assert_eq!(field(&gateway.ended_session(), "asset"), "database");
}

#[test]
fn the_menu_leads_there() {
    menu_leads_there("en", "Assets of op1", "to quit): ", "Nothing matches no-such-thing");
}

#[test]
fn the_menu_leads_there_in_chinese() {
    menu_leads_there("zh-CN", "op1 的资产", "q 退出):", "没有匹配 no-such-thing");
}

#[test]
fn what_is_typed_ahead_of_the_menu_reaches_the_asset() {
    let gateway = Gateway::usual();
    let terminal = Terminal::start(gateway.ssh(&gateway.operator("op1"), ""));
    terminal.expect("to quit): ");
    terminal.send("1\recho sum-$((40+2))\r");
    terminal.expect("sum-42");
}

#[test]
fn the_menu_is_left_with_q_and_shows_only_what_is_open() {
    let gateway = Setup::new().policy(MORE).policy("[operator.outsider]\ngroups = [\"visitors\"]\n").start();
    let mut terminal = Terminal::start(gateway.ssh(&gateway.operator("outsider"), ""));
    terminal.expect("No asset is open to you now");
    terminal.line("q");
    assert!(terminal.wait(PATIENCE).success());
    assert!(gateway.sessions().is_empty());
}

#[test]
fn without_a_terminal_there_is_no_menu_but_a_list() {
    let gateway = with_more("en");
    let out = Running::run(gateway.ssh(&gateway.operator("op1"), "").arg("-T"), b"", PATIENCE);
    assert!(out.errors().contains("database") || out.text().contains("database"), "{out}");
    assert!(!out.status.success());
}

#[test]
fn the_user_name_leads_straight_there() {
    let gateway = Gateway::usual();
    let login = user();
    for (name, to) in [
        ("op1", "+box".to_owned()),
        ("op2", ":box".to_owned()),
        ("op3", "#box".to_owned()),
        ("op4", format!("+{login}@box")),
        ("op5", format!(":{login}@box")),
        ("op6", format!("#{login}@box")),
    ] {
        let out = gateway.exec(&gateway.operator(name), &to, "id -un");
        assert_eq!(out.ok().text().trim(), login, "{to}");
    }
}

#[test]
fn where_there_are_several_logins_one_has_to_be_named() {
    let gateway = with_more("en");
    let operator = gateway.operator("op1");
    let out = gateway.exec(&operator, "+web", "true").refused("op1+deploy@web");
    assert!(out.errors().contains(&format!("op1+{}@web", user())), "{out}");
    let mut terminal = Terminal::start(gateway.ssh(&operator, "+web"));
    terminal.expect("deploy@web");
    terminal.expect("to quit): ");
    terminal.line(&user());
    terminal.prompt();
    terminal.line("echo sum-$((40+2))");
    terminal.expect("sum-42");
    terminal.line("exit");
    terminal.wait(PATIENCE);
}

#[test]
fn what_a_person_is_told_is_in_the_configured_language() {
    let gateway = Setup::new().language("zh-CN").start();
    gateway.exec(&gateway.operator("op1"), "+nowhere", "true").refused("居庸关:");
}
