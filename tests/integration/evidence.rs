//! `audit verify` against whoever has the files in their hands.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::harness::{Gateway, PATIENCE, Running, Setup, Terminal, field, has_event, script, tool, within};

const SCOPED: &str = "[operator.narrow]\nroles = [\"auditor\"]\naudit = { operators = [\"op2\"] }\n";

/// A gateway on which op1 and op2 ran a command each.
fn two_sessions() -> Gateway {
    let gateway = Setup::new().policy(SCOPED).start();
    for name in ["op1", "op2"] {
        gateway.exec(&gateway.operator(name), "+box", "echo evidence").ok();
    }
    within(PATIENCE, "both sessions have ended", || {
        let ended = gateway.sessions().iter().filter(|session| !session["ended"].is_null()).count();
        (ended == 2).then_some(())
    });
    gateway
}

impl Gateway {
    fn sql(&self, statements: &[&str]) {
        let mut script = script("sql.py");
        Running::run(script.arg(self.path("data/juyong.db")).args(statements), b"", PATIENCE).ok();
    }

    /// What `audit verify` finds, and the exit code that goes with it.
    fn verified(&self) -> Value {
        let out = self.juyong(&["audit", "verify", "--json"]);
        let report: Value =
            serde_json::from_str(out.text().trim()).unwrap_or_else(|_| panic!("no report: {out}"));
        assert_eq!(out.code(), i32::from(report["ok"] != true), "{out}");
        report
    }

    fn recording(&self, session: &Value) -> PathBuf {
        let id = session["recordings"][0].as_str().unwrap().to_owned();
        let mut dirs = vec![self.path("data/recordings")];
        while let Some(dir) = dirs.pop() {
            for entry in fs::read_dir(&dir).unwrap().flatten() {
                match entry.path() {
                    path if path.is_dir() => dirs.push(path),
                    path if path.to_string_lossy().contains(&id) => return path,
                    _ => {}
                }
            }
        }
        panic!("no recording {id}");
    }

    fn session_of(&self, operator: &str) -> Value {
        self.sessions().into_iter().find(|session| field(session, "operator") == operator).unwrap()
    }
}

/// The faults of one sort: what, and which.
fn faults(report: &Value, sort: &str) -> Vec<(String, String)> {
    let first = report[sort]["first"].as_array().unwrap();
    first.iter().map(|fault| (field(fault, "what").to_owned(), field(fault, "which").to_owned())).collect()
}

fn whats(report: &Value, sort: &str) -> Vec<String> {
    faults(report, sort).into_iter().map(|(what, _)| what).collect()
}

/// attack 8: sessions vanish, change hands, lose their channels.
#[test]
fn changed_sessions_are_found() {
    let gateway = two_sessions();
    let good = gateway.verified();
    assert_eq!((&good["sessions"], &good["recordings"]), (&2.into(), &2.into()), "{good}");
    let session = gateway.session_of("op1");
    let id = field(&session, "session");
    gateway.stop();
    gateway.sql(&[&format!("UPDATE session SET operator = 'op3' WHERE id = '{id}'")]);
    let report = gateway.verified();
    assert_eq!(faults(&report, "altered"), [("session-altered".into(), id.into())], "{report}");
    let shown = gateway.sessions();
    let shown = shown.iter().find(|session| field(session, "session") == id).unwrap();
    assert_eq!(field(shown, "operator"), "op1", "the list says what the journal says");
    assert_eq!(shown["differs"][0], "operator");
    let text = gateway.juyong(&["audit", "show", id]).ok().text();
    assert!(text.contains("differs from the journal: operator"), "{text}");
    gateway.sql(&[&format!("UPDATE session SET operator = 'op1' WHERE id = '{id}'")]);
    assert_eq!(gateway.verified()["ok"], true);

    gateway.sql(&[&format!("DELETE FROM channel WHERE session = '{id}'")]);
    assert_eq!(whats(&gateway.verified(), "altered"), ["session-altered"]);
    gateway.sql(&[&format!("DELETE FROM session WHERE id = '{id}'")]);
    let report = gateway.verified();
    assert_eq!(faults(&report, "missing"), [("session-missing".into(), id.into())], "{report}");
    gateway.sql(&["INSERT INTO session (id, operator, source, via, asset, login, started)
         VALUES ('01m8aaaaaaaaaaaaaaaa', 'op1', '127.0.0.1', 'direct', 'box', 'root', 0)"]);
    let report = gateway.verified();
    assert!(whats(&report, "altered").contains(&"session-added".to_owned()), "{report}");
}

/// attack 8: an auditor's scope goes by what the journal says.
#[test]
fn a_session_that_is_moved_into_a_scope_stays_out_of_it() {
    let gateway = two_sessions();
    let id = field(&gateway.session_of("op1"), "session").to_owned();
    gateway.stop();
    gateway.sql(&[&format!("UPDATE session SET operator = 'op2' WHERE id = '{id}'")]);
    gateway.start();
    let narrow = gateway.operator("narrow");
    let list = gateway.exec(&narrow, "", "audit sessions --json").ok().text();
    assert!(!list.contains(&id) && list.lines().count() == 1, "{list}");
    gateway.exec(&narrow, "", &format!("audit export {id} --format txt")).refused("there is no session");
}

/// attack 9: a recording that a crash left open is sealed at the next start.
#[test]
fn a_recording_that_a_crash_left_open_is_sealed() {
    let gateway = Gateway::usual();
    let mut terminal = Terminal::start(gateway.ssh(&gateway.operator("op1"), "+box"));
    terminal.prompt();
    terminal.line("echo written-$((40+2))");
    terminal.expect("written-42");
    gateway.kill();
    terminal.wait(PATIENCE);
    gateway.start();
    let session = gateway.session_of("op1");
    let recording = session["recordings"][0].as_str().unwrap();
    let rows = gateway.events();
    let sealed = rows.iter().find(|row| field(row, "recording") == recording && row["left_open"] == true);
    assert_eq!(field(sealed.expect("it is sealed"), "event"), "recording-closed");
    assert!(has_event(&rows, "session-ended", &[("ending", "interrupted")]));
    assert_eq!(gateway.verified()["ok"], true);

    let path = gateway.recording(&session);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("written-42", "written-43")).unwrap();
    assert_eq!(faults(&gateway.verified(), "altered"), [("recording-altered".into(), recording.into())]);
    fs::remove_file(&path).unwrap();
    assert_eq!(faults(&gateway.verified(), "missing"), [("recording-missing".into(), recording.into())]);
}

/// attack 9: what is gone before the next start cannot be sealed, and is missed.
#[test]
fn a_recording_that_is_gone_after_a_crash_is_missed() {
    let gateway = Gateway::usual();
    let mut terminal = Terminal::start(gateway.ssh(&gateway.operator("op1"), "+box"));
    terminal.prompt();
    let path = gateway.recording(&gateway.session_of("op1"));
    gateway.kill();
    terminal.wait(PATIENCE);
    fs::remove_file(path).unwrap();
    gateway.start();
    let report = gateway.verified();
    assert_eq!(whats(&report, "missing"), ["recording-unsealed"], "{report}");
    gateway.journaled("evidence-failed", &[("what", "recording")]);
}

/// attack 10: an expression of a virtual column, a trigger, a view.
#[test]
fn a_changed_schema_is_found_and_hides_nothing() {
    let gateway = two_sessions();
    let recording = gateway.recording(&gateway.session_of("op1"));
    gateway.stop();
    gateway.sql(&[
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = replace(sql, 'body ->> ''$.event''',
           'replace(body ->> ''$.event'', ''recording-closed'', ''x'')') WHERE name = 'journal'",
        "CREATE VIEW more AS SELECT 1",
    ]);
    fs::write(recording, "{}").unwrap();
    let report = gateway.verified();
    let altered = whats(&report, "altered");
    for what in ["schema-altered", "schema-added", "recording-altered"] {
        assert!(altered.contains(&what.to_owned()), "{what}: {report}");
    }
}

/// attack 11: a row before the first is not listed, and is found.
#[test]
fn a_row_before_the_first_is_found() {
    let gateway = two_sessions();
    gateway.stop();
    gateway.sql(&[
        "INSERT INTO journal (seq, at, body, hash) VALUES (0, 0,
           '{\"seq\":0,\"at\":\"1970-01-01T00:00:00Z\",\"actor\":\"op3\",\"event\":\"login-accepted\"}', zeroblob(32))",
    ]);
    let report = gateway.verified();
    assert!(faults(&report, "altered").contains(&("row-before-first".into(), "0".into())), "{report}");
    assert!(gateway.events().iter().all(|row| row["seq"] != 0));
}

/// trial 19: it goes on after a fault, and tells what is missing and what was altered apart.
#[test]
fn every_fault_is_named_and_counted() {
    let gateway = two_sessions();
    let (one, two) = (gateway.session_of("op1"), gateway.session_of("op2"));
    fs::remove_file(gateway.recording(&one)).unwrap();
    fs::write(gateway.recording(&two), "{}").unwrap();
    let report = gateway.verified();
    assert_eq!(
        (&report["missing"]["count"], &report["altered"]["count"]),
        (&1.into(), &1.into()),
        "{report}"
    );
    let out = gateway.juyong(&["audit", "verify"]).refused("1 missing, 1 altered");
    for session in [&one, &two] {
        assert!(out.text().contains(session["recordings"][0].as_str().unwrap()), "{out}");
    }
}

/// attack 20: who may see a part hears whether all holds, and of the faults those of that part.
#[test]
fn verify_tells_no_more_than_the_scope() {
    let gateway = two_sessions();
    let narrow = gateway.operator("narrow");
    let report: Value =
        serde_json::from_str(gateway.exec(&narrow, "", "audit verify --json").ok().text().trim()).unwrap();
    assert_eq!((&report["sessions"], &report["recordings"]), (&1.into(), &1.into()), "{report}");
    let rows = gateway.exec(&narrow, "", "audit events --json").ok().text().lines().count();
    let seen = report["rows"].as_u64().unwrap();
    assert!(seen <= rows as u64 && rows as u64 <= seen + 6, "{rows} listed: {report}");
    let hidden = gateway.session_of("op1");
    fs::remove_file(gateway.recording(&hidden)).unwrap();
    let out = gateway.exec(&narrow, "", "audit verify").refused("outside your audit scope");
    for secret in [hidden["recordings"][0].as_str().unwrap(), field(&hidden, "session"), "op1", "data/"] {
        assert!(!format!("{}{}", out.text(), out.errors()).contains(secret), "{secret}: {out}");
    }
    fs::remove_file(gateway.recording(&gateway.session_of("op2"))).unwrap();
    let own = gateway.exec(&narrow, "", "audit verify").refused("1 missing");
    assert!(own.text().contains("recording-") || own.text().contains("cannot be read"), "{own}");
}

/// A pipe in a recording's place kept `audit verify` waiting for ever, and a link led it elsewhere.
#[test]
fn what_stands_in_a_recordings_place_is_named() {
    let gateway = two_sessions();
    let session = gateway.session_of("op1");
    let (id, recording) = (field(&session, "session"), session["recordings"][0].as_str().unwrap());
    let path = gateway.recording(&session);
    let kept = gateway.path("kept");
    fs::rename(&path, &kept).unwrap();
    let look = |kind: &str| {
        let report = gateway.verified();
        assert_eq!(faults(&report, "altered"), [("recording-replaced".into(), recording.into())], "{report}");
        let detail = field(&report["altered"]["first"][0], "detail").to_owned();
        assert_eq!(detail, format!("{} is {kind}", path.display()));
        gateway.juyong(&["audit", "replay", id]).refused(kind);
        gateway.juyong(&["audit", "export", id, "--format", "cast"]).refused(kind);
        gateway.juyong(&["audit", "show", id]).ok();
    };
    // The same bytes: what counts is whose they are tomorrow.
    std::os::unix::fs::symlink(&kept, &path).unwrap();
    look("a symbolic link");
    fs::remove_file(&path).unwrap();
    assert!(tool("mkfifo").arg(&path).status().unwrap().success());
    look("a named pipe");
    fs::remove_file(&path).unwrap();
    let socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
    look("a socket");
    drop(socket);
    fs::remove_file(&path).unwrap();
    if tool("mknod").arg(&path).args(["c", "1", "5"]).output().unwrap().status.success() {
        look("a device"); // only root makes them
        fs::remove_file(&path).unwrap();
    }
    fs::create_dir(&path).unwrap();
    look("a directory");
    fs::remove_dir(&path).unwrap();
    fs::rename(&kept, &path).unwrap();
    assert_eq!(gateway.verified()["ok"], true);
}

/// The same of a recording that a crash left open: the start is not kept waiting.
#[test]
fn a_start_does_not_wait_for_what_stands_in_a_recordings_place() {
    let gateway = Gateway::usual();
    let mut terminal = Terminal::start(gateway.ssh(&gateway.operator("op1"), "+box"));
    terminal.prompt();
    let path = gateway.recording(&gateway.session_of("op1"));
    gateway.kill();
    terminal.wait(PATIENCE);
    fs::remove_file(&path).unwrap();
    assert!(tool("mkfifo").arg(&path).status().unwrap().success());
    gateway.start();
    let rows = gateway.events();
    let row = rows.iter().find(|row| field(row, "event") == "evidence-failed").expect("it is told");
    assert!(field(row, "reason").contains("this is a named pipe, not a file"), "{row}");
}
