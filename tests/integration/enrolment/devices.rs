//! Accounts that only a security key opens, or a token beside a key.

use serde_json::json;

use super::{Invitee, answer, states};
use crate::harness::{Gateway, PATIENCE, Running, Setup, field};
use crate::security_keys::{BOTH, made, tried};

/// The client shows a plain key, which is not enough; the security key is pasted, and the login proves that it knows its
/// owner.
#[test]
fn an_account_of_security_keys_alone_is_enrolled_by_its_owner() {
    let gateway =
        Setup::new().policy("[operator.sk1]\ngroups = [\"ops\"]\nfactors = [\"sk-verified\"]\n").start();
    let invitee = Invitee::of(&gateway, "sk1");
    let key = made(&gateway, "ed25519-sk", BOTH);
    let line = std::fs::read_to_string(format!("{}.pub", key.display())).unwrap();
    let mut terminal = invitee.come(&gateway);
    let heard = answer(&terminal, &["Number (1 to 2): "], "1");
    assert!(heard.contains("-O verify-required"), "{heard}");
    terminal.expect("This is not a security key");
    answer(&terminal, &["Number (1 to 2): "], "2");
    answer(&terminal, &["not shown): "], line.trim());
    answer(&terminal, &["Take it?"], "");
    terminal.expect("sk1 is enrolled: publickey");
    assert!(terminal.wait(PATIENCE).success());
    let operator = crate::harness::Operator::new("sk1", key);
    assert_eq!(tried(&gateway, &operator).ok().text(), "in\n");
    let rows = gateway.events();
    let accepted = rows.iter().rfind(|row| field(row, "event") == "login-accepted").unwrap();
    assert_eq!(accepted["factors"], json!(["sk-verified"]));
}

/// Whoever has no security key is not kept from the other way.
#[test]
fn a_security_key_is_one_way_of_two() {
    let auth = "[auth]\nfactors = [\"sk-verified\", \"publickey+totp\"]";
    let gateway = Setup::new().tables(auth).start();
    let terminal = Invitee::of(&gateway, "op3").come_by_password(&gateway);
    terminal.expect("1  security key");
    terminal.expect("2  key and code");
    answer(&terminal, &["Number (1 to 2): "], "2");
    terminal.expect("Your client showed these keys:");
}

/// The secret of a token is an administrator's to set. What is set already is taken as it is.
#[test]
fn a_token_is_enrolled_on_the_host_and_the_key_by_its_owner() {
    let gateway = Setup::new().tables("[auth]\nfactors = [\"publickey+gm-otp\"]").start();
    let first = "juyong operator enrol op3 --gm-otp-secret-stdin";
    gateway.juyong(&["operator", "invite", "op3"]).refused(first);
    token(&gateway, "op3");
    let invitee = Invitee::of(&gateway, "op3");
    let mut terminal = invitee.come_by_password(&gateway);
    answer(&terminal, &["Number (1 to 2): "], "1");
    terminal.expect("op3 is enrolled: publickey");
    assert!(terminal.wait(PATIENCE).success());
    assert_eq!(states(&gateway, "op3"), json!([]));
    let shown = &gateway.records(&["operator", "show", "op3"])[0];
    assert!(shown["factors"].to_string().contains("gm-otp"), "{shown}");
}

/// A policy that asks for a token since the invitation: its owner hears who has to do what.
#[test]
fn whoever_lacks_a_token_is_told_what_an_administrator_does_first() {
    let person = "[operator.gm1]\ngroups = [\"ops\"]\nfactors = [\"publickey+totp\"]\n";
    let gateway = Setup::new().policy(person).start();
    let invitee = Invitee::of(&gateway, "gm1");
    gateway.change_policy("factors = [\"publickey+totp\"]", "factors = [\"publickey+gm-otp\"]").ok();
    let terminal = invitee.come(&gateway);
    terminal.expect("juyong operator enrol NAME --gm-otp-secret-stdin");
}

fn token(gateway: &Gateway, name: &str) {
    let mut enrol = gateway.command(&["operator", "enrol", name, "--gm-otp-secret-stdin"]);
    Running::run(&mut enrol, b"30313233343536373839616263646566\n", PATIENCE).ok();
}
