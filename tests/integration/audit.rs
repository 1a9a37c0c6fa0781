//! What happened, asked for afterwards.

use std::fs;

use crate::harness::{Cast, Gateway, PATIENCE, Running, field, script};

/// A gateway on which one person ran one command, and the session's id.
fn after_a_command() -> (Gateway, String) {
    let gateway = Gateway::usual();
    gateway.exec(&gateway.operator("op1"), "+box", "echo evidence; echo trouble >&2").ok();
    let id = field(&gateway.ended_session(), "session").to_owned();
    (gateway, id)
}

#[test]
fn sessions_have_every_field() {
    let (gateway, id) = after_a_command();
    let session = gateway.sessions().remove(0);
    let keys: Vec<_> = session.as_object().unwrap().keys().map(String::as_str).collect();
    for key in
        "session operator source via asset login protocols started ended ending reason recordings bytes_in \
                bytes_out commands"
            .split_whitespace()
    {
        assert!(keys.contains(&key), "{key} is missing in {session}");
    }
    assert_eq!((field(&session, "source"), field(&session, "via")), ("127.0.0.1", "direct"), "{session}");
    assert_eq!((&session["bytes_in"], &session["bytes_out"]), (&0.into(), &17.into()), "{session}");
    assert_eq!(field(&session, "session"), id);
    for time in ["started", "ended"] {
        assert!(field(&session, time).ends_with("+08:00"), "times have the gateway's offset: {session}");
    }
}

#[test]
fn filters_select() {
    let (gateway, id) = after_a_command();
    gateway.exec(&gateway.operator("op2"), "+box", "true").ok();
    let count = |more: &[&str]| gateway.records(&[&["audit", "sessions"], more].concat()).len();
    assert_eq!(count(&[]), 2);
    for (filter, found) in [
        (["--operator", "op1"], 1),
        (["--operator", "op3"], 0),
        (["--asset", "box"], 2),
        (["--source", "127.0.0.0/8"], 2),
        (["--source", "192.0.2.1"], 0),
        (["--since", "1h"], 2),
        (["--until", "1h"], 0),
        (["--session", &id], 1),
        (["--limit", "1"], 1),
    ] {
        assert_eq!(count(&filter), found, "{filter:?}");
    }
    assert!(!gateway.records(&["audit", "events", "--session", &id]).is_empty());
}

#[test]
fn show_tells_a_sessions_story() {
    let (gateway, id) = after_a_command();
    let text = gateway.juyong(&["audit", "show", &id]).ok().text();
    for word in ["op1", "box", "channel-opened", "echo evidence", "recording-closed", "session-ended"] {
        assert!(text.contains(word), "{word} is missing:\n{text}");
    }
    gateway.juyong(&["audit", "show", "no-such-session"]).refused("no-such-session");
}

#[test]
fn events_are_numbered_and_chained() {
    let (gateway, _) = after_a_command();
    let events = gateway.events();
    let numbers: Vec<_> = events.iter().map(|row| row["seq"].as_u64().unwrap()).collect();
    assert!(numbers.is_sorted_by(|a, b| a + 1 == *b), "{numbers:?}");
    for row in &events {
        assert_eq!(field(row, "hash").len(), 64, "{row}");
        assert!(!field(row, "actor").is_empty() && !field(row, "at").is_empty(), "{row}");
    }
    let kinds: Vec<_> = events.iter().map(|row| field(row, "event")).collect();
    let story = [
        "gateway-started",
        "operator-enrolled",
        "login-accepted",
        "decision",
        "session-started",
        "session-ended",
    ];
    let mut rest = kinds.iter();
    assert!(story.iter().all(|kind| rest.any(|found| found == kind)), "{kinds:?}");
    let verified = gateway.records(&["audit", "verify"]).remove(0);
    assert_eq!(verified["ok"], true);
}

#[test]
fn a_changed_journal_is_found_out() {
    let (gateway, _) = after_a_command();
    gateway.stop();
    let tamper = |from: &str, to: &str| {
        let mut script = script("tamper.py");
        Running::run(script.arg(gateway.path("data/juyong.db")).args([from, to]), b"", PATIENCE).ok();
    };
    gateway.juyong(&["audit", "verify"]).ok();
    tamper("\"asset\":\"box\"", "\"asset\":\"bux\"");
    let out = gateway.juyong(&["audit", "verify"]).refused("");
    assert_eq!(out.code(), 1);
    assert!(out.errors().chars().any(|c| c.is_ascii_digit()), "the first break is named: {out}");
    tamper("\"asset\":\"bux\"", "\"asset\":\"box\"");
    gateway.juyong(&["audit", "verify"]).ok();
    tamper("", "");
    gateway.juyong(&["audit", "verify"]).refused("");
}

#[test]
fn a_replay_shows_what_was_shown() {
    let (gateway, id) = after_a_command();
    let shown = gateway.juyong(&["audit", "replay", &id, "--speed", "100", "--idle-limit", "1"]).ok().text();
    assert!(shown.contains("evidence\n") && shown.contains("trouble\n"), "{shown:?}");
}

#[test]
fn exports_are_files() {
    let (gateway, id) = after_a_command();
    let (cast, txt) = (gateway.path("out.cast"), gateway.path("out.txt"));
    for (format, path) in [("cast", &cast), ("txt", &txt)] {
        gateway
            .juyong(&["audit", "export", &id, "--format", format, "--out", &path.display().to_string()])
            .ok();
    }
    assert!(Cast::parse(&fs::read_to_string(cast).unwrap()).all("o").contains("evidence\n"));
    assert!(fs::read_to_string(txt).unwrap().contains("evidence"));
    let line = format!("audit export {id} --format txt");
    assert!(
        gateway.events().iter().any(|row| field(row, "command").contains(&line)),
        "exporting is journaled"
    );
}
