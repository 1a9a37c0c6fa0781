//! User certificates in place of enrolled keys: what `ssh-keygen -s` makes, offered by OpenSSH's own client.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::harness::{
    Gateway, Login, Operator, Outcome, PATIENCE, Running, Setup, field, key_pair, public_key, tool, within,
};

/// An authority, and where a person's keys are made.
struct Ca {
    dir: tempfile::TempDir,
    key: PathBuf,
}

impl Ca {
    fn new() -> Self {
        let dir = tempfile::Builder::new().prefix("juyong-ca-").tempdir().unwrap();
        let key = key_pair(&dir.path().join("ca"));
        Self { dir, key }
    }

    fn line(&self) -> String {
        public_key(&self.key)
    }

    /// `[user_ca.corp]` for `op1` and the officer.
    fn entry(&self) -> String {
        format!(
            "[user_ca.corp]\nkey = \"{}\"\noperators = [\"op1\", \"officer\"]\n\
             revoked = [\"serial: 66\", \"id: stolen\"]\n",
            self.line()
        )
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A key with a certificate beside it, where ssh looks for it.
    fn certified(&self, name: &str, options: &[&str]) -> PathBuf {
        let key = key_pair(&self.path(name));
        self.certify(&key, options);
        key
    }

    fn certify(&self, key: &Path, options: &[&str]) {
        sign(&self.key, key, options);
    }
}

fn sign(authority: &Path, key: &Path, options: &[&str]) {
    let mut keygen = tool("ssh-keygen");
    keygen.arg("-q").arg("-s").arg(authority).args(["-I", "op1@laptop"]).args(options);
    Running::run(keygen.arg(format!("{}.pub", key.display())), b"", PATIENCE).ok();
}

/// An account that has a code and no key of its own.
fn with_code_alone(gateway: &Gateway, name: &str, key: PathBuf) -> Operator {
    let operator = Operator::new(name, key);
    gateway.juyong(&["operator", "enrol", name, "--totp-secret", &operator.base32()]).ok();
    operator
}

fn tried(login: &Login) -> Outcome {
    let mut ssh = login.ssh("+box");
    ssh.args(["-o", "PreferredAuthentications=publickey,keyboard-interactive"]);
    Running::run(ssh.arg("echo in"), b"", PATIENCE)
}

/// The rows of certificates that proved nothing, by reason and detail.
fn disbelieved(gateway: &Gateway) -> Vec<(String, String)> {
    let told = |row: &Value| (field(row, "reason").to_owned(), field(row, "detail").to_owned());
    let rows = gateway.events().into_iter().filter(|row| field(row, "event") == "login-refused");
    rows.map(|row| told(&row)).filter(|(reason, _)| reason.starts_with("certificate-")).collect()
}

#[test]
fn a_certificate_is_a_key_and_the_journal_says_which() {
    let ca = Ca::new();
    let gateway = Setup::new().policy(&ca.entry()).start();
    let operator =
        with_code_alone(&gateway, "op1", ca.certified("id", &["-n", "op1", "-z", "7", "-V", "+1h"]));
    let seen = tried(&gateway.login(&operator)).ok();
    assert_eq!(seen.text(), "in\n");
    let rows = gateway.events();
    let accepted = rows.iter().find(|row| field(row, "event") == "login-accepted").expect("a login");
    assert_eq!(accepted["factors"], serde_json::json!(["publickey", "totp"]), "{accepted}");
    let id = field(accepted, "certificate");
    assert!(id.starts_with("\"op1@laptop\" serial 7 of SHA256:"), "{id}");

    // The bare key is nobody's, and the code is asked for after the certificate as after any key.
    fs::remove_file(format!("{}-cert.pub", operator.key.display())).unwrap();
    assert!(!tried(&gateway.login(&operator)).status.success());
}

/// Twelve ways to be wrong; what ssh-keygen cannot make or ssh does not offer is in src/ssh/certificate.rs.
#[test]
fn a_certificate_that_is_wrong_opens_nothing_and_has_its_reason_in_the_journal() {
    let (ca, other) = (Ca::new(), Ca::new());
    let gateway = Setup::new().policy(&ca.entry()).start();
    let weak = ca.path("weak");
    let mut keygen = tool("ssh-keygen");
    keygen.args(["-q", "-t", "rsa", "-b", "1024", "-N", "", "-f"]).arg(&weak);
    Running::run(&mut keygen, b"", PATIENCE).ok();
    let rsa = ca.path("rsa-ca");
    let mut keygen = tool("ssh-keygen");
    keygen.args(["-q", "-t", "rsa", "-b", "2048", "-N", "", "-f"]).arg(&rsa);
    Running::run(&mut keygen, b"", PATIENCE).ok();

    let op1 = with_code_alone(&gateway, "op1", ca.path("none"));
    let op2 = with_code_alone(&gateway, "op2", ca.path("none"));
    let officer = with_code_alone(&gateway, "officer", ca.path("none"));
    let hour = ["-n", "op1", "-V", "+1h"];
    let with = |option: &'static str| [&hour[..], &["-O", option]].concat();
    let cases: [(&str, &Operator, &Path, Vec<&str>); 15] = [
        ("certificate-authority", &op1, &other.key, hour.to_vec()),
        ("certificate-account", &op2, &ca.key, vec!["-n", "op2"]),
        ("certificate-account", &officer, &ca.key, vec!["-n", "officer"]),
        ("certificate-principal", &op1, &ca.key, vec!["-n", "op2,op3"]),
        ("certificate-principal", &op1, &ca.key, vec!["-V", "+1h"]),
        ("certificate-not-yet-valid", &op1, &ca.key, vec!["-n", "op1", "-V", "+2h:+3h"]),
        ("certificate-expired", &op1, &ca.key, vec!["-n", "op1", "-V", "-3h:-2h"]),
        ("certificate-source", &op1, &ca.key, with("source-address=192.0.2.0/24")),
        ("certificate-option", &op1, &ca.key, with("force-command=id")),
        ("certificate-option", &op1, &ca.key, with("verify-required")),
        ("certificate-option", &op1, &ca.key, with("critical:new@example.com=x")),
        ("certificate-revoked", &op1, &ca.key, [&hour[..], &["-z", "66"]].concat()),
        ("certificate-revoked", &op1, &ca.key, [&hour[..], &["-I", "stolen"]].concat()),
        ("certificate-algorithm", &op1, &rsa, [&hour[..], &["-t", "ssh-rsa"]].concat()),
        ("certificate-key", &op1, &ca.key, hour.to_vec()),
    ];
    for (number, (reason, account, authority, options)) in cases.iter().enumerate() {
        let key = match *reason {
            "certificate-key" => weak.clone(),
            _ => key_pair(&ca.path(&format!("id-{number}"))),
        };
        sign(authority, &key, options);
        let before = disbelieved(&gateway).len();
        let person = Operator::new(&account.name, key);
        let outcome = tried(&gateway.login_with(&person, "", "000000"));
        assert!(!outcome.status.success() && outcome.out.is_empty(), "{reason} {options:?}: {outcome}");
        assert!(outcome.errors().contains("Permission denied"), "{reason} {options:?}: {outcome}");
        let rows = disbelieved(&gateway);
        let new: Vec<_> = rows.iter().skip(before).collect();
        let [(found, detail)] = new.as_slice() else { panic!("{reason} {options:?}: {new:?}") };
        assert_eq!(found, reason, "{options:?}: {detail}");
        assert!(detail.contains(" serial ") && detail.contains(" of SHA256:"), "{detail}");
    }
}

/// Validity is a matter of the gateway's clock.
#[test]
fn a_certificate_is_over_when_the_gateways_clock_says_so() {
    let ca = Ca::new();
    let gateway = Setup::new().policy(&ca.entry()).stopped().start();
    gateway.set_hours(2 * 60 * 60);
    gateway.start();
    let key = ca.certified("id", &["-n", "op1", "-V", "-1h:+1h"]);
    let operator = with_code_alone(&gateway, "op1", key);
    assert!(!tried(&gateway.login_with(&operator, "", "000000")).status.success());
    gateway.journaled("login-refused", &[("reason", "certificate-expired")]);
}

/// Whoever came by a certificate goes when it is revoked, and when nobody stands by its authority any more.
#[test]
fn a_certificate_that_is_revoked_ends_what_runs_by_it() {
    let ca = Ca::new();
    let gateway = Setup::new().policy(&ca.entry()).start();
    let operator = with_code_alone(&gateway, "op1", ca.certified("id", &["-n", "op1", "-z", "7"]));
    let mut running = Running::start(gateway.login(&operator).ssh("+box").args(["echo there; sleep 300"]));
    running.expect("there");
    gateway.change_policy("serial: 66", "serial: 7").ok();
    within(PATIENCE, "the connection ends", || running.ended().then_some(()));
    let outcome = running.wait(PATIENCE);
    assert!(outcome.errors().contains("your certificate is believed no more"), "{outcome}");
    assert!(!tried(&gateway.login(&operator)).status.success());
    gateway.journaled("login-refused", &[("reason", "certificate-revoked")]);
}

/// An authority makes as many keys as it likes: codes that are guessed behind them are counted together.
#[test]
fn wrong_codes_behind_many_certificates_are_one_count() {
    let ca = Ca::new();
    let gateway = Setup::new().tables("[auth]\nlock_after = 3").policy(&ca.entry()).start();
    let operator = with_code_alone(&gateway, "op1", ca.path("none"));
    for number in 0..3 {
        let key = ca.certified(&format!("id-{number}"), &["-n", "op1"]);
        let person = Operator::new("op1", key);
        assert!(!tried(&gateway.login_with(&person, "", &operator.wrong_code())).status.success());
    }
    gateway.journaled("operator-locked", &[("operator", "op1")]);
    let person = Operator::new("op1", ca.certified("id-3", &["-n", "op1"]));
    assert!(!tried(&gateway.login_with(&person, "", &operator.next_code())).status.success());
    gateway.journaled("login-refused", &[("reason", "locked")]);
}
