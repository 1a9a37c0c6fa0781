//! The demo: what a newcomer starts first.

use std::process::Stdio;
use std::time::Duration;

use crate::harness::{PATIENCE, Running, free_port, need, tool, within};

/// A tour that begins when two seconds of a step are left, and no later.
const TURNS: [&str; 3] = ["@2026-12-01 00:00:28", "@2026-12-01 00:00:29", "@2026-12-01 00:00:00"];

/// newcomer: `--tour` never fails by the clock.
#[test]
fn a_tour_holds_while_the_step_of_its_codes_turns() {
    for start in TURNS {
        let mut command = tool("faketime");
        command.args(["-f", start, env!("CARGO_BIN_EXE_juyong"), "demo", "--tour", "--language", "en"]);
        command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        let told = Running::run(&mut command, b"", PATIENCE * 2).ok().text();
        assert!(told.trim_end().ends_with("All eight steps held."), "begun at {start}: {told}");
    }
}

/// newcomer: the host key of a second demo is the first one's, so the same line lets in again.
#[test]
fn a_second_demo_shows_the_same_host_key() {
    let shown = || {
        let port = free_port();
        let mut demo = tool(env!("CARGO_BIN_EXE_juyong"))
            .args(["demo", "--listen", &format!("127.0.0.1:{port}")])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let key = within(Duration::from_secs(30), "the demo shows its key", || {
            let port = port.to_string();
            let scan = ["-t", "ed25519", "-p", &port, "127.0.0.1"];
            let line = Running::run(tool("ssh-keyscan").args(scan), b"", PATIENCE).text();
            line.split_once(' ').map(|(_, key)| key.to_owned())
        });
        let pid = demo.id().to_string();
        Running::run(std::process::Command::new(need("kill")).args(["-INT", &pid]), b"", PATIENCE).ok();
        assert!(demo.wait().unwrap().success(), "Ctrl-C is how a demo ends");
        key
    };
    assert_eq!(shown(), shown());
}
