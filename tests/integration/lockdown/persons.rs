//! attack 3: two persons are two persons, whoever has set their factors.

use serde_json::Value;

use super::dual::{SECOND, says};
use crate::harness::{Gateway, Master, Operator, PATIENCE, Running, Setup, field, key_pair};

/// Everything takes two persons; factors of another hand confirm nothing for `after`.
fn gateway(after: &str) -> Gateway {
    let tables = format!("[lockdown]\ndual = [\"start\", \"lift\"]\nconfirm_after = \"{after}\"");
    let late = "[operator.late]\nroles = [\"operator\"] # late\n";
    Setup::new().policy(SECOND).policy(late).tables(&tables).start()
}

/// Sets password and codes of an account over SSH.
pub(super) fn enrol(admin: &Master, who: &Operator) -> Value {
    let line = format!("operator enrol {} --password-stdin --totp-secret {} --json", who.name, who.base32());
    let out = admin.run(&line, format!("{}\n", who.password).as_bytes()).ok();
    serde_json::from_str(out.text().lines().next().unwrap()).unwrap()
}

/// A key that nobody else has: an officer's is theirs alone.
fn own_key(gateway: &Gateway) -> String {
    format!("{}.pub", key_pair(&gateway.fresh("key")).display())
}

/// One more officer, whom an administrator asks for and `second` confirms.
pub(super) fn third(gateway: &Gateway, admin: &Operator, second: &Master) -> Operator {
    let new = Operator::new("officer3", admin.key.clone());
    let asked = enrol(&gateway.master(admin, ""), &new);
    assert_eq!((field(&asked, "state"), field(&asked, "act")), ("requested", "factors"), "{asked}");
    says(second, &format!("confirm {}", field(&asked, "request")));
    new
}

#[test]
fn one_administrator_does_not_become_two_officers() {
    let gateway = gateway("24h");
    let admin = gateway.operator("admin");
    // The first set-up: nobody could confirm, and an alarm tells of it.
    let [first, second] = ["officer", "officer2"].map(|name| gateway.operator(name));
    gateway.journaled("alarm", &[("alarm", "officer-factors"), ("operator", "officer2")]);
    let doctor = gateway.juyong(&["doctor"]).text();
    assert!(doctor.contains("no officer can confirm anything before "), "newcomer: {doctor}");
    let (admin, one, two) =
        (gateway.master(&admin, ""), gateway.master(&first, ""), gateway.master(&second, ""));

    let mut taken = Operator::new("officer", first.key.clone());
    taken.password = "Another-Horse-Battery-8".to_owned();
    let asked = enrol(&admin, &taken);
    assert_eq!((field(&asked, "state"), field(&asked, "change")), ("requested", "enrol password, totp"));
    let request = field(&asked, "request");
    // Neither the account itself, nor who has been set up just now, nor the host, which made the administrator.
    one.exec(&format!("lockdown confirm {request}")).refused("open your own account");
    two.exec(&format!("lockdown confirm {request}")).refused("they confirm nothing until");
    gateway.journaled("alarm", &[("alarm", "second-person"), ("operator", "officer2")]);
    gateway.juyong(&["lockdown", "confirm", request]).refused("counts once");
    assert!(gateway.exec(&first, "", "whoami").ok().text().contains("officer"), "nothing has changed");

    let asked = says(&one, "start --reason alone --scope op2");
    two.exec(&format!("lockdown confirm {}", field(&asked, "request"))).refused("confirm nothing until");
    two.exec("approve grant abcde --reason ok").refused("confirm nothing until");
    let out = Running::run(&mut gateway.command(&["operator", "reset", "officer2", "--json"]), b"", PATIENCE);
    assert!(out.ok().text().contains("\"requested\""), "a reset waits as well");
    assert!(gateway.exec(&second, "", "whoami").ok().text().contains("officer2"));
    // An auditor is asked for as an officer is; who works on assets is not.
    let auditor = Operator::new("auditor", first.key.clone());
    assert_eq!(field(&enrol(&admin, &auditor), "state"), "requested");
    assert_eq!(field(&enrol(&admin, &Operator::new("op1", first.key.clone())), "operator"), "op1");
}

/// newcomer: the first set-up as the README has it, one factor after the other.
#[test]
fn the_first_set_up_goes_on_where_it_began() {
    let tables = "[lockdown]\ndual = [\"start\", \"lift\"]";
    let gateway = Setup::new().policy(SECOND).tables(tables).start();
    let set = |words: &[&str], input: &str| {
        let mut command = gateway.command(&[&["operator", "enrol"], words, &["--json"]].concat());
        Running::run(&mut command, input.as_bytes(), PATIENCE).ok().text()
    };
    for name in ["officer", "officer2"] {
        assert!(set(&[name, "--password-stdin"], "Correct-Horse-7\n").contains("\"enrolled\""), "{name}");
        let code = set(&[name, "--totp-secret", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"], "");
        assert!(code.contains("\"enrolled\""), "the code of {name} follows: {code}");
        let other = set(&[name, "--password-stdin"], "Another-Horse-8\n");
        assert!(other.contains("\"requested\""), "what {name} has is not replaced by one: {other}");
    }
}

#[test]
fn factors_are_set_by_two() {
    let gateway = gateway("0s");
    let admin = gateway.operator("admin");
    let [first, second] = ["officer", "officer2"].map(|name| gateway.master(&gateway.operator(name), ""));
    let new = third(&gateway, &admin, &first);
    gateway.journaled(
        "lockdown-confirmed",
        &[("act", "factors"), ("requested_by", "admin"), ("actor", "officer")],
    );
    gateway.journaled("alarm", &[("alarm", "officer-factors"), ("operator", "officer3")]);
    gateway.journaled("operator-enrolled", &[("operator", "officer3")]);
    let made = gateway.master(&new, "");

    // Whom the host has set up is no second person to it; whom the administrator and an officer did is.
    let asked = gateway.records(&["lockdown", "start", "--reason", "drill", "--scope", "op2"]).remove(0);
    let request = field(&asked, "request");
    first.exec(&format!("lockdown confirm {request}")).refused("counts once");
    says(&made, &format!("confirm {request}"));
    let id = field(&asked, "lockdown");

    // Factors that are set during a lockdown confirm nothing in it.
    let again = third(&gateway, &admin, &first);
    let lift = says(&first, &format!("lift {id} --reason over"));
    let request = field(&lift, "request");
    gateway.exec(&again, "", &format!("lockdown confirm {request}")).refused("during a lockdown");
    says(&second, &format!("confirm {request}"));

    let reset = gateway.records(&["operator", "reset", "officer3"]).remove(0);
    assert_eq!(field(&reset, "change"), "reset", "{reset}");
    gateway.exec(&again, "", "whoami").ok();
    gateway.juyong(&["lockdown", "confirm", field(&reset, "request")]).refused("counts once");
}

#[test]
fn a_role_does_not_come_with_factors_of_another() {
    let gateway = gateway("0s");
    let [first, _] = ["officer", "officer2"].map(|name| gateway.operator(name));
    let late = gateway.operator("late");
    gateway.change_policy("roles = [\"operator\"] # late", "roles = [\"security\"] # late").ok();
    let asked = says(&gateway.master(&first, ""), "start --reason drill --scope op2");
    let confirm = format!("lockdown confirm {}", field(&asked, "request"));
    gateway.exec(&late, "", &confirm).refused("was not of this role");
}

/// Sets factors on the host, one command each; the answer's state is `requested` where a second person is needed.
fn set(gateway: &Gateway, words: &[&str], input: &str) -> Value {
    let mut command = gateway.command(&[&["operator", "enrol"], words, &["--json"]].concat());
    let out = Running::run(&mut command, input.as_bytes(), PATIENCE).ok().text();
    serde_json::from_str(out.lines().next().unwrap()).unwrap()
}

const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

fn waits(answer: &Value) -> bool {
    field(answer, "state") == "requested"
}

/// people 3: with `confirm_after = "0s"` an officer's second factor waited for an officer who could not exist.
#[test]
fn the_first_set_up_does_not_wait_for_officers_who_cannot_log_in() {
    let gateway = gateway("0s");
    let keys = ["officer", "officer2", "officer3"].map(|name| (name, own_key(&gateway)));
    // Keys first, of as many as there are: nobody can log in yet, and so nobody can confirm.
    for (name, key) in &keys {
        assert!(!waits(&set(&gateway, &[name, "--public-key", key], "")), "{name}");
    }
    let doctor = gateway.juyong(&["doctor"]).text();
    assert!(
        doctor.contains("no officer can confirm now") && doctor.contains("no code"),
        "people 2: {doctor}"
    );
    // A slip is undone by one as long as nobody could be that officer.
    assert!(!waits(&gateway.records(&["operator", "reset", "officer2"]).remove(0)));
    assert!(!waits(&set(&gateway, &["officer2", "--public-key", &own_key(&gateway)], "")));
    for name in ["officer", "officer2"] {
        let code = set(&gateway, &[name, "--totp-secret", SECRET], "");
        assert!(!waits(&code), "the code of {name} follows: {code}");
        gateway.journaled("alarm", &[("alarm", "officer-factors"), ("operator", name)]);
    }
    // Now there are two.
    assert!(waits(&set(&gateway, &["officer3", "--totp-secret", SECRET], "")), "a third waits");
    assert!(waits(&set(&gateway, &["officer", "--password-stdin"], "Another-Horse-8\n")));
    assert!(waits(&gateway.records(&["operator", "reset", "officer2"]).remove(0)));
    assert!(waits(&gateway.records(&["operator", "reset", "officer3"]).remove(0)));
    let doctor = gateway.juyong(&["doctor"]).text();
    assert!(doctor.contains("ok     lockdown.dual\n"), "people 2: two could confirm: {doctor}");
}

/// people 3: neither a disabled account nor another policy brings the first set-up back, and both raise an alarm.
#[test]
fn one_person_does_not_bring_the_first_set_up_back() {
    let gateway = gateway("0s");
    for name in ["officer", "officer2"] {
        let words = [name, "--public-key", &own_key(&gateway), "--totp-secret", SECRET];
        assert!(!waits(&set(&gateway, &words, "")));
    }
    let key = own_key(&gateway);
    let third = ["officer3", "--public-key", &key, "--totp-secret", SECRET];
    gateway.juyong(&["operator", "disable", "officer2", "--reason", "away"]).ok();
    gateway.journaled("alarm", &[("alarm", "few-officers"), ("operator", "officer2")]);
    assert!(waits(&set(&gateway, &third, "")), "a disabled officer is still one");
    let doctor = gateway.juyong(&["doctor"]).text();
    let told = "officer alone can confirm what takes two persons, and nobody what officer asks for over SSH";
    assert!(doctor.contains(told) && doctor.contains("officer2: disabled"), "people 2: {doctor}");

    // Another role, and other factors than those that are there.
    gateway
        .change_policy(
            "[operator.officer]\nroles = [\"security\"]",
            "[operator.officer]\nroles = [\"auditor\"]",
        )
        .ok();
    gateway.journaled("alarm", &[("alarm", "few-officers"), ("operator", "officer")]);
    assert!(waits(&set(&gateway, &third, "")), "who was an officer counts");
    gateway
        .change_policy(
            "[operator.officer]\nroles = [\"auditor\"]",
            "[operator.officer]\nroles = [\"security\"]\nfactors = [\"password+totp\"]",
        )
        .ok();
    assert!(waits(&set(&gateway, &third, "")), "factors that are not asked for any more are still there");
    assert!(waits(&set(&gateway, &["officer", "--password-stdin"], "Another-Horse-8\n")), "nor is one added");
}

/// people 3: during a lockdown nobody sets an officer's factors alone.
#[test]
fn a_lockdown_ends_the_first_set_up_for_as_long_as_it_lasts() {
    let tables = "[lockdown]\ndual = [\"allow\"]\nconfirm_after = \"0s\"";
    let gateway = Setup::new().policy(SECOND).tables(tables).start();
    let order = gateway.records(&["lockdown", "start", "--reason", "drill", "--scope", "op2"]).remove(0);
    let first = ["officer", "--password-stdin", "--totp-secret", SECRET];
    assert!(waits(&set(&gateway, &first, "Correct-Horse-7\n")));
    gateway.juyong(&["lockdown", "lift", field(&order, "lockdown"), "--reason", "over"]).ok();
    assert!(!waits(&set(&gateway, &first, "Correct-Horse-7\n")));
}
