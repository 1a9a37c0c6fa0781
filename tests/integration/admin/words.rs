//! newcomer: help, options, enrolment. attack 23: what was not run leaves a row as well.

use std::fs;
use std::process::Command;

use crate::harness::{Gateway, PATIENCE, Running, user};

const BINARY: &str = env!("CARGO_BIN_EXE_juyong");

#[test]
fn help_works_anywhere() {
    let dir = tempfile::tempdir().unwrap();
    let here = |words: &[&str]| {
        let mut command = Command::new(BINARY);
        Running::run(command.args(words).current_dir(dir.path()).env_remove("JUYONG_CONFIG"), b"", PATIENCE)
    };
    assert!(here(&["help"]).ok().text().contains("policy check|"), "without a configuration");
    for words in [&["help", "policy", "diff"][..], &["policy", "diff", "help"]] {
        let text = here(words).ok().text();
        assert!(text.contains("Usage: juyong policy diff") && text.contains("--replay"), "{text}");
    }
    assert!(here(&["policy", "help"]).ok().text().contains("plan-document"));
    let out = here(&["help", "nonsense"]);
    assert_eq!((out.code(), out.errors().contains("there is no command")), (2, true), "{out}");
    for shell in ["bash", "zsh", "fish"] {
        assert!(here(&["completions", shell]).ok().text().contains("lockdown"), "{shell}");
    }
    assert!(fs::read_dir(dir.path()).unwrap().next().is_none(), "nothing was made");
}

#[test]
fn help_works_over_ssh() {
    let gateway = Gateway::usual();
    let auditor = gateway.operator("auditor");
    let master = gateway.master(&auditor, "");
    assert!(master.exec("help").ok().text().contains("audit sessions|"));
    for line in ["help audit sessions", "audit sessions help"] {
        assert!(master.exec(line).ok().text().contains("--since"), "{line}");
    }
    assert_eq!(master.exec("help nonsense").code(), 2);
}

/// attack 23.
#[test]
fn what_is_not_run_leaves_a_row() {
    let gateway = Gateway::usual();
    let admin = gateway.operator("admin");
    let master = gateway.master(&admin, "");
    for (line, code, row) in [
        ("audit --nonsense", 1, "audit --nonsense"),
        ("policy explain --nonsense", 2, "policy explain --nonsense"),
        ("no-such-command --password=hunter2", 2, "*** --password=***"),
        // attack: mistyped secret.
        ("operator enrol op1 --passwrod hunter2", 2, "operator enrol op1 --passwrod ***"),
        ("operator enrol op1 hunter2", 2, "operator enrol op1 ***"),
        ("operator enrol op1 --password-stdin=hunter2", 2, "operator enrol op1 --password-stdin=***"),
        ("operator passwd op1 'hunter2", 2, "operator *** *** ***"),
        ("operator enrol op1 --public-key /etc/passwd", 2, "operator enrol op1 --public-key ***"),
        ("credential set box root --private-key /f", 2, "credential set box root --private-key ***"),
        ("vpn enrol --out /f", 2, "vpn enrol --out /f"),
        ("whoami 'unclosed", 2, "whoami"),
        ("audit sessions", 1, "audit sessions"),
        ("help policy", 0, "help policy"),
    ] {
        assert_eq!(master.exec(line).code(), code, "{line}");
        let rows = gateway.events();
        let found = rows.iter().any(|event| {
            event["event"] == "console-command"
                && event["actor"] == "admin"
                && event["exit"] == code
                && event["command"].as_str().is_some_and(|command| command.contains(row))
        });
        assert!(found, "{line} left no row");
    }
    let rows = gateway.events();
    assert!(!rows.iter().any(|row| row.to_string().contains("hunter2")), "no secret is in a row");
    let long = format!("policy --{}", "x".repeat(100_000));
    assert_eq!(master.exec(&long).code(), 2);
    let longest = gateway.events().iter().map(|row| row.to_string().len()).max().unwrap();
    assert!(longest < 8_000, "a row of {longest} bytes");
}

#[test]
fn no_secret_has_to_stand_in_an_argument() {
    let gateway = Gateway::usual();
    let words = ["operator", "enrol", "op1", "--password-stdin", "--totp-secret-stdin"];
    let input = b"correct horse battery staple\nJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\n";
    let out = Running::run(&mut gateway.command(&words), input, PATIENCE).ok();
    assert!(!out.text().contains("JBSW"), "it is not shown: {out}");
    let out = gateway.juyong(&["operator", "show", "op1"]).ok().text();
    assert!(out.contains("password") && out.contains("totp"), "{out}");
    let out = Running::run(&mut gateway.command(&words), b"correct horse battery staple\n", PATIENCE);
    out.refused("no line for the one-time-code secret");
}

/// newcomer: replaced. A secret went without a word.
#[test]
fn what_is_replaced_is_told() {
    let gateway = Gateway::usual();
    gateway.juyong(&["operator", "enrol", "op1"]).ok();
    let out = gateway.juyong(&["operator", "enrol", "op1"]).ok().text();
    assert!(out.contains("totp enrolled; replaced what was there before: totp"), "{out}");
    let words = ["credential", "set", "box", &user(), "--password-stdin"];
    let set = || Running::run(&mut gateway.command(&words), b"correct horse\n", PATIENCE).ok().text();
    assert!(set().contains("replaces what was stored before"), "the key went");
}

/// newcomer: a mistyped name was sent to be defined.
#[test]
fn an_account_that_was_meant_is_named() {
    let gateway = Gateway::usual();
    gateway.juyong(&["operator", "enrol", "ofisser"]).refused("did you mean officer?");
}

#[test]
fn the_wrong_half_of_a_key_is_named() {
    let gateway = Gateway::usual();
    let private = gateway.asset.private_key.display().to_string();
    let public = format!("{private}.pub");
    let out = gateway.juyong(&["operator", "enrol", "op1", "--public-key", &private]);
    out.refused(&format!("{private}: this is a private key: keep it where it is, and take {public}"));
    let out = gateway.juyong(&["credential", "set", "box", "root", "--private-key", &public]);
    out.refused(&format!("{public}: this is the public key: take the private one, {private}"));
}
