//! Guesses: how many are looked at, whom they lock out, and what somebody who has proven the first factor is told.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::harness::{
    Gateway, LONG, Login, Operator, Outcome, PATIENCE, Running, Setup, field, script, within,
};

const PASSWORD: &str = "PreferredAuthentications=password,keyboard-interactive";
const QUESTIONS: &str = "PreferredAuthentications=keyboard-interactive";

/// Answers as the usual one does, and not before there is a file `go`.
fn patient(gateway: &Gateway) -> (PathBuf, PathBuf) {
    let (script, go) = (gateway.fresh("askpass"), gateway.fresh("go"));
    let text = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$1\" >> \"$JUYONG_ANSWERS/prompts\"\nwhile ! [ -e {go} ]; do sleep 0.05; done\n\
         case \"$1\" in\n*assword*) cat \"$JUYONG_ANSWERS/password\" ;;\n\
         *) head -n 1 \"$JUYONG_ANSWERS/codes\"; sed -i 1d \"$JUYONG_ANSWERS/codes\" ;;\nesac\n",
        go = go.display()
    );
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
    (script, go)
}

/// Logins that all stand at their first question, and answer it in one moment.
fn burst(gateway: &Gateway, logins: &[Login], options: &[&str]) -> Vec<Outcome> {
    let (script, go) = patient(gateway);
    let start = |login: &Login| {
        let mut ssh = login.ssh("+box");
        for option in options {
            ssh.args(["-o", option]);
        }
        Running::start(ssh.env("SSH_ASKPASS", &script).arg("echo in"))
    };
    let running: Vec<Running> = logins.iter().map(start).collect();
    within(PATIENCE, "everybody stands at the question", || {
        logins.iter().all(|login| !login.prompts().is_empty()).then_some(())
    });
    fs::write(go, "").unwrap();
    running.into_iter().map(|running| running.wait(PATIENCE)).collect()
}

fn count(rows: &[Value], event: &str, reason: &str) -> usize {
    rows.iter().filter(|row| field(row, "event") == event && field(row, "reason") == reason).count()
}

fn run(login: &Login, options: &[&str]) -> Outcome {
    let mut ssh = login.ssh("+box");
    for option in options {
        ssh.args(["-o", option]);
    }
    Running::run(ssh.arg("echo in"), b"", PATIENCE)
}

/// attack 4: of twenty codes side by side, five are looked at.
#[test]
fn codes_side_by_side_are_no_more_guesses_than_one_after_the_other() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let mut logins: Vec<_> =
        (0..19).map(|_| gateway.login_with(&operator, &operator.password, &operator.wrong_code())).collect();
    logins.push(gateway.login(&operator));
    let by_key = "PreferredAuthentications=publickey,keyboard-interactive";
    burst(&gateway, &logins, &[by_key, "NumberOfPasswordPrompts=1"]);
    let rows = gateway.events();
    let (wrong, locked) =
        (count(&rows, "login-refused", "wrong-code"), count(&rows, "login-refused", "locked"));
    // The right one may come before the fifth wrong one, and then takes no place.
    assert_eq!(wrong, 5, "so many wrong ones were looked at");
    assert!(locked >= 14, "the rest was refused, {locked} of 15 or of 14");
    assert!(rows.iter().any(|row| field(row, "event") == "operator-locked"));
}

/// newcomer: a script without anybody to ask answers with nothing, again and again. That guesses nothing, and locks nobody.
#[test]
fn empty_answers_lock_nobody_out() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let script = gateway.fresh("askpass");
    fs::write(&script, "#!/bin/sh\necho\n").unwrap();
    fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
    for way in ["publickey,keyboard-interactive", "password", "keyboard-interactive"] {
        for _ in 0..3 {
            let login = gateway.login_with(&operator, &operator.password, "");
            let mut ssh = login.ssh("+box");
            ssh.env("SSH_ASKPASS", &script).args(["-o", &format!("PreferredAuthentications={way}")]);
            Running::run(ssh.arg("true"), b"", PATIENCE).refused("Permission denied");
        }
    }
    let rows = gateway.events();
    assert!(count(&rows, "login-refused", "nothing-given") >= 9, "{rows:?}");
    assert!(!rows.iter().any(|row| field(row, "event") == "operator-locked"), "{rows:?}");
    assert_eq!(gateway.exec(&operator, "+box", "echo in").ok().text(), "in\n");
}

/// attack 4: nor is "partial success" told to more passwords than that.
#[test]
fn passwords_side_by_side_are_no_more_guesses_either() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let mut logins: Vec<_> =
        (0..19).map(|_| gateway.login_with(&operator, "wrong-Password-1", "000000")).collect();
    logins.push(gateway.login(&operator));
    let options =
        ["PubkeyAuthentication=no", "NumberOfPasswordPrompts=1", "PreferredAuthentications=password"];
    burst(&gateway, &logins, &options);
    let rows = gateway.events();
    let (wrong, locked) =
        (count(&rows, "login-refused", "wrong-password"), count(&rows, "login-refused", "locked"));
    assert!(wrong <= 5, "{wrong} were looked at");
    // Each try ends as wrong, as locked, or, once, as a partial success, of which there is no row.
    assert!(wrong + locked >= 19, "{wrong} wrong, {locked} locked");
    assert!(wrong == 5 || wrong + locked == 19, "the right one was told although {wrong} were wrong");
    let late = gateway.login(&operator);
    run(&late, &options).refused("Permission denied (publickey,password,keyboard-interactive)");
}

/// attack 19: factors that somebody sets while a login is half way count at once.
#[test]
fn a_code_of_the_old_secret_is_nothing_once_there_is_a_new_one() {
    let gateway = Gateway::usual();
    let old = gateway.operator("op1");
    let (script, go) = patient(&gateway);
    let login = gateway.login(&old);
    let halfway = Running::start(login.ssh("+box").env("SSH_ASKPASS", &script).arg("echo in"));
    within(PATIENCE, "the key is proven", || login.prompts().contains("One-time code").then_some(()));
    let new = gateway.operator("op1");
    fs::write(go, "").unwrap();
    halfway.wait(PATIENCE).refused("Permission denied");
    gateway.journaled("login-refused", &[("operator", "op1"), ("reason", "factors-changed")]);
    gateway.exec(&new, "+box", "true").ok();
}

/// trial 14: a client with several connections gives one code several times.
#[test]
fn one_code_given_six_times_locks_nobody() {
    let gateway = Setup::new().tables("[auth]\nlock_after = 2").start();
    let operator = gateway.operator("op1");
    let code = operator.next_code();
    let logins: Vec<_> = (0..6).map(|_| gateway.login_with(&operator, &operator.password, &code)).collect();
    let outcomes =
        burst(&gateway, &logins, &["PubkeyAuthentication=no", QUESTIONS, "NumberOfPasswordPrompts=1"]);
    let inside = outcomes.iter().filter(|outcome| outcome.status.success()).count();
    let rows = gateway.events();
    assert_eq!((inside, count(&rows, "login-refused", "code-reused")), (1, 5), "{rows:?}");
    assert!(rows.iter().all(|row| field(row, "event") != "operator-locked"), "{rows:?}");
    run(&gateway.login(&operator), &["PubkeyAuthentication=no", QUESTIONS]).ok();
}

/// One code on two hundred connections that stand at the question: one gets in, and no lock follows.
#[test]
fn one_code_given_two_hundred_times_lets_one_in() {
    let limits =
        "[auth]\nlock_after = 2\n[limits]\nstarts = 400\nstarts_per_source = 400\nlogin_grace = \"300s\"";
    let gateway = Setup::new().tables(limits).start();
    let operator = gateway.operator("op1");
    let mut many = script("onecode.py");
    let out =
        Running::run(many.arg(gateway.script_input(&operator)).args(["200", &operator.base32()]), b"", LONG)
            .ok();
    assert_eq!(out.text().trim(), "1", "{out}");
    let rows = gateway.records(&["audit", "events", "--limit", "2000"]);
    assert!(count(&rows, "login-refused", "code-reused") >= 2, "the first of them have rows");
    assert!(rows.iter().all(|row| field(row, "event") != "operator-locked"));
    assert!(rows.iter().any(|row| field(row, "event") == "login-accepted"));
}

/// Five wrong passwords from another address.
fn stranger(gateway: &Gateway, operator: &Operator) {
    for _ in 0..5 {
        let login = gateway.login_with(operator, "wrong-Password-1", "000000");
        let options =
            ["PubkeyAuthentication=no", "BindAddress=127.0.0.2", "NumberOfPasswordPrompts=1", QUESTIONS];
        run(&login, &options).refused("Permission denied");
    }
}

/// trial 22, newcomer (locks): who comes with a key is not locked out by who has none; the lock can be seen.
#[test]
fn a_stranger_locks_the_way_without_a_key_only() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("officer");
    gateway.juyong(&["operator", "unlock", "officer"]).ok();
    stranger(&gateway, &operator);
    gateway.journaled("operator-locked", &[("operator", "officer"), ("source", "127.0.0.2")]);
    assert!(gateway.exec(&operator, "", "whoami").ok().text().contains("officer"));
    let by_password = gateway.login(&operator);
    run(&by_password, &["PubkeyAuthentication=no", PASSWORD]).refused("Permission denied");

    let list = gateway.juyong(&["operator", "list"]).ok().text();
    assert!(list.starts_with("OPERATOR") && list.contains("locked until"), "{list}");
    let shown = gateway.juyong(&["operator", "show", "officer"]).ok().text();
    assert!(shown.contains("without a key") && shown.contains("publickey SHA256:"), "{shown}");
    let record = gateway.records(&["operator", "show", "officer"]).remove(0);
    assert_eq!(record["locks"][0]["key"], Value::Null, "{record}");
    let failed = gateway.records(&["audit", "events", "--operator", "officer"]);
    assert_eq!(count(&failed, "login-refused", "wrong-password"), 5, "newcomer: found by name: {failed:?}");

    assert!(gateway.juyong(&["operator", "unlock", "officer"]).ok().text().contains("is unlocked"));
    assert!(gateway.juyong(&["operator", "unlock", "officer"]).ok().text().contains("was not locked"));
    assert!(!gateway.juyong(&["operator", "list"]).ok().text().contains("locked until"));
    run(&gateway.login(&operator), &["PubkeyAuthentication=no", PASSWORD]);
    gateway.journaled("login-accepted", &[("actor", "officer")]);
}

/// Wrong codes behind a proven key lock that key and logins without one, and no other key.
#[test]
fn codes_behind_a_key_lock_that_key() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    for _ in 0..5 {
        let login = gateway.login_with(&operator, &operator.password, &operator.wrong_code());
        run(&login, &["NumberOfPasswordPrompts=1"]).refused("Permission denied");
    }
    gateway.exec(&operator, "+box", "true").refused("Permission denied");
    let record = gateway.records(&["operator", "show", "op1"]).remove(0);
    assert!(field(&record["locks"][0], "key").starts_with("SHA256:"), "{record}");
    run(&gateway.login(&operator), &["PubkeyAuthentication=no", PASSWORD]).refused("Permission denied");
    gateway.exec(&gateway.operator("op1"), "+box", "true").ok();
}

/// newcomer (codes): what is wrong with a code is told to who has proven the first factor.
#[test]
fn a_code_that_is_not_taken_says_why() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "true").ok();
    for (bad, why) in [
        (operator.last_code(), "was used already; the next one comes in"),
        (operator.old_code(), "is too old"),
        (operator.wrong_code(), "this code is wrong"),
    ] {
        for by in [
            &["PubkeyAuthentication=yes"][..],
            &["PubkeyAuthentication=no", PASSWORD],
            &["PubkeyAuthentication=no", QUESTIONS],
        ] {
            let login = gateway.login_with(&operator, &operator.password, &format!("{bad}\n{bad}"));
            run(&login, &[by, &["NumberOfPasswordPrompts=2"]].concat()).refused("Permission denied");
            assert!(login.prompts().contains(why), "{}", login.prompts());
            gateway.juyong(&["operator", "unlock", "op1"]).ok();
        }
    }
    gateway.journaled("login-refused", &[("reason", "code-old"), ("operator", "op1")]);
}

/// newcomer (codes): and to nobody else.
#[test]
fn a_stranger_hears_nothing_of_codes() {
    let gateway = Setup::new().tables("[auth]\nlock_after = 50").start();
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "true").ok();
    let nobody = Operator::new("nobody", operator.key.clone());
    let told = |who: &Operator, code: &str| {
        let login = gateway.login_with(who, "wrong-Password-1", &format!("{code}\n{code}"));
        let outcome = run(&login, &["PubkeyAuthentication=no", QUESTIONS, "NumberOfPasswordPrompts=2"]);
        assert!(!outcome.status.success(), "{outcome}");
        assert!(!outcome.errors().contains("code"), "{outcome}");
        format!("{}{}", outcome.errors(), login.prompts()).replace(&who.name, "NAME")
    };
    let unknown = told(&nobody, "000000");
    for code in [operator.last_code(), operator.wrong_code(), operator.old_code()] {
        assert_eq!(told(&operator, &code), unknown);
    }
}

/// trial 30: the owner's notice comes before the first question.
#[test]
fn a_banner_is_shown_before_the_login() {
    let banner =
        "[login]\nbanner = { en = \"For authorised use.\\nAll is recorded.\", zh-CN = \"全程录像。\" }";
    let gateway = Setup::new().tables(banner).start();
    let operator = gateway.operator("op1");
    let outcome = gateway.exec(&operator, "+box", "true").ok();
    assert_eq!(outcome.errors().matches("For authorised use.").count(), 1, "{outcome}");
    assert!(outcome.errors().contains("All is recorded.\n全程录像。\n"), "{outcome}");
    let nobody = gateway.login_with(&Operator::new("nobody", operator.key.clone()), "x", "000000");
    run(&nobody, &["PreferredAuthentications=publickey"]).refused("For authorised use.");
}

/// attack 25: the process leaves no core file.
#[test]
fn the_gateway_dumps_no_memory() {
    let gateway = Gateway::usual();
    let limits =
        fs::read_to_string(Path::new("/proc").join(gateway.id().to_string()).join("limits")).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
}
