//! One's own account over SSH: what each command does for oneself, that it takes a fresh proof, and that nobody else's
//! account is ever meant.

use serde_json::{Value, json};

use super::answer;
use crate::harness::{
    Gateway, Master, Operator, Outcome, PATIENCE, Running, Setup, Terminal, field, key_pair, within,
};

/// Runs a command with answers on standard input, a line each.
fn given(person: &Master, line: &str, answers: &[&str]) -> Outcome {
    let input: String = answers.iter().map(|answer| format!("{answer}\n")).collect();
    person.run(line, input.as_bytes())
}

/// What stands for a code where none is looked at.
const UNREAD: &str = "000000";

fn json_of(outcome: Outcome) -> Vec<Value> {
    outcome.ok().text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn public_line(key: &std::path::Path) -> String {
    std::fs::read_to_string(key.with_extension("pub")).unwrap().trim().to_owned()
}

#[test]
fn keys_are_listed_added_and_removed_with_a_fresh_code() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let person = gateway.master(&operator, "");
    let own = json_of(person.exec("keys --json"));
    assert_eq!((own.len(), &own[0]["in_use"]), (1, &json!(true)), "{own:?}");
    let first = field(&own[0], "fingerprint").to_owned();
    let new = key_pair(&gateway.fresh("key"));
    let add = format!("keys add {}", public_line(&new));
    given(&person, &add, &[]).refused("give a one-time code");
    given(&person, &add, &[&operator.wrong_code()]).refused("juyong:");
    given(&person, &add, &[&operator.last_code()]).refused("juyong:");
    given(&person, &add, &[&operator.next_code()]).ok();
    given(&person, &add, &[UNREAD]).refused("is one of your keys already");
    gateway
        .journaled("own-factor-changed", &[("actor", "op1"), ("operator", "op1"), ("change", "key-added")]);
    // A key on standard input, and a code behind it.
    let third = key_pair(&gateway.fresh("key"));
    given(&person, "keys add", &[&public_line(&third), &operator.next_code()]).ok();
    given(&person, &format!("keys remove {first}"), &[&operator.next_code()]).ok();
    let old = gateway.login_with(&operator, "", UNREAD);
    Running::run(old.ssh("+box").arg("true"), b"", PATIENCE).refused("Permission denied");
    let by_new = Operator::new("op1", new);
    let login = gateway.login_with(&by_new, "", &operator.next_code());
    Running::run(login.ssh("+box").arg("true"), b"", PATIENCE).ok();
    let shown = &gateway.records(&["operator", "show", "op1"])[0];
    assert!(field(shown, "factors_set_by").starts_with("local:"), "{shown}");
}

#[test]
fn the_last_key_of_an_account_that_needs_one_stays() {
    let gateway = Setup::new().tables("[auth]\nfactors = [\"publickey+totp\"]").start();
    let person = gateway.master(&gateway.operator("op1"), "");
    let own = json_of(person.exec("keys list --json"));
    let remove = format!("keys remove {}", field(&own[0], "fingerprint"));
    given(&person, &remove, &[UNREAD]).refused("your last key");
    given(&person, "keys remove SHA256:other", &[UNREAD]).refused("you have no key");
}

/// newcomer: a key that is not one, and a password that is too short, were found so once the code was spent on them.
#[test]
fn nobody_is_asked_for_a_code_in_vain() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let person = gateway.master(&operator, "");
    let own = field(&json_of(person.exec("keys list --json"))[0], "fingerprint").to_owned();
    let at_terminal = |line: &str| {
        let mut ssh = person.ssh();
        ssh.args(["-t", line]);
        Terminal::start(ssh)
    };
    for (line, answers, told) in [
        ("keys add ssh-ed25519 AAAA", &[][..], "is not an OpenSSH public key"),
        ("keys add", &[("press Enter", "ssh-ed25519 AAAA")][..], "is not an OpenSSH public key"),
        ("keys remove SHA256:other", &[], "you have no key SHA256:other"),
        (
            "password",
            &[("New password: ", "Short-1"), ("Once more: ", "Short-1")],
            "The password is too short: take at least 12 characters",
        ),
    ] {
        let mut terminal = at_terminal(line);
        for (question, given) in answers {
            answer(&terminal, &[question], given);
        }
        let shown = terminal.expect(told);
        assert!(!shown.contains("code: "), "{line}: {shown}");
        assert!(!terminal.wait(PATIENCE).success(), "{line}");
    }
    // Without a terminal nothing is waited for either.
    person.exec("keys remove SHA256:other").refused("you have no key");
    given(&person, &format!("keys remove {own}"), &[&operator.next_code()]).ok();
}

/// officer: whoever was asked for a code while a lockdown began was asked in vain, and told nothing of it.
#[test]
fn a_lockdown_that_ends_a_question_is_told() {
    let gateway = Gateway::usual();
    let person = gateway.master(&gateway.operator("op1"), "");
    let mut ssh = person.ssh();
    ssh.args(["-t", "recovery"]);
    let mut terminal = Terminal::start(ssh);
    terminal.expect("code: ");
    gateway.juyong(&["lockdown", "start", "--reason", "drill", "--order", "N-7", "--scope", "op1"]).ok();
    terminal.expect("access is locked by order N-7");
    assert!(!terminal.wait(PATIENCE).success());
}

#[test]
fn a_password_is_changed_at_a_terminal_and_never_comes_back() {
    let gateway = Gateway::usual();
    let mut operator = gateway.operator("op1");
    let (old, new) = (operator.password.clone(), "Kranich-Zimt-55-wo");
    let person = gateway.master(&operator, "");
    let mut ssh = person.ssh();
    ssh.args(["-t", "password"]);
    let mut terminal = Terminal::start(ssh);
    answer(&terminal, &["New password: "], new);
    answer(&terminal, &["Once more: "], new);
    answer(&terminal, &["code: "], &operator.next_code());
    terminal.expect("The password is set.");
    assert!(terminal.wait(PATIENCE).success());
    given(&person, "password", &[&old, UNREAD]).refused("You had this one before");
    given(&person, "password", &["Short-1", UNREAD]).refused("at least 12 characters");
    new.clone_into(&mut operator.password);
    let by_password = |password: &str, code: &str| {
        let mut ssh = gateway.login_with(&operator, password, code).ssh("+box");
        ssh.args([
            "-o",
            "PubkeyAuthentication=no",
            "-o",
            "PreferredAuthentications=password,keyboard-interactive",
        ]);
        Running::run(ssh.arg("true"), b"", PATIENCE)
    };
    by_password(&old, UNREAD).refused("Permission denied");
    by_password(new, &operator.next_code()).ok();
    let journal: String = gateway.events().iter().map(ToString::to_string).collect();
    assert!(!journal.contains("Kranich"), "a password is in the journal");
}

#[test]
fn a_new_phone_counts_once_a_code_of_it_was_given() {
    let gateway = Gateway::usual();
    let operator = gateway.operator("op1");
    let person = gateway.master(&operator, "");
    given(&person, "totp confirm", &[UNREAD]).refused("totp new");
    let drawn = json_of(given(&person, "totp --json", &[&operator.next_code()]));
    let new = Operator::with_phone("op1", operator.key.clone(), field(&drawn[0], "secret"));
    given(&person, "totp confirm", &[&new.wrong_code()]).refused("not a code of the new secret");
    given(&person, "totp confirm", &[&new.next_code()]).ok();
    let late = gateway.login_with(&operator, "", &operator.next_code());
    Running::run(late.ssh("+box").arg("true"), b"", PATIENCE).refused("Permission denied");
    gateway.exec(&new, "+box", "true").ok();
    let codes = json_of(given(&person, "recovery --json", &[&new.next_code()]));
    let codes = codes[0]["recovery"].as_array().unwrap().clone();
    assert_eq!(codes.len(), 10);
    let by_code = gateway.login_with(&new, "", codes[3].as_str().unwrap());
    Running::run(by_code.ssh("+box").arg("true"), b"", PATIENCE).ok();
}

/// What waits for a code of a new phone ends with the factors that it was drawn for, whoever ends them and however.
#[test]
fn a_secret_that_waits_does_not_outlive_the_factors_that_it_was_drawn_for() {
    let gateway = Gateway::usual();
    let (one, other) = (gateway.operator("op1"), gateway.operator("op2"));
    let drawn = |operator: &Operator| {
        let person = gateway.master(operator, "");
        let drawn = json_of(given(&person, "totp --json", &[&operator.next_code()]));
        Operator::with_phone(&operator.name, operator.key.clone(), field(&drawn[0], "secret"))
    };
    // Set anew by an administrator.
    let person = gateway.master(&one, "");
    let waiting = drawn(&one);
    gateway.juyong(&["operator", "enrol", "op1"]).ok();
    given(&person, "totp confirm", &[&waiting.next_code()]).refused("totp new");
    // Closed, and open again.
    let waiting = drawn(&other);
    gateway.juyong(&["operator", "disable", "op2"]).ok();
    gateway.juyong(&["operator", "enable", "op2"]).ok();
    let person = gateway.master(&other, "");
    given(&person, "totp confirm", &[&waiting.next_code()]).refused("totp new");
    gateway.exec(&other, "+box", "true").ok();
}

#[test]
fn ones_own_sessions_are_seen_and_ended_and_nobody_elses() {
    let gateway = Gateway::usual();
    let (one, other) = (gateway.operator("op1"), gateway.master(&gateway.operator("op2"), ""));
    let person = gateway.master(&one, "");
    let mut working = Running::start(gateway.ssh(&one, "+box").arg("echo here; sleep 300"));
    working.expect("here");
    assert!(json_of(other.exec("sessions --json")).is_empty());
    let own = json_of(person.exec("sessions --json"));
    assert_eq!((own.len(), field(&own[0], "asset")), (1, "box"), "{own:?}");
    let end = format!("sessions end {}", field(&own[0], "session"));
    other.exec(&end).refused("no session of yours");
    assert!(!working.ended());
    person.exec(&end).ok();
    within(PATIENCE, "the session has ended", || working.ended().then_some(()));
    gateway.journaled("session-killed", &[("actor", "op1"), ("operator", "op1")]);
}

/// Each command of one's own account, for every role, and with another account's name: none takes one.
#[test]
fn no_command_of_ones_own_means_another_account() {
    let gateway = Gateway::usual();
    for name in ["op1", "auditor", "officer", "admin"] {
        let person = gateway.master(&gateway.operator(name), "");
        for line in ["keys", "sessions", "devices", "whoami"] {
            person.exec(line).ok();
        }
    }
    let one = gateway.master(&gateway.operator("op3"), "");
    for line in [
        "keys list op2",
        "password op2",
        "totp op2",
        "totp new op2",
        "totp confirm op2",
        "recovery op2",
        "sessions list op2",
        "devices op2",
        "whoami op2",
    ] {
        let refused = one.exec(line);
        assert_eq!(refused.code(), 2, "{line}: {refused}");
    }
    let secret = one.exec("password Hunter-Secret-77");
    assert_eq!(secret.code(), 2, "{secret}");
    let journal: String = gateway.events().iter().map(ToString::to_string).collect();
    assert!(!journal.contains("Hunter"), "a password that was typed in the wrong place is in the journal");
    gateway.juyong(&["keys"]).refused("whoever is on the host has none");
}

/// attacker: an open session of role `system` set its own factors without a fresh proof.
#[test]
fn ones_own_factors_are_not_set_as_an_administrator_over_ssh() {
    let gateway = Gateway::usual();
    let admin = gateway.operator("admin");
    let person = gateway.master(&admin, "");
    for line in [
        "operator enrol admin",
        "operator reset admin",
        "operator reset admin --factor totp",
        "operator invite admin",
    ] {
        person.exec(line).refused("`keys`, `password`, `totp` and `recovery`");
    }
    person.exec("operator enrol op1").ok();
    gateway.juyong(&["operator", "reset", "admin"]).ok();
}

/// attacker: a key of another account could be added, and one line too many was counted as a wrong code.
#[test]
fn a_key_of_another_account_is_not_taken_and_a_line_too_many_is_not_a_guess() {
    let gateway = Gateway::usual();
    let (operator, other) = (gateway.operator("op1"), gateway.operator("op2"));
    let person = gateway.master(&operator, "");
    let taken = format!("keys add {}", public_line(&other.key));
    let heard = given(&person, &taken, &[&operator.next_code()]);
    assert!(
        heard.errors().contains("this key cannot be taken") && !heard.errors().contains("op2"),
        "{heard}"
    );
    gateway.journaled("login-refused", &[("actor", "op1"), ("reason", "key-of-another")]);
    let new = "Kranich-Zimt-55-wo";
    for _ in 0..6 {
        given(&person, "password", &[new, new, &operator.last_code()]).refused("this is not a one-time code");
    }
    given(&person, "password", &[new, &operator.next_code()]).ok();
    person.exec("keys add abcde-fghjk").refused("juyong:");
    gateway.journaled("console-command", &[("command", "keys add ***")]);
}

/// newcomer: a mistyped file gave one key to two accounts, and to two officers, without a word.
#[test]
fn a_key_of_two_accounts_is_told_and_one_of_an_officer_is_theirs_alone() {
    let gateway = Gateway::usual();
    let key = format!("{}.pub", gateway.operator("op1").key.display());
    let done = gateway.juyong(&["operator", "enrol", "op2", "--public-key", &key]).ok();
    assert!(done.text().contains("op1 has the same key"), "{done}");
    gateway
        .juyong(&["operator", "enrol", "officer", "--public-key", &key])
        .refused("one person would be two");
}
