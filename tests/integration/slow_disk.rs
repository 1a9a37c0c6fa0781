//! A disk that does not answer: the sessions that it records stall, and end; nobody else notices.

use std::fs;
use std::path::PathBuf;

use crate::harness::{Gateway, Operator, PATIENCE, Running, Setup, field, has_event, within};

/// More than the gateway has processors.
const STALLED: usize = 4;

const OTHERS: usize = 50;

/// Answers each line.
const ANSWERS: &str = "echo up; while read x; do echo got $x; done";

/// A gateway, and the file whose presence keeps the writes of `op1` from coming to their end.
fn gateway(stall: &str) -> (Gateway, PathBuf) {
    let limits = format!("[limits]\nrecording_stall = \"{stall}\"");
    // A shell that thinks itself inside another reads no start-up files: those of whoever runs this may take long.
    let gateway = Setup::new().sshd("SetEnv SHLVL=2").tables(&limits).stopped().start();
    let stuck = gateway.path("stuck");
    gateway.start_with("JUYONG_STUCK_WRITE", &format!("op1:{}", stuck.display()));
    gateway.set_credential("box");
    (gateway, stuck)
}

/// So many sessions that answer.
fn answering(gateway: &Gateway, operator: &Operator, count: usize) -> Vec<Running> {
    let master = gateway.master(operator, "+box");
    let start = |_| Running::start(master.ssh().arg(ANSWERS));
    let all: Vec<_> = (0..count).map(start).collect();
    for one in &all {
        one.expect("up");
    }
    std::mem::forget(master); // it ends with the gateway
    all
}

/// architecture 3: two recordings whose disk stalled took both workers of a gateway, an officer's order included.
#[test]
fn a_disk_that_does_not_answer_stalls_its_sessions_and_no_others() {
    let (gateway, stuck) = gateway("10m");
    let officer = gateway.operator("officer");
    let mut stalled = answering(&gateway, &gateway.operator("op1"), STALLED);
    let mut others = answering(&gateway, &gateway.operator("op2"), OTHERS);
    fs::write(&stuck, "").unwrap();
    for one in &mut stalled {
        one.send("never\n");
    }
    for other in &mut others {
        other.send("it\n");
    }
    for other in &others {
        other.expect("got it");
    }
    assert!(stalled.iter_mut().all(|one| !one.ended()), "they wait");
    gateway.exec(&officer, "", "lockdown start --reason slow --scope op1").ok();
    for one in stalled {
        let out = one.wait(PATIENCE);
        assert_eq!(out.code(), 255, "{out}");
        assert!(!out.text().contains("never"), "nothing went on that is in no recording");
    }
    assert!(stuck.exists(), "and still no write has come to its end");
    fs::remove_file(stuck).unwrap();
    gateway.journaled("session-ended", &[("ending", "cut")]);
    drop(others);
    gateway.juyong(&["audit", "verify"]).ok();
}

/// architecture 3
#[test]
fn a_session_whose_disk_does_not_answer_ends_and_says_so() {
    let (gateway, stuck) = gateway("5s");
    let operator = gateway.operator("op1");
    let mut running = Running::start(gateway.ssh(&operator, "+box").arg(ANSWERS));
    running.expect("up");
    fs::write(&stuck, "").unwrap();
    running.send("never\n");
    let out = running.wait(PATIENCE).refused("did not reach the gateway's disk in time");
    assert!(!out.text().contains("never"), "{out}");
    gateway.journaled("evidence-failed", &[("what", "recording")]);
    gateway.journaled("session-ended", &[("ending", "error")]);
    gateway.exec(&operator, "+box", "true").refused("without a recording there is no session");
    gateway.exec(&operator, "", "whoami").ok();
    fs::remove_file(stuck).unwrap();
    gateway.exec(&operator, "+box", "true").ok();
    let left_open =
        |row: &serde_json::Value| field(row, "event") == "recording-closed" && row["left_open"] == true;
    within(PATIENCE, "what was written is sealed", || gateway.events().iter().any(left_open).then_some(()));
    gateway.juyong(&["audit", "verify"]).ok();
}

/// A recording that was written to its end, and that the disk has not kept yet, is named, and sealed once it has.
#[test]
fn a_disk_that_is_slow_to_keep_a_recording_is_named() {
    let (gateway, stuck) = gateway("5s");
    let operator = gateway.operator("op1");
    let master = gateway.master(&operator, "+box");
    let mut running = Running::start(master.ssh().arg(ANSWERS));
    running.expect("up");
    fs::write(&stuck, "").unwrap();
    running.feed(Vec::new()); // it ends: nothing of the end is in the recording, which is only to be kept
    gateway.journaled("evidence-failed", &[("what", "recording")]);
    assert!(!has_event(&gateway.events(), "recording-closed", &[]), "nobody knows yet whether it is kept");
    fs::remove_file(stuck).unwrap();
    gateway.journaled("recording-closed", &[]);
    drop(master);
    gateway.journaled("session-ended", &[("ending", "closed")]);
    gateway.juyong(&["audit", "verify"]).ok();
}

/// Whoever stops a gateway does not wait for its disk, and the next start seals what the stop left open.
#[test]
fn a_gateway_stops_though_a_disk_does_not_answer() {
    let (gateway, stuck) = gateway("10m");
    let mut stalled = answering(&gateway, &gateway.operator("op1"), STALLED);
    fs::write(&stuck, "").unwrap();
    for one in &mut stalled {
        one.send("never\n");
    }
    gateway.stop();
    for one in stalled {
        assert!(!one.wait(PATIENCE).text().contains("never"));
    }
    fs::remove_file(stuck).unwrap();
    gateway.start();
    gateway.journaled("session-ended", &[("ending", "interrupted")]);
    gateway.juyong(&["audit", "verify"]).ok();
}

/// What a terminal shows is written by whoever has it: a disk that stops answering holds them, and they are cut all the
/// same.
#[test]
fn a_terminal_whose_disk_does_not_answer_is_cut_like_any_other() {
    let (gateway, stuck) = gateway("10m");
    let officer = gateway.operator("officer");
    let master = gateway.master(&gateway.operator("op1"), "+box");
    let terminal = |_| Running::start(master.ssh().args(["-tt", ANSWERS]));
    let mut stalled: Vec<_> = (0..STALLED).map(terminal).collect();
    for one in &stalled {
        one.expect("up");
    }
    fs::write(&stuck, "").unwrap();
    for one in &mut stalled {
        one.send("never\n");
    }
    assert!(stalled.iter_mut().all(|one| !one.ended()), "they wait");
    gateway.exec(&officer, "", "lockdown start --reason slow --scope op1").ok();
    for one in stalled {
        let out = one.wait(PATIENCE);
        assert_eq!(out.code(), 255, "{out}");
        assert!(!out.text().contains("never"), "not even its echo, which is in no recording");
    }
    assert!(stuck.exists(), "and still no write has come to its end");
    fs::remove_file(stuck).unwrap();
    gateway.journaled("session-ended", &[("ending", "cut")]);
    drop(master);
    gateway.juyong(&["audit", "verify"]).ok();
}

#[test]
fn a_terminal_whose_disk_does_not_answer_ends_and_says_so() {
    let (gateway, stuck) = gateway("5s");
    let mut running = Running::start(gateway.ssh(&gateway.operator("op1"), "+box").args(["-tt", ANSWERS]));
    running.expect("up");
    fs::write(&stuck, "").unwrap();
    running.send("never\n");
    let out = running.wait(PATIENCE);
    assert_eq!(out.code(), 255, "{out}");
    assert!(out.text().contains("did not reach the gateway's disk in time"), "{out}");
    assert!(!out.text().contains("never"), "{out}");
    gateway.journaled("evidence-failed", &[("what", "recording")]);
    fs::remove_file(stuck).unwrap();
    gateway.journaled("session-ended", &[("ending", "error")]);
    gateway.juyong(&["audit", "verify"]).ok();
}
