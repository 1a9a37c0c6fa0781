//! How long a session lasts: it is one, however many channels a client opens in it; and what nobody uses ends.

use std::time::Duration;

use crate::approve::waiting;
use crate::harness::{Gateway, Master, PATIENCE, Running, Setup, Terminal, field, has_event, within};

/// Tries until the session is over; says what was told then.
#[track_caller]
fn refused_at_last(master: &Master) -> String {
    within(PATIENCE, "the session is over", || {
        let out = master.exec("echo still");
        (!out.status.success()).then(|| out.errors())
    })
}

#[test]
fn trial_2_a_session_is_not_renewed_by_another_channel() {
    let gateway = Setup::new().limited("max_session = \"4s\"").start();
    let operator = gateway.operator("op1");
    let master = gateway.master(&operator, "+box");
    let told = refused_at_last(&master);
    // The end may find a program at work, or none.
    assert!(
        ["time of this session is over", "its time is over"].iter().any(|word| told.contains(word)),
        "{told}"
    );
    for _ in 0..3 {
        master.exec("echo again").refused("log in again");
    }
    let rows = gateway.events();
    assert!(has_event(&rows, "decision", &[("decision", "deny"), ("reason", "session-over")]));
    let sessions = gateway.sessions();
    assert_eq!(sessions.len(), 1, "one session, and no other was begun: {sessions:?}");
    gateway.exec(&operator, "+box", "echo anew").ok();
}

#[test]
fn trial_2_the_end_takes_the_approval_with_it() {
    let gateway = Setup::new().limited("approval = true\nmax_session = \"6s\"").start();
    let operator = gateway.operator("op1");
    let master = gateway.master(&operator, "+box");
    let running = Running::start(master.ssh().arg("echo up; sleep 90"));
    gateway.juyong(&["approve", "grant", field(&waiting(&gateway), "approval")]).ok();
    running.expect("up");
    running.wait(PATIENCE).refused("its time is over");
    let session = gateway.ended_session();
    assert_eq!(
        (field(&session, "ending"), field(&session, "reason")),
        ("cut", "until"),
        "while the master stands"
    );
    master.exec("echo more").refused("time of this session is over");
    assert!(gateway.records(&["approve", "list"]).is_empty(), "nobody is asked for a session that is over");
    let other = Running::start(gateway.ssh(&operator, "+box").arg("echo anew"));
    gateway.juyong(&["approve", "grant", field(&waiting(&gateway), "approval")]).ok();
    assert_eq!(other.wait(PATIENCE).ok().text(), "anew\n");
}

#[test]
fn trial_2_traffic_on_one_channel_keeps_the_others() {
    let gateway = Setup::new().limited("idle = \"3s\"").start();
    let master = gateway.master(&gateway.operator("op1"), "+box");
    let busy = Running::start(
        master.ssh().arg("for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do echo t; sleep 0.5; done"),
    );
    busy.expect("t");
    let silent = Running::start(master.ssh().arg("sleep 6; echo done"));
    assert_eq!(silent.wait(PATIENCE).ok().text(), "done\n");
    busy.wait(PATIENCE).ok();
}

/// Row of the journal, session and the client's own words where nobody was at work in a session.
#[test]
fn trial_11_the_connection_of_a_session_that_nobody_uses_ends_with_it() {
    let gateway = Setup::new().limited("idle = \"3s\"").start();
    let master = gateway.master(&gateway.operator("op1"), "+box");
    master.exec("echo one").ok();
    let told = master.wait();
    assert!(told.errors().contains("nobody did anything for 3 s"), "{told}");
    gateway.journaled("connection-ended", &[("actor", "op1"), ("reason", "idle")]);
    let session = gateway.ended_session();
    assert_eq!((field(&session, "ending"), field(&session, "reason")), ("cut", "idle"));
}

#[test]
fn trial_37_a_program_that_says_nothing_is_told_in_words_that_fit() {
    let gateway = Setup::new().limited("idle = \"3s\"").start();
    let running = Running::start(gateway.ssh(&gateway.operator("op1"), "+box").arg("sleep 90"));
    running.wait(PATIENCE).refused("nothing passed for 3 s");
    let session = gateway.ended_session();
    assert_eq!((field(&session, "ending"), field(&session, "reason")), ("cut", "idle"));
}

fn impatient() -> Gateway {
    let two = "[asset.box]\naddress = \"127.0.0.1:{port}\"\ngroups = [\"lab\"]\nlogins = [\"{login}\", \"other\"]\n\
               host_keys = [\"{host_key}\"]\n";
    Setup::new().asset(two).tables("[limits]\nidle = \"3s\"\n").start()
}

#[test]
fn trial_11_the_menu_and_questions_end_when_nobody_is_there() {
    let gateway = impatient();
    for (to, shown) in [("", "Number, or text"), ("+box", "other@box")] {
        let mut terminal = Terminal::start(gateway.ssh(&gateway.operator("op1"), to));
        terminal.expect(shown);
        terminal.expect("nobody did anything for 3 s");
        assert!(!terminal.wait(PATIENCE).success());
    }
    gateway.exec(&gateway.operator("op2"), "", "whoami").ok();
}

#[test]
fn trial_11_bare_connections_end_when_nobody_is_there() {
    let gateway = impatient();
    let login = format!("+{}@box", crate::harness::user());
    let bare = gateway.master(&gateway.operator("op1"), &login);
    let mut forward = gateway.ssh(&gateway.operator("op2"), &login);
    let port = crate::harness::free_port();
    forward.args(["-N", "-L", &format!("127.0.0.1:{port}:127.0.0.1:1")]);
    let forward = Running::start(&mut forward);
    let mut outer = gateway.ssh(&gateway.operator("op3"), "");
    outer.arg("-N");
    let outer = Running::start(&mut outer);
    for out in [bare.wait(), forward.wait(PATIENCE), outer.wait(PATIENCE)] {
        out.refused("nobody did anything for 3 s");
    }
    // Who works is left alone.
    let mut busy =
        Running::start(gateway.ssh(&gateway.operator("op4"), &login).arg("echo up; read x; echo $x"));
    busy.expect("up");
    std::thread::sleep(Duration::from_secs(5));
    busy.send("on\n");
    assert_eq!(busy.wait(PATIENCE).ok().text(), "up\non\n");
}

/// Through one outer connection: what is over is so for each inner one.
#[test]
fn attack_renewal_by_an_inner_connection() {
    let gateway = Setup::new().limited("max_session = \"5s\"").start();
    let (operator, user) = (gateway.operator("op1"), crate::harness::user());
    let master = gateway.master(&operator, "");
    let running = Running::start(master.inner(&user, "box").arg("echo up; sleep 90"));
    running.expect("up");
    running.wait(PATIENCE).refused("its time is over");
    let again = || Running::run(master.inner(&user, "box").arg("echo in"), b"", PATIENCE);
    again().refused("log in again");
    again().refused("log in again");
    let rows = gateway.events();
    assert!(has_event(&rows, "decision", &[("decision", "deny"), ("reason", "session-over")]));
    assert_eq!(gateway.sessions().len(), 1, "no other was begun");
}

#[test]
fn attack_a_kill_undone_by_an_inner_connection() {
    let gateway = Gateway::usual();
    let (operator, user) = (gateway.operator("op1"), crate::harness::user());
    let master = gateway.master(&operator, "");
    let running = Running::start(master.inner(&user, "box").arg("echo up; sleep 90"));
    running.expect("up");
    let sessions = gateway.sessions();
    let id = field(sessions.first().expect("a session"), "session");
    gateway.exec(&gateway.operator("officer"), "", &format!("audit kill {id} --reason 'no plan'")).ok();
    running.wait(PATIENCE).refused("ended by an officer");
    gateway.journaled("session-ended", &[("session", id), ("ending", "cut")]);
    Running::run(master.inner(&user, "box").arg("echo in"), b"", PATIENCE).refused("ended by an officer");
    assert_eq!(gateway.sessions().len(), 1, "no other was begun");
    Running::run(gateway.ssh(&gateway.operator("op1"), "+box").arg("echo anew"), b"", PATIENCE).ok();
}

/// `nothing` is what the script does all the while: no key, no byte, no channel that is granted.
#[track_caller]
fn ends_all_the_same(gateway: &Gateway, user: &str, nothing: &str) {
    let operator = gateway.operator("op1");
    let mut script = crate::harness::script("idlers.py");
    script.arg(gateway.script_input(&operator)).args([user, nothing]);
    let told = Running::run(&mut script, b"", PATIENCE * 2).ok().text();
    assert_eq!(told.trim(), "ended", "{nothing}");
}

#[test]
fn attack_idle_is_not_renewed_by_doing_nothing() {
    let gateway = Setup::new().limited("idle = \"3s\"").start();
    ends_all_the_same(&gateway, "+box", "terminal");
    ends_all_the_same(&gateway, "+box", "exec");
    let sessions = gateway.sessions();
    assert_eq!(sessions.len(), 2);
    assert!(sessions.iter().all(|session| field(session, "reason") == "idle"), "{sessions:?}");
}

#[test]
fn attack_limits_idle_is_not_renewed_by_doing_nothing() {
    let gateway = impatient();
    ends_all_the_same(&gateway, "", "menu");
    ends_all_the_same(&gateway, "", "menus");
    ends_all_the_same(&gateway, &format!("+{}@box", crate::harness::user()), "channels");
    gateway.journaled("connection-ended", &[("actor", "op1"), ("reason", "idle")]);
}
