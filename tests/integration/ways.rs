//! The ways in: the menu, and straight there.

use crate::harness::{Gateway, PATIENCE, Running, Setup, Terminal, field, user, within};

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
    let again = terminal.expect(prompt);
    assert!(again.contains("@box") && again.contains("@database"), "the whole list is back: {again}");
    terminal.line("oracle");
    terminal.expect(title);
    let found = terminal.expect(prompt);
    assert!(found.contains("@database") && !found.contains("@box"), "the search narrows: {found}");
    terminal.line("1");
    terminal.prompt();
    terminal.line("echo sum-$((40+2))");
    terminal.expect("sum-42");
    terminal.line("exit");
    terminal.expect(title);
    terminal.expect(prompt);
    terminal.line("q");
    assert!(terminal.wait(PATIENCE).success());
    assert_eq!(field(&gateway.ended_session(), "asset"), "database");
}

#[test]
fn the_menu_leads_there() {
    menu_leads_there("en", "Assets of op1", "to quit): ", "Nothing matches no-such-thing");
}

#[test]
fn the_menu_leads_there_in_chinese() {
    menu_leads_there("zh-CN", "op1 的资产", "q 退出）：", "没有匹配 no-such-thing");
}

/// newcomer: `?`, `99`, and the number still on the screen after a search that found nothing.
#[test]
fn the_menu_explains_itself() {
    let gateway = with_more("en");
    let terminal = Terminal::start(gateway.ssh(&gateway.operator("op1"), ""));
    terminal.expect("to quit): ");
    for help in ["?", "h"] {
        terminal.line(help);
        terminal.expect("/TEXT");
        terminal.expect("to quit): ");
    }
    terminal.line("99");
    terminal.expect("There is no number 99: give one from 1 to 4");
    terminal.line("/99");
    terminal.expect("Nothing matches 99");
    terminal.expect("to quit): ");
    terminal.line("1");
    terminal.prompt();
}

/// newcomer: each further asset cost a new code. What was entered before is one session still, and decided anew.
#[test]
fn after_an_asset_the_menu_comes_back() {
    let gateway = with_more("en");
    let mut terminal = Terminal::start(gateway.ssh(&gateway.operator("op1"), ""));
    for (search, asset) in [("database", "database"), ("box", "box"), ("database", "database")] {
        terminal.expect("to quit): ");
        terminal.line(search);
        terminal.expect(&format!("{}@{asset}", user()));
        terminal.expect("to quit): ");
        terminal.line("1");
        terminal.prompt();
        terminal.line("echo sum-$((40+2)); exit 7");
        terminal.expect("sum-42");
    }
    terminal.expect("to quit): ");
    gateway.change_policy("assets = [\"database\", \"web\"]", "assets = [\"web\"]").ok();
    terminal.line("/");
    let left = terminal.expect("to quit): ");
    assert!(!left.contains("@database"), "what is open is asked anew: {left}");
    terminal.line("q");
    assert!(terminal.wait(PATIENCE).success(), "the way an asset's program ended is not the menu's");
    let sessions = within(PATIENCE, "both sessions have ended", || {
        let sessions = gateway.sessions();
        sessions.iter().all(|session| field(session, "ending") == "closed").then_some(sessions)
    });
    assert_eq!(sessions.len(), 2, "one for each asset: {sessions:?}");
    let opened = gateway.events().iter().filter(|row| field(row, "event") == "channel-opened").count();
    assert_eq!(opened, 3, "a channel's row and a recording for each time");
}

#[test]
fn whoever_came_by_the_menu_and_cannot_enter_is_told_so_there() {
    let broken = "[asset.nowhere]\naddress = \"127.0.0.1:1\"\nlogins = [\"{login}\"]\nhost_keys = [\"{host_key}\"]\n\
        [[rule]]\nid = \"nowhere\"\neffect = \"allow\"\noperators = [\"@ops\"]\nassets = [\"nowhere\"]\nprotocols = [\"shell\"]\n";
    let gateway = Setup::new().policy(broken).start();
    gateway.set_credential("nowhere");
    let mut terminal = Terminal::start(gateway.ssh(&gateway.operator("op1"), ""));
    terminal.expect("to quit): ");
    terminal.line("nowhere");
    terminal.expect("@nowhere");
    terminal.expect("to quit): ");
    terminal.line("1");
    terminal.expect("nowhere cannot be reached");
    terminal.expect("to quit): ");
    terminal.line("q");
    assert!(terminal.wait(PATIENCE).success());
}

/// Nobody types any more: the program's end is the client's, with the program's status.
#[test]
fn a_menu_that_nobody_can_answer_does_not_come_back() {
    let gateway = Gateway::usual();
    let mut ssh = gateway.ssh(&gateway.operator("op1"), "");
    let out = Running::run(ssh.arg("-tt"), b"1\rexit 7\r", PATIENCE);
    assert_eq!(out.code(), 7, "{out}");
}

/// An order cuts whoever came back to the menu as well as whoever is on an asset.
#[test]
fn a_session_that_was_entered_by_the_menu_is_cut_with_its_connection() {
    let gateway = Gateway::usual();
    let mut terminal = Terminal::start(gateway.ssh(&gateway.operator("op1"), ""));
    terminal.expect("to quit): ");
    terminal.line("1");
    terminal.prompt();
    gateway.juyong(&["lockdown", "start", "--reason", "drill"]).ok();
    terminal.expect("access is locked for now (drill)");
    assert!(!terminal.wait(PATIENCE).success());
}

/// newcomer: an auditor got an empty menu, and a prompt for a number.
#[test]
fn whoever_works_on_no_asset_is_told_their_commands() {
    let gateway = Setup::new().start();
    let mut terminal = Terminal::start(gateway.ssh(&gateway.operator("auditor"), ""));
    terminal.expect("your role (auditor) does not enter assets");
    let commands = terminal.expect("whoami");
    assert!(commands.contains("audit sessions|"), "{commands}");
    terminal.wait(PATIENCE);
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
    gateway.exec(&gateway.operator("op1"), "+nowhere", "true").refused("居庸关：");
}
