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

/// attacker: a terms file that could not be read, and the answer "no", kept officers from `lockdown start`.
#[test]
fn nothing_that_is_owed_keeps_an_officer_from_a_command() {
    let tables = "[auth]\nremember = \"1h\"\n[login]\nterms = \"terms.txt\"";
    let gateway = Setup::new().tables(tables).stopped().start();
    let terms = gateway.path("terms.txt");
    std::fs::write(&terms, "Version one\n").unwrap();
    gateway.start();
    gateway.set_credential("box");
    let (officer, operator) = (gateway.operator("officer"), gateway.operator("op1"));
    gateway.exec(&operator, "", "whoami").refused("accept them first");
    let person = gateway.master(&officer, "");
    let command = |line: &str| person.exec(line);
    command("lockdown status").ok();
    for keys in ["no\r", "\u{3}", "\u{4}"] {
        let mut ssh = person.ssh();
        ssh.args(["-t", "lockdown status"]);
        let mut terminal = Terminal::start(ssh);
        terminal.expect("(yes/no) ");
        terminal.send(keys);
        assert!(terminal.wait(PATIENCE).success(), "{keys:?}");
    }
    let colleague = gateway.login_with(&operator, "", "");
    type Spoil = fn(&std::path::Path);
    let spoilt: [(&str, Spoil); 6] = [
        ("missing", |_| {}),
        ("a pipe", |path| {
            assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success())
        }),
        ("endless", |path| std::os::unix::fs::symlink("/dev/zero", path).unwrap()),
        ("a directory", |path| std::fs::create_dir(path).unwrap()),
        ("too long", |path| std::fs::write(path, "x".repeat(64 * 1024 + 1)).unwrap()),
        ("not UTF-8", |path| std::fs::write(path, b"\xff\xfe\x80").unwrap()),
    ];
    for (what, spoil) in spoilt {
        let _ = std::fs::remove_file(&terms);
        let _ = std::fs::remove_dir(&terms);
        spoil(&terms);
        for line in ["lockdown status", "approve list"] {
            let heard = command(line);
            assert!(heard.status.success(), "{what}, {line}: {heard}");
        }
        command("audit kill 01nosuch --reason drill").refused("juyong:");
        let refused = Running::run(colleague.ssh("").arg("whoami"), b"", PATIENCE);
        assert!(refused.errors().contains("cannot tell whether you have accepted"), "{what}: {refused}");
    }
    command("lockdown start --reason drill").ok();
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
