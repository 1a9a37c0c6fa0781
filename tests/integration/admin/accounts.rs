//! people 1: an account that nobody can enter says so, wherever somebody looks.

use serde_json::Value;

use crate::harness::{Gateway, Operator, PATIENCE, Running, Setup, field, key_pair};

fn enrol(gateway: &Gateway, words: &[&str], input: &str) -> Value {
    let words = [&["operator", "enrol"], words, &["--json"]].concat();
    let out = Running::run(&mut gateway.command(&words), input.as_bytes(), PATIENCE).ok().text();
    serde_json::from_str(out.lines().next().unwrap()).unwrap()
}

fn account(gateway: &Gateway, name: &str) -> Value {
    let found = gateway.records(&["operator", "list"]).into_iter().find(|row| field(row, "operator") == name);
    found.unwrap_or_else(|| panic!("{name} is not listed"))
}

fn words(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

/// people 1: a key alone; the code that it led to could never be right, and locked the account.
#[test]
fn a_key_alone_lets_nobody_in_and_says_so() {
    let gateway = Gateway::usual();
    let key = key_pair(&gateway.fresh("key"));
    let public = format!("{}.pub", key.display());
    let text = gateway.juyong(&["operator", "enrol", "op1", "--public-key", &public]).ok().text();
    assert!(text.contains("op1 cannot log in yet (missing: code)"), "{text}");
    assert!(text.contains("To add it: juyong operator enrol op1"), "{text}");
    let row = account(&gateway, "op1");
    assert_eq!((words(&row["states"]), words(&row["missing"])), (vec!["incomplete"], vec!["totp"]), "{row}");
    let list = gateway.juyong(&["operator", "list"]).ok().text();
    assert!(list.contains("incomplete: no code"), "{list}");
    let show = gateway.juyong(&["operator", "show", "op1"]).ok().text();
    assert!(show.contains("incomplete: no code"), "{show}");
    let doctor = gateway.juyong(&["doctor"]).text();
    assert!(doctor.contains("1 cannot log in, since a factor is missing (op1: no code)"), "{doctor}");
    assert!(doctor.contains("run `juyong operator enrol op1`"), "{doctor}");

    // The key leads to no question that has no answer.
    let person = Operator::new("op1", key);
    let login = gateway.login_with(&person, "x", "000000");
    let mut ssh = login.openssh("ssh");
    ssh.args(["-oPreferredAuthentications=publickey", &login.at(""), "whoami"]);
    let out = Running::run(&mut ssh, b"", PATIENCE);
    assert!(!out.status.success() && !login.prompts().contains("ode"), "{out}\n{}", login.prompts());
    // What else is offered is not looked at, and the journal says why.
    let asked = gateway.login_with(&person, "x", "000000");
    assert!(!Running::run(asked.ssh("").arg("whoami"), b"", PATIENCE).status.success());
    gateway.journaled("login-refused", &[("actor", "unproven:op1"), ("reason", "incomplete")]);
    assert!(words(&account(&gateway, "op1")["states"]) == ["incomplete"], "a key is not a guess");

    let added = enrol(&gateway, &["op1", "--totp-secret", &person.base32()], "");
    assert!(words(&added["missing"]).is_empty(), "{added}");
    assert!(gateway.exec(&person, "", "whoami").ok().text().contains("op1"));
    assert!(words(&account(&gateway, "op1")["states"]).is_empty());
}

/// people 1: the other sets that let nobody in.
#[test]
fn every_set_of_factors_that_lets_nobody_in_is_told() {
    let own = "[operator.own]\nfactors = [\"password+totp\"]\n";
    let gateway = Setup::new().policy(own).start();
    let public = format!("{}.pub", key_pair(&gateway.fresh("key")).display());
    let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    for (line, input, missing) in [
        (&["op1", "--password-stdin"][..], "Correct-Horse-7\n", &["totp"][..]),
        (&["op2", "--totp-secret", secret], "", &["publickey", "password"]),
        (&["op3", "--public-key", &public, "--password-stdin"], "Correct-Horse-7\n", &["totp"]),
        (&["own", "--public-key", &public, "--totp-secret", secret], "", &["password"]),
        (&["op4", "--public-key", &public, "--totp-secret", secret], "", &[]),
    ] {
        assert_eq!(words(&enrol(&gateway, line, input)["missing"]), missing, "{line:?}");
        assert_eq!(words(&account(&gateway, line[0])["missing"]), missing, "{line:?}");
    }
    let doctor = gateway.juyong(&["doctor"]).text();
    assert!(doctor.contains("op2: no key or password, op3: no code, own: no password"), "{doctor}");
    // Drawn first, the code alone is told as well, before it is shown.
    let drawn = gateway.juyong(&["operator", "enrol", "op5"]).ok().text();
    assert!(drawn.contains("op5 cannot log in yet (missing: key or password)"), "{drawn}");
    assert!(drawn.contains("juyong operator enrol op5 --public-key FILE"), "{drawn}");
}

/// people 1: what keeps an account out is a state of the list.
#[test]
fn the_list_has_a_state_for_whatever_keeps_an_account_out() {
    let more = "[operator.gone]\nvalid = \"..2020-01-01\"\n[operator.later]\nvalid = \"2099-01-01..\"\n\
                [operator.closed]\ndisabled = true\n";
    let gateway = Setup::new().policy(more).start();
    gateway.operator("op1");
    gateway.operator("gone");
    gateway.juyong(&["operator", "disable", "op1", "--reason", "left"]).ok();
    for (name, states) in [
        ("gone", &["expired"][..]),
        ("later", &["not-yet-valid", "not-enrolled"]),
        ("closed", &["disabled", "not-enrolled"]),
        ("op1", &["disabled"]),
        ("op2", &["not-enrolled"]),
    ] {
        assert_eq!(words(&account(&gateway, name)["states"]), states, "{name}");
    }
    let list = gateway.juyong(&["operator", "list"]).ok().text();
    for text in
        ["expired at 2020-01-02 00:00:00", "valid from 2099-01-01 00:00:00", "disabled", "not enrolled"]
    {
        assert!(list.contains(text), "{text}: {list}");
    }
    // people 4: whoever opens it again says why.
    gateway.juyong(&["operator", "enable", "op1", "--reason", "came back"]).ok();
    gateway.journaled("operator-enabled", &[("operator", "op1"), ("reason", "came back")]);
    assert!(words(&account(&gateway, "op1")["states"]).is_empty());
}
