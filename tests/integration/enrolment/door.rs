//! Who does not get as far as the dialogue, and who does not get to its end.

use serde_json::json;

use super::{Invitee, answer, states};
use crate::harness::{Gateway, Operator, PATIENCE, Running, Setup, Terminal};

/// What a client says at the end of a login that is refused, without the name.
fn refused(mut terminal: Terminal, name: &str) -> String {
    let heard = terminal.expect("Permission denied");
    assert!(!terminal.wait(PATIENCE).success());
    let end = heard.rsplit("code: ").next().unwrap_or_default();
    end.replace(name, "NAME")
}

#[test]
fn a_code_that_opens_nothing_looks_as_a_wrong_password_does() {
    let gateway = Setup::new().tables("[auth]\nlock_after = 50").start();
    let first = Invitee::of(&gateway, "op3");
    let second = Invitee::of(&gateway, "op3");
    let withdrawn = Invitee::of(&gateway, "op4");
    gateway.juyong(&["operator", "invite", "--withdraw", "op4"]).ok();
    gateway.juyong(&["operator", "invite", "--withdraw", "op4"]).refused("op4 has no invitation");
    let complete = gateway.operator("op5");
    let stranger = Invitee { name: "nobody", code: second.code.clone(), key: complete.key.clone() };
    let other = Invitee { name: "op6", code: second.code.clone(), key: complete.key.clone() };
    let wrong = refused(first.knock(&gateway, "Wrong-Password-77"), "op3");
    for (case, told) in [
        ("replaced by the next", refused(first.come(&gateway), "op3")),
        ("withdrawn", refused(withdrawn.come(&gateway), "op4")),
        ("somebody else's", refused(other.come(&gateway), "op6")),
        ("a name that nobody has", refused(stranger.come(&gateway), "nobody")),
    ] {
        assert_eq!(told, wrong, "{case} is told apart");
    }
    gateway.journaled("login-refused", &[("actor", "unproven:op3"), ("reason", "not-enrolled")]);
    second.come(&gateway).expect("Welcome, op3");
}

#[test]
fn wrong_codes_lock_and_an_expired_one_is_void() {
    let gateway = Setup::new().tables("[auth]\nlock_after = 3\ninvite_valid = \"1h\"").stopped().start();
    gateway.set_hours(0);
    gateway.start();
    let (late, guessed) = (Invitee::of(&gateway, "op3"), Invitee::of(&gateway, "op4"));
    for _ in 0..3 {
        refused(guessed.knock(&gateway, "abcde-fghjk-mnpqr-stuvw"), "op4");
    }
    gateway.journaled("operator-locked", &[("operator", "op4")]);
    refused(guessed.come(&gateway), "op4");
    gateway.juyong(&["operator", "unlock", "op4"]).ok();
    guessed.come(&gateway).expect("Welcome, op4");
    let terminal = late.come(&gateway);
    terminal.expect("Welcome, op3");
    gateway.set_hours(3700);
    refused(late.come(&gateway), "op3");
}

#[test]
fn an_enrolment_wants_a_terminal_that_is_wide_enough() {
    let gateway = Gateway::usual();
    let invitee = Invitee::of(&gateway, "op3");
    let operator = Operator::new("op3", invitee.key.clone());
    let by_questions = |more: &[&str], command: &[&str]| {
        let login = gateway.login_with(&operator, &invitee.code, "");
        let mut ssh = login.ssh("");
        ssh.args(["-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=keyboard-interactive"]);
        ssh.args(more).args(command);
        Running::run(&mut ssh, b"", PATIENCE)
    };
    for command in [&["-T"][..], &["operator list"], &["-s", "sftp"]] {
        by_questions(&[], command).refused("ssh -t USER@gateway");
    }
    // No way from here to an asset, whatever the name says.
    let login = gateway.login_with(&operator, &invitee.code, "");
    let mut ssh = login.ssh("+box");
    ssh.args(["-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=keyboard-interactive"]);
    Running::run(ssh.arg("echo inside"), b"", PATIENCE).refused("ssh -t USER@gateway");
    assert!(gateway.sessions().is_empty());
    let login = gateway.login_with(&operator, &invitee.code, "");
    let mut ssh = login.ssh("");
    ssh.args(["-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=password"]);
    Running::run(&mut ssh, b"", PATIENCE).refused("ssh -t USER@gateway");
    assert_eq!(states(&gateway, "op3"), json!(["not-enrolled"]));
    invitee.come(&gateway).expect("Welcome, op3");
}

#[test]
fn every_other_rule_of_a_login_holds_also_in_the_middle() {
    let gateway = Gateway::usual();
    let invitee = Invitee::of(&gateway, "op3");
    let terminal = invitee.come(&gateway);
    answer(&terminal, &["Number (1 to 2): "], "1");
    gateway.juyong(&["operator", "disable", "op3"]).ok();
    terminal.expect("your account is disabled");
    let mut again = invitee.come(&gateway);
    again.expect("your account is disabled");
    assert!(!again.wait(PATIENCE).success());
    gateway.journaled("login-refused", &[("actor", "op3"), ("reason", "operator-disabled")]);
    gateway.juyong(&["operator", "enable", "op3"]).ok();
    let terminal = invitee.come(&gateway);
    terminal.expect("Welcome, op3");
    gateway.juyong(&["lockdown", "start", "--scope", "all", "--reason", "drill"]).ok();
    terminal.expect("access is locked");
    invitee.come(&gateway).expect("access is locked");
    assert_eq!(states(&gateway, "op3"), json!(["not-enrolled", "locked-down"]));
}

/// A gateway that takes only keys asks all the same: the invited person has none yet.
#[test]
fn where_only_keys_count_the_code_is_asked_for_too() {
    let gateway = Setup::new().tables("[auth]\nfactors = [\"publickey\"]").start();
    let invitee = Invitee::of(&gateway, "op3");
    let operator = Operator::new("op3", invitee.key.clone());
    let login = gateway.login_with(&operator, "", "");
    let mut ssh = login.ssh("");
    ssh.env("SSH_ASKPASS_REQUIRE", "never");
    let mut terminal = Terminal::start(ssh);
    answer(&terminal, &["assword: "], &invitee.code);
    terminal.expect("Your client showed these keys:");
    answer(&terminal, &["Number (1 to 2): "], "1");
    terminal.expect("op3 is enrolled: publickey");
    assert!(terminal.wait(PATIENCE).success());
    gateway.exec(&operator, "+box", "true").ok();
}
