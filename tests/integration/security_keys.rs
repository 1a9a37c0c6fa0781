//! Security keys (FIDO2), by OpenSSH's own software authenticator: it sets the flags that its key was made with, and always
//! counts the same.

use std::path::{Path, PathBuf};

use crate::harness::{Gateway, Operator, Outcome, PATIENCE, Running, Setup, field, key_pair, tool};

/// Of Debian's openssh-tests.
const PROVIDER: &str = "/usr/lib/openssh/regress/misc/sk-dummy/sk-dummy.so";

pub const TOUCHED: &[&str] = &[];
const NOTHING: &[&str] = &["no-touch-required"];
pub const BOTH: &[&str] = &["verify-required"];
const VERIFIED: &[&str] = &["verify-required", "no-touch-required"];

pub fn made(gateway: &Gateway, kind: &str, options: &[&str]) -> PathBuf {
    assert!(Path::new(PROVIDER).exists(), "openssh-tests is installed (tools/test-needs)");
    let path = gateway.fresh("token");
    let mut keygen = tool("ssh-keygen");
    keygen.args(["-q", "-t", kind, "-w", PROVIDER, "-N", "", "-C", "test", "-f"]).arg(&path);
    for option in options {
        keygen.args(["-O", option]);
    }
    Running::run(&mut keygen, b"", PATIENCE).ok();
    path
}

/// An account with such a key and a code.
fn enrolled(gateway: &Gateway, name: &str, kind: &str, options: &[&str]) -> Operator {
    let operator = Operator::new(name, made(gateway, kind, options));
    let public = format!("{}.pub", operator.key.display());
    gateway
        .juyong(&["operator", "enrol", name, "--public-key", &public, "--totp-secret", &operator.base32()])
        .ok();
    operator
}

pub fn tried(gateway: &Gateway, operator: &Operator) -> Outcome {
    let mut ssh = gateway.ssh(operator, "+box");
    ssh.args(["-o", "PreferredAuthentications=publickey,keyboard-interactive"]);
    ssh.args(["-o", &format!("SecurityKeyProvider={PROVIDER}")]);
    Running::run(ssh.arg("echo in"), b"", PATIENCE)
}

const PEOPLE: &str = "[operator.sk1]\ngroups = [\"ops\"]\nfactors = [\"sk-verified\"]\n\
    [operator.sk2]\ngroups = [\"ops\"]\nfactors = [\"sk-verified\"]\n\
    [operator.sk3]\ngroups = [\"ops\"]\nfactors = [\"sk-verified\"]\n";

/// The four combinations of flags, where a key and a code are asked for, and where a verified key alone is enough.
#[test]
fn a_security_key_must_be_touched_and_verified_where_that_is_asked_for() {
    let gateway = Setup::new().policy(PEOPLE).start();
    let cases = [
        ("op1", "ed25519-sk", TOUCHED, Ok("publickey+totp")),
        ("op2", "ecdsa-sk", TOUCHED, Ok("publickey+totp")),
        ("op3", "ed25519-sk", BOTH, Ok("publickey+totp")),
        ("op4", "ed25519-sk", NOTHING, Err("not-touched")),
        ("op5", "ed25519-sk", VERIFIED, Err("not-touched")),
        ("sk1", "ed25519-sk", BOTH, Ok("sk-verified")),
        ("sk2", "ed25519-sk", TOUCHED, Err("not-verified")),
        ("sk3", "ecdsa-sk", VERIFIED, Err("not-touched")),
    ];
    for (name, kind, options, want) in cases {
        let operator = enrolled(&gateway, name, kind, options);
        let outcome = tried(&gateway, &operator);
        match want {
            Ok(factors) => {
                assert_eq!(outcome.ok().text(), "in\n", "{name}");
                let rows = gateway.events();
                let accepted = |row: &&serde_json::Value| {
                    field(row, "event") == "login-accepted" && field(row, "actor") == name
                };
                let row = rows.iter().find(accepted).unwrap_or_else(|| panic!("{name} was not let in"));
                let told: Vec<_> =
                    row["factors"].as_array().unwrap().iter().filter_map(|f| f.as_str()).collect();
                assert_eq!(told.join("+"), factors, "{name}");
            }
            Err(reason) => {
                assert!(!outcome.status.success() && outcome.out.is_empty(), "{name}: {outcome}");
                gateway.journaled("login-refused", &[("operator", name), ("reason", reason)]);
            }
        }
    }
}

/// A plain key that stays would open nothing: the account wants a security key.
#[test]
fn the_last_security_key_of_an_account_that_needs_one_stays() {
    let gateway = Setup::new().policy(PEOPLE).start();
    let operator = enrolled(&gateway, "sk1", "ed25519-sk", BOTH);
    let plain = format!("{}.pub", key_pair(&gateway.fresh("key")).display());
    gateway.juyong(&["operator", "enrol", "sk1", "--public-key", &plain]).ok();
    let rows = gateway.events();
    let row = rows.iter().find(|row| field(row, "event") == "operator-enrolled").unwrap();
    let mut ssh = gateway.ssh(&operator, "");
    ssh.args(["-o", &format!("SecurityKeyProvider={PROVIDER}")]);
    ssh.arg(format!("keys remove {}", field(row, "key")));
    Running::run(&mut ssh, b"000000\n", PATIENCE).refused("your last key");
}

/// A copy of the key knows only how often the key had signed when it was copied.
#[test]
fn a_counter_that_does_not_go_on_is_refused_and_raises_an_alarm() {
    let gateway = Gateway::usual();
    let operator = enrolled(&gateway, "op1", "ed25519-sk", TOUCHED);
    tried(&gateway, &operator).ok();
    let outcome = tried(&gateway, &operator);
    assert!(!outcome.status.success() && outcome.out.is_empty(), "{outcome}");
    gateway.journaled("login-refused", &[("operator", "op1"), ("reason", "counter-back")]);
    gateway.journaled("alarm", &[("alarm", "security-key-copy"), ("operator", "op1")]);
}
