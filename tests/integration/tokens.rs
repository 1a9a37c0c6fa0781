//! Tokens of GM/T 0021-2012: their codes are taken as a phone's are, each once.

use std::time::{SystemTime, UNIX_EPOCH};

use sm3::{Digest as _, Sm3};

use crate::harness::{Gateway, Login, Operator, Outcome, PATIENCE, Running, Setup, field, key_pair};

const SECRET: [u8; 16] = *b"0123456789abcdef";

/// What the token shows `steps` from now on.
fn shown(seconds: u64, digits: u32, steps: u64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let time = now / seconds + steps;
    let input = [&SECRET[..], &time.to_be_bytes(), &[0; 8]].concat();
    let words = Sm3::digest(input);
    let sum = words
        .chunks(4)
        .fold(0u32, |sum, word| sum.wrapping_add(u32::from_be_bytes(word.try_into().unwrap())));
    format!("{:0width$}", sum % 10u32.pow(digits), width = digits as usize)
}

/// An account with a key and a token, whose secret comes by standard input.
fn with_token(gateway: &Gateway, name: &str) -> Operator {
    let operator = Operator::new(name, key_pair(&gateway.fresh("key")));
    let public = format!("{}.pub", operator.key.display());
    let words = ["operator", "enrol", name, "--public-key", &public, "--gm-otp-secret-stdin"];
    let secret = format!("{}\n", hex::encode(SECRET).to_uppercase());
    Running::run(&mut gateway.command(&words), secret.as_bytes(), PATIENCE).ok();
    operator
}

fn tried(login: &Login) -> Outcome {
    Running::run(login.ssh("+box").arg("echo in"), b"", PATIENCE)
}

#[test]
fn a_tokens_code_is_taken_once() {
    let auth = "[auth]\nfactors = [\"publickey+totp\", \"publickey+gm-otp\"]";
    let gateway = Setup::new().tables(auth).start();
    let token = with_token(&gateway, "op1");
    let code = shown(60, 6, 1);
    tried(&gateway.login_with(&token, "", &code)).ok();
    gateway.journaled("login-accepted", &[("actor", "op1")]);
    let rows = gateway.events();
    let accepted = rows.iter().find(|row| field(row, "event") == "login-accepted").unwrap();
    assert_eq!(accepted["factors"], serde_json::json!(["publickey", "gm-otp"]), "{accepted}");

    let again = gateway.login_with(&token, "", &code);
    assert!(!tried(&again).status.success());
    gateway.journaled("login-refused", &[("operator", "op1"), ("reason", "code-reused")]);

    // A phone beside it, as ever.
    let phone = gateway.operator("op2");
    tried(&gateway.login(&phone)).ok();
}

#[test]
fn tokens_of_thirty_seconds_and_eight_digits_and_what_counts_where() {
    let auth = "[auth]\ngm_otp_step = \"30s\"\ngm_otp_digits = 8\nfactors = [\"publickey+gm-otp\"]";
    let gateway = Setup::new().tables(auth).start();
    let token = with_token(&gateway, "op1");
    tried(&gateway.login_with(&token, "", &shown(30, 8, 1))).ok();

    // A phone is not a token: its account lacks something, and is told so by whoever looks after it.
    let phone = gateway.operator("op2");
    assert!(!tried(&gateway.login(&phone)).status.success());
    gateway.journaled("login-refused", &[("operator", "op2"), ("reason", "incomplete")]);
    let list = gateway.records(&["operator", "list"]);
    let row = list.iter().find(|row| field(row, "operator") == "op2").unwrap();
    assert_eq!(row["missing"], serde_json::json!(["gm-otp"]), "{row}");
}

#[test]
fn a_secret_that_is_not_one_is_refused_and_never_journaled() {
    let gateway = Gateway::usual();
    for (secret, why) in [("12345", "not hexadecimal"), ("1234567890abcdef", "16 to 64 bytes")] {
        let refused = gateway.juyong(&["operator", "enrol", "op1", "--gm-otp-secret", secret]);
        assert!(!refused.status.success() && refused.errors().contains(why), "{refused}");
        let rows: Vec<_> = gateway.events().iter().map(ToString::to_string).collect();
        assert!(!rows.concat().contains(secret), "{secret} is in the journal");
    }
}
