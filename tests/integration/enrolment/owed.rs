//! What is settled at a login: new terms of work, a password that is too old; and what is told there.

use super::answer;
use crate::harness::{Gateway, Operator, Outcome, PATIENCE, Running, Setup, Terminal};

fn by_password(gateway: &Gateway, operator: &Operator, code: &str) -> std::process::Command {
    let mut ssh = gateway.login_with(operator, &operator.password, code).ssh("");
    ssh.args([
        "-o",
        "PubkeyAuthentication=no",
        "-o",
        "PreferredAuthentications=password,keyboard-interactive",
    ]);
    ssh
}

#[test]
fn a_new_version_of_the_terms_is_accepted_before_anything_else() {
    let tables = "[auth]\nremember = \"1h\"\n[login]\nterms = \"terms.txt\"";
    let gateway = Setup::new().tables(tables).stopped().start();
    std::fs::write(gateway.path("terms.txt"), "Version one\n").unwrap();
    gateway.start();
    gateway.set_credential("box");
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "echo inside").refused("accept them first");
    // The code is remembered: the logins that follow are asked for none.
    let ssh = |to: &str| gateway.login_with(&operator, "", "").ssh(to);
    let runs = || -> Outcome { Running::run(ssh("+box").arg("echo inside"), b"", PATIENCE) };
    let accept = |version: &str| {
        let terminal = Terminal::start(ssh("+box"));
        terminal.expect(version);
        answer(&terminal, &["(yes/no) "], "yes");
        terminal.prompt();
    };
    accept("Version one");
    assert!(runs().ok().text().contains("inside"));
    std::fs::write(gateway.path("terms.txt"), "Version two\n").unwrap();
    runs().refused("accept them first");
    let mut declined = Terminal::start(ssh(""));
    declined.expect("Version two");
    answer(&declined, &["(yes/no) "], "no");
    assert!(!declined.wait(PATIENCE).success());
    accept("Version two");
    runs().ok();
    std::fs::remove_file(gateway.path("terms.txt")).unwrap();
    runs().refused("cannot tell whether you have accepted");
}

#[test]
fn a_password_that_is_too_old_is_changed_at_the_login() {
    let gateway =
        Setup::new().tables("[auth]\npassword_max_age = \"90d\"\nidle_account = \"0s\"").stopped().start();
    gateway.set_hours(0);
    gateway.start();
    gateway.set_credential("box");
    let operator = gateway.operator("op1");
    gateway.set_hours(91 * 24 * 3600);
    let codes = |offset: u64| operator.code_in(offset);
    let later = 91 * 24 * 3600;
    // By key nobody is kept from work.
    let key = gateway.login_with(&operator, "", &codes(later));
    Running::run(key.ssh("+box").arg("true"), b"", PATIENCE).ok();
    Running::run(by_password(&gateway, &operator, &codes(later + 30)).arg("whoami"), b"", PATIENCE)
        .refused("your password is too old");
    gateway.juyong(&["operator", "unlock", "op1"]).ok();
    gateway.set_hours(later as i64 + 120);
    let terminal = Terminal::start(by_password(&gateway, &operator, &codes(later + 120)));
    terminal.expect("set a new one now");
    for password in [&operator.password, &operator.password] {
        answer(&terminal, &["New password: ", "Once more: "], password);
    }
    terminal.expect("You had this one before");
    for password in ["Kranich-Zimt-55-wo", "Kranich-Zimt-55-wo"] {
        answer(&terminal, &["New password: ", "Once more: "], password);
    }
    terminal.expect("Assets of op1");
    gateway.journaled("own-factor-changed", &[("actor", "op1"), ("change", "password")]);
}

#[test]
fn the_menu_tells_the_last_login_and_what_was_refused_since() {
    let gateway = Setup::new()
        .policy(
            "[operator.ends]\ngroups = [\"ops\"]\nvalid = \"..{soon}\"\n".replace("{soon}", &soon()).as_str(),
        )
        .start();
    let operator = gateway.operator("ends");
    let first = Terminal::start(gateway.ssh(&operator, ""));
    let heard = first.expect("Assets of ends");
    assert!(!heard.contains("Last login") && heard.contains("Your account ends at"), "{heard}");
    drop(first);
    let wrong = gateway.login_with(&operator, &operator.password, &operator.wrong_code());
    Running::run(wrong.ssh("+box").arg("true"), b"", PATIENCE).refused("Permission denied");
    let second = Terminal::start(gateway.ssh(&operator, ""));
    second.expect("Last login: ");
    second.expect("from 127.0.0.1; refused since then: 1.");
    drop(second);
    let third = Terminal::start(gateway.ssh(&operator, ""));
    third.expect("from 127.0.0.1.");
    let officer = gateway.operator("officer");
    gateway.exec(&officer, "", "whoami").ok();
    let mut ssh = gateway.ssh(&officer, "");
    let told = Running::run(&mut ssh, b"", PATIENCE);
    assert!(told.errors().contains("Last login: "), "{told}");
}

/// A date a few days from now.
fn soon() -> String {
    let out = std::process::Command::new("date").args(["-d", "+5 days", "+%F"]).output().unwrap();
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}
