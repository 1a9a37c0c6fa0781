//! attack 3: two persons are two persons, whoever has set their factors.

use serde_json::Value;

use super::dual::{SECOND, says};
use crate::harness::{Gateway, Master, Operator, PATIENCE, Running, Setup, field};

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
