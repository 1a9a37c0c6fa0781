//! Many programs over one connection of a client, against an asset that takes ten on each of its own.

use std::process::Command;

use crate::harness::{Gateway, Master, PATIENCE, Running, Setup, field, within};

/// Runs until `all` of them run at once, so that none could have waited for another's end.
fn together(gateway: &Gateway, master: &Master, number: usize, all: usize) -> Command {
    let mut ssh = master.ssh();
    let dir = gateway.path("together").display().to_string();
    ssh.arg(format!(
        "mkdir -p {dir}; touch {dir}/{number}; \
         while [ $(ls {dir} | wc -l) -lt {all} ]; do sleep 0.1; done; echo ok"
    ));
    ssh
}

/// Connections that the asset has let in, and those of them whose end it has seen.
fn connections(gateway: &Gateway) -> (usize, usize) {
    let log = gateway.asset.log();
    (log.matches("Accepted publickey").count(), log.matches("Closing connection to").count())
}

/// trial 1
#[test]
fn twenty_programs_run_at_once_where_the_asset_takes_ten() {
    let gateway = Setup::new().sshd("MaxSessions 10").start();
    let master = gateway.master(&gateway.operator("op1"), "+box");
    let running: Vec<_> =
        (0..20).map(|number| Running::start(&mut together(&gateway, &master, number, 20))).collect();
    for program in running {
        assert_eq!(program.wait(PATIENCE).ok().text(), "ok\n");
    }
    assert_eq!(connections(&gateway).0, 2, "{}", gateway.asset.log());
    let sessions = gateway.sessions();
    assert_eq!(sessions.len(), 1, "one session, whatever it takes: {sessions:?}");
    assert_eq!(sessions[0]["recordings"].as_array().unwrap().len(), 20);
    drop(master);
    assert_eq!(field(&gateway.ended_session(), "ending"), "closed");
    within(PATIENCE, "all connections end with the session", || (connections(&gateway).1 == 2).then_some(()));
}

/// trial 1: a cut ends what runs on each of the connections.
#[test]
fn a_lockdown_ends_every_connection() {
    let gateway = Setup::new().sshd("MaxSessions 1").start();
    let master = gateway.master(&gateway.operator("op1"), "+box");
    let running: Vec<_> = (0..3).map(|_| Running::start(master.ssh().arg("echo up; sleep 600"))).collect();
    for program in &running {
        program.expect("up");
    }
    gateway.juyong(&["lockdown", "start", "--reason", "drill"]).ok();
    for program in running {
        program.wait(PATIENCE).refused("access is locked");
    }
    within(PATIENCE, "all connections end", || (connections(&gateway).1 == 3).then_some(()));
    assert_eq!(field(&gateway.ended_session(), "ending"), "cut");
}

/// trial 1: connections are bounded, and who finds no room is told.
#[test]
fn a_session_has_eight_connections_at_most() {
    let gateway = Setup::new().sshd("MaxSessions 1").start();
    let master = gateway.master(&gateway.operator("op1"), "+box");
    let mut running: Vec<_> = (0..8).map(|_| Running::start(master.ssh().arg("echo up; read x"))).collect();
    for program in &running {
        program.expect("up");
    }
    master.exec("true").refused("refused to start");
    assert_eq!(connections(&gateway).0, 8);
    running.pop().unwrap().feed(b"\n".to_vec());
    within(PATIENCE, "there is room again", || (master.exec("true").code() == 0).then_some(()));
}

/// trial 1: an asset that takes no program at all is asked on one connection.
#[test]
fn an_asset_that_takes_no_program_is_not_asked_again() {
    let gateway = Setup::new().sshd("MaxSessions 0").start();
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "true").refused("refused to start");
    assert_eq!(connections(&gateway).0, 1);
}

/// trial 34: a program that nobody waits for any more is closed, and does not count among the asset's ten.
#[test]
fn programs_that_were_left_leave_room() {
    let gateway = Setup::new().sshd("MaxSessions 2").start();
    let master = gateway.master(&gateway.operator("op1"), "+box");
    for _ in 0..6 {
        let running = Running::start(master.ssh().arg("echo up; sleep 600"));
        running.expect("up");
        drop(running);
    }
    let programs = || gateway.asset.log().matches("Starting session").count();
    within(PATIENCE, "there is room", || (master.exec("true").code() == 0).then_some(()));
    assert!(programs() >= 7);
    assert!(connections(&gateway).0 <= 4, "{}", gateway.asset.log());
}
