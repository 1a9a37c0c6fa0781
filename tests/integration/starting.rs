//! A gateway that cannot start says why in one line.

use std::fs;
use std::net::TcpListener;

use rustix::process::Signal;

use crate::harness::{Gateway, PATIENCE, Running, Setup, tool};

/// What serves nowhere: `serve` must end with one line that holds `words`.
#[track_caller]
fn does_not_start(gateway: &Gateway, words: &[&str]) {
    let out = gateway.juyong(&["serve"]);
    assert_eq!(out.code(), 1, "{out}");
    for word in words {
        assert!(out.errors().contains(word), "it should name {word:?}: {out}");
    }
    assert!(!out.errors().contains("panicked"), "{out}");
}

#[test]
fn a_wrong_configuration_says_where() {
    let gateway = Setup::new().settings("sseats = 3").stopped().start();
    does_not_start(&gateway, &["juyong.toml:5:", "sseats"]);
}

#[test]
fn a_missing_configuration_says_so() {
    let gateway = Setup::new().stopped().start();
    fs::remove_file(gateway.path("juyong.toml")).unwrap();
    does_not_start(&gateway, &["juyong.toml"]);
}

#[test]
fn a_policy_with_an_error_says_where() {
    let gateway = Setup::new().policy("[[rule]]\nid = \"x\"\neffect = \"permit\"\n").stopped().start();
    does_not_start(&gateway, &["all.toml:", "permit"]);
    gateway.juyong(&["policy", "check"]).refused("permit");
}

#[test]
fn a_policy_that_cannot_be_read_says_so() {
    let gateway = Setup::new().stopped().start();
    fs::write(gateway.path("policies/binary.toml"), [0xff, 0xfe, 0]).unwrap();
    does_not_start(&gateway, &["binary.toml"]);
    fs::remove_dir_all(gateway.path("policies")).unwrap();
    does_not_start(&gateway, &["policies"]);
}

#[test]
fn a_taken_port_says_so() {
    let gateway = Setup::new().stopped().start();
    let _taken = TcpListener::bind(("127.0.0.1", gateway.port)).unwrap();
    does_not_start(&gateway, &[&gateway.port.to_string()]);
}

/// trial 25: the terminal that it ran in is closed, or somebody's rotation of logs says HUP.
#[test]
fn a_hangup_drains_as_a_termination_does() {
    let gateway = Gateway::usual();
    let running = Running::start(gateway.ssh(&gateway.operator("op1"), "+box").arg("echo up; sleep 90"));
    running.expect("up");
    assert_eq!(gateway.end_by(Signal::HUP), Some(0));
    running.wait(PATIENCE).refused("the gateway is going down");
    gateway.start();
    gateway.journaled("session-ended", &[("ending", "cut"), ("reason", "draining")]);
    gateway.journaled("recording-closed", &[]);
    gateway.juyong(&["audit", "verify"]).ok();
}

/// A pipe in the place of a file kept a start waiting without a word.
#[test]
fn what_is_not_a_file_stops_a_start_at_once() {
    let gateway = Gateway::usual();
    gateway.stop();
    let files = [
        "juyong.toml",
        "policies/all.toml",
        "data/master.key",
        "data/host_key",
        "data/juyong.db",
        "data/juyong.db-wal",
        "data/juyong.db-shm",
        "data/lock",
    ];
    for name in files {
        let (path, kept) = (gateway.path(name), gateway.path("kept"));
        let was = path.exists();
        if was {
            fs::rename(&path, &kept).unwrap();
        }
        assert!(tool("mkfifo").arg(&path).status().unwrap().success());
        // The policy in force is in the database; its files are read by who asks for them.
        let words: &[&str] = if name.starts_with("policies") { &["policy", "check"] } else { &["serve"] };
        gateway.juyong(words).refused("this is a named pipe, not a file");
        let out = gateway.juyong(&["doctor"]);
        assert_eq!(out.code(), 1, "{name}: {out}");
        assert!(format!("{}{}", out.text(), out.errors()).contains("named pipe"), "{name}: {out}");
        fs::remove_file(&path).unwrap();
        if was {
            fs::rename(&kept, &path).unwrap();
        }
    }
    gateway.start();
}
