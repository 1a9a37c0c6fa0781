//! The gateway dies without a warning; what it had written is there.

use crate::harness::{Cast, Gateway, PATIENCE, Terminal, field, has_event, within};

#[test]
fn after_a_kill_recordings_are_readable_and_sessions_are_interrupted() {
    let gateway = Gateway::usual();
    let (first, second) = (gateway.operator("op1"), gateway.operator("op2"));
    gateway.exec(&second, "+box", "echo finished before").ok();
    let mut terminal = Terminal::start(gateway.ssh(&first, "+box"));
    terminal.prompt();
    terminal.line("echo written-$((40+2))");
    terminal.expect("written-42");
    let running = within(PATIENCE, "the session runs", || {
        gateway.sessions().into_iter().find(|session| field(session, "operator") == "op1")
    });
    assert!(running["ended"].is_null(), "{running}");
    gateway.kill();
    terminal.wait(PATIENCE);

    let recording = find(&gateway, running["recordings"][0].as_str().unwrap());
    let text = std::fs::read_to_string(recording).unwrap();
    assert!(Cast::parse(&text).all("o").contains("written-42"), "{text}");

    gateway.start();
    let sessions = gateway.sessions();
    let endings: Vec<_> =
        sessions.iter().map(|session| (field(session, "operator"), field(session, "ending"))).collect();
    assert!(endings.contains(&("op1", "interrupted")) && endings.contains(&("op2", "closed")), "{endings:?}");
    let session = sessions.iter().find(|session| field(session, "operator") == "op1").unwrap();
    assert!(gateway.cast(session).all("o").contains("written-42"));
    let id = field(session, "session");
    assert!(has_event(&gateway.events(), "session-ended", &[("session", id), ("ending", "interrupted")]));
    gateway.juyong(&["audit", "verify"]).ok();
    gateway.exec(&second, "+box", "true").ok();
}

/// The file of a recording, wherever it lies below the directory.
fn find(gateway: &Gateway, id: &str) -> std::path::PathBuf {
    let mut dirs = vec![gateway.path("data/recordings")];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(&dir).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                dirs.push(path);
            } else if path.file_name().is_some_and(|name| name.to_string_lossy().contains(id)) {
                return path;
            }
        }
    }
    panic!("no recording {id}");
}

#[test]
fn a_stop_drains() {
    let gateway = Gateway::usual();
    let mut terminal = Terminal::start(gateway.ssh(&gateway.operator("op1"), "+box"));
    terminal.prompt();
    terminal.line("echo in-$((40+2))");
    terminal.expect("in-42");
    gateway.stop();
    terminal.expect("the gateway is going down");
    terminal.wait(PATIENCE);
    gateway.start();
    let session = gateway.ended_session();
    assert_eq!((field(&session, "ending"), field(&session, "reason")), ("cut", "draining"));
    gateway.journaled("gateway-stopped", &[]);
    gateway.juyong(&["audit", "verify"]).ok();
}
