//! The door: what is not both factors of an open account does not get in, and learns nothing.

use std::process::Command;
use std::time::Duration;

use crate::harness::{Gateway, Login, Operator, Outcome, PATIENCE, Running, Setup, field, has_event};

/// `ssh` that proves a password and a code, in that order.
fn by_password(login: &Login, to: &str) -> Command {
    let mut ssh = login.ssh(to);
    ssh.args([
        "-o",
        "PubkeyAuthentication=no",
        "-o",
        "PreferredAuthentications=password,keyboard-interactive",
    ]);
    ssh
}

/// `ssh` that answers questions only.
fn by_questions(login: &Login, to: &str) -> Command {
    let mut ssh = login.ssh(to);
    ssh.args(["-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=keyboard-interactive"]);
    ssh
}

fn tried(mut command: Command) -> Outcome {
    Running::run(command.arg("echo in"), b"", PATIENCE)
}

/// What a client was told, without the name.
fn told(outcome: &Outcome, operator: &Operator) -> String {
    assert!(!outcome.status.success() && outcome.out.is_empty(), "nobody gets in like this: {outcome}");
    outcome.errors().replace(&operator.name, "NAME")
}

#[test]
fn wrong_password_wrong_code_and_unknown_name_look_the_same() {
    let gateway = Setup::new().tables("[auth]\nlock_after = 50").start();
    let (first, second) = (gateway.operator("op1"), gateway.operator("op2"));
    let nobody = Operator::new("nobody", first.key.clone());
    let cases = [
        ("wrong password", &first, "wrong-Password-1".to_owned(), first.next_code()),
        ("wrong code", &second, second.password.clone(), second.wrong_code()),
        ("unknown", &nobody, "wrong-Password-1".to_owned(), nobody.next_code()),
    ];
    let seen = |ask: fn(&Login, &str) -> Command, case: usize| {
        let (name, operator, password, code) = &cases[case];
        let outcome = tried(ask(&gateway.login_with(operator, password, code), "+box"));
        (*name, told(&outcome, operator))
    };
    // A password that is right by itself is a partial success, and says so; questions come all at once.
    for (ask, other) in
        [(by_questions as fn(&Login, &str) -> Command, 1), (by_questions, 2), (by_password, 2)]
    {
        let ((_, wrong), (case, told)) = (seen(ask, 0), seen(ask, other));
        assert!(wrong.contains("Permission denied (publickey,password,keyboard-interactive)"), "{wrong}");
        assert_eq!(wrong, told, "{case} is told apart");
    }
    let prompts = |operator: &Operator| {
        let login = gateway.login_with(operator, "wrong-Password-2", "000000");
        tried(by_questions(&login, "+box"));
        login.prompts().replace(&operator.name, "NAME")
    };
    assert_eq!(prompts(&first), prompts(&nobody), "the questions tell");

    let rows = gateway.events();
    for (actor, reason) in [
        ("unproven:op1", "wrong-password"),
        ("unproven:op2", "wrong-code"),
        ("unproven:nobody", "operator-unknown"),
    ] {
        assert!(
            has_event(&rows, "login-refused", &[("actor", actor), ("reason", reason)]),
            "{reason}: {rows:?}"
        );
    }
}

#[test]
fn time_tells_nothing_either() {
    let gateway = Setup::new().tables("[auth]\nlock_after = 50").start();
    let known = gateway.operator("op1");
    let nobody = Operator::new("nobody", known.key.clone());
    let fastest = |operator: &Operator| {
        let times = (0..4).map(|_| {
            let login = gateway.login_with(operator, "wrong-Password-1", "000000");
            tried(by_questions(&login, "+box")).took
        });
        times.min().unwrap()
    };
    let (known, nobody) = (fastest(&known), fastest(&nobody));
    assert!(known.abs_diff(nobody) < Duration::from_millis(250), "known {known:?}, unknown {nobody:?}");
}

#[test]
fn a_key_or_a_password_alone_is_not_enough() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let login = gateway.login(&operator);
    let mut ssh = login.ssh("+box");
    ssh.args(["-o", "PreferredAuthentications=publickey"]);
    tried(ssh).refused("Permission denied");
    let mut ssh = login.ssh("+box");
    ssh.args(["-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=password"]);
    tried(ssh).refused("Permission denied");
    assert!(gateway.sessions().is_empty());
}

#[test]
fn another_key_is_refused() {
    let gateway = Gateway::usual();
    let (operator, other) = (gateway.operator("op1"), gateway.operator("op2"));
    let mut stranger = Operator::new("op1", other.key.clone());
    stranger.password = "wrong-Password-1".to_owned();
    tried(gateway.login_with(&stranger, &stranger.password, &operator.next_code()).ssh("+box"))
        .refused("Permission denied");
}

#[test]
fn a_code_works_once() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "true").ok();
    let again = gateway.login_with(&operator, &operator.password, &operator.last_code());
    tried(again.ssh("+box")).refused("Permission denied");
    gateway.journaled("login-refused", &[("actor", "unproven:op1"), ("reason", "code-reused")]);
    gateway.exec(&operator, "+box", "true").ok();
}

#[test]
fn five_failures_lock_an_account() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    for _ in 0..5 {
        let login = gateway.login_with(&operator, &operator.password, &operator.wrong_code());
        tried(login.ssh("+box")).refused("Permission denied");
    }
    gateway.journaled("operator-locked", &[("operator", "op1")]);
    gateway.exec(&operator, "+box", "true").refused("Permission denied");
    gateway.journaled("login-refused", &[("actor", "unproven:op1"), ("reason", "locked")]);
    gateway.exec(&gateway.operator("op2"), "+box", "true").ok();
    gateway.juyong(&["operator", "unlock", "op1"]).ok();
    gateway.exec(&operator, "+box", "true").ok();
    assert!(gateway.events().iter().any(|row| field(row, "event") == "operator-unlocked"));
}

#[test]
fn an_account_of_the_policy_that_never_enrolled_is_refused() {
    let gateway = Gateway::usual();
    let stranger = Operator::new("op3", gateway.operator("op1").key.clone());
    gateway.exec(&stranger, "+box", "true").refused("Permission denied");
}
