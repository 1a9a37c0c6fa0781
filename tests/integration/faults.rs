//! A fault of the gateway's own: it ends one channel, and the evidence is whole.

use std::fs;
use std::io::Write;
use std::net::TcpListener;

use crate::harness::{Gateway, PATIENCE, Running, Setup, field, has_event, within};

/// A gateway in which one task panics.
fn faulty(setup: Setup, at: &str) -> Gateway {
    let gateway = setup.stopped().start();
    gateway.start_with("JUYONG_PANIC_AT", at);
    gateway.set_credential("box");
    gateway
}

/// What was meant to be there, and is not looked for at the test's end.
fn forget_panics(gateway: &Gateway) {
    assert!(gateway.log().contains("panicked"), "it was a real panic");
    fs::write(gateway.path("gateway.log"), "").unwrap();
}

/// The session of the panic has its last rows, and all holds.
fn is_whole(gateway: &Gateway, operator: &str) {
    let session = within(PATIENCE, "the session has ended", || {
        let mut sessions = gateway.sessions().into_iter();
        sessions.find(|session| field(session, "operator") == operator && !session["ended"].is_null())
    });
    assert_eq!(
        (field(&session, "ending"), field(&session, "reason")),
        ("error", "a channel failed"),
        "{session}"
    );
    let rows = gateway.events();
    assert!(has_event(&rows, "channel-failed", &[]));
    let recording = session["recordings"][0].as_str().unwrap();
    let closed =
        rows.iter().find(|row| field(row, "event") == "recording-closed" && row["recording"] == recording);
    assert_eq!(closed.expect("its recording is sealed")["left_open"], true);
    gateway.juyong(&["audit", "verify"]).ok();
}

/// attack 18: a panic took its row and its client with it.
#[test]
fn a_panic_in_a_channel_ends_that_channel() {
    let gateway = faulty(Setup::new(), "channel:op1");
    let process = gateway.id();
    let other = gateway.operator("op2");
    let mut running = Running::start(gateway.ssh(&other, "+box").arg("echo up; read x; echo got $x"));
    running.expect("up");
    let operator = gateway.operator("op1");
    let master = gateway.master(&operator, "+box");
    assert_eq!(master.exec("echo never").code(), 255, "the client is told");
    drop(master);
    is_whole(&gateway, "op1");
    running.send("on\n");
    assert!(running.wait(PATIENCE).ok().text().contains("got on"), "others go on");
    gateway.exec(&operator, "", "whoami").ok();
    assert_eq!(gateway.id(), process);
    assert!(gateway.greets());
    forget_panics(&gateway);
}

/// The brother: a forward, whose client knows of an answer or of none.
#[test]
fn a_panic_in_a_forward_ends_that_forward() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.write_all(b"greetings\n"); // whoever left is not greeted
        }
    });
    let rule = format!(
        "[[rule]]\nid = \"forward\"\neffect = \"allow\"\noperators = [\"@ops\"]\nassets = [\"box\"]\n\
         protocols = [\"forward\"]\nforward_to = [\"{to}\"]\n"
    );
    let gateway = faulty(Setup::new().policy(&rule), "forward:op1");
    let through = |operator: &str| {
        Running::run(gateway.ssh(&gateway.operator(operator), "+box").args(["-W", &to]), b"", PATIENCE).text()
    };
    assert_eq!(through("op1"), "", "and it does not hang");
    is_whole(&gateway, "op1");
    assert_eq!(through("op2"), "greetings\n", "others go on");
    forget_panics(&gateway);
}

/// A thread that writes recordings outlives a panic in it, and whoever waited hears of it at once.
#[test]
fn a_panic_in_a_writer_ends_that_recording() {
    let stall = "[limits]\nrecording_stall = \"1h\"";
    let gateway = faulty(Setup::new().tables(stall), "write:op1");
    let operator = gateway.operator("op1");
    gateway.exec(&operator, "+box", "echo never").refused("without a recording there is no session");
    gateway.journaled("evidence-failed", &[("what", "recording")]);
    gateway.exec(&gateway.operator("op2"), "+box", "echo on").ok();
    forget_panics(&gateway);
}
