//! Recovery codes, in the place of a phone.

use serde_json::json;

use super::{Invitee, enrol_with_key};
use crate::harness::{Gateway, Operator, Outcome, PATIENCE, Running, field};

fn by(gateway: &Gateway, operator: &Operator, code: &str) -> Outcome {
    let login = gateway.login_with(operator, &operator.password, code);
    Running::run(login.ssh("+box").arg("true"), b"", PATIENCE)
}

#[test]
fn a_recovery_code_is_a_factor_once_and_behind_the_first_one() {
    let gateway = Gateway::usual();
    let (operator, codes) = enrol_with_key(&gateway, &Invitee::of(&gateway, "op3"));
    by(&gateway, &operator, &codes[0].to_uppercase().replace('-', " ")).ok();
    gateway.journaled("recovery-code-used", &[("actor", "op3"), ("operator", "op3")]);
    let rows = gateway.events();
    let used = rows.iter().find(|row| field(row, "event") == "recovery-code-used").unwrap();
    assert_eq!(used["left"], 9);
    let last = rows.iter().rfind(|row| field(row, "event") == "login-accepted").unwrap();
    assert_eq!(last["factors"], json!(["publickey", "recovery"]));
    by(&gateway, &operator, &codes[0]).refused("Permission denied");
    gateway.journaled("login-refused", &[("actor", "unproven:op3"), ("reason", "wrong-code")]);
    by(&gateway, &operator, &codes[1]).ok();
    gateway.exec(&operator, "+box", "true").ok();
    // Somebody else's is nobody's here.
    let (other, _) = enrol_with_key(&gateway, &Invitee::of(&gateway, "op4"));
    by(&gateway, &other, &codes[2]).refused("Permission denied");
}
