//! The log over the journal, as somebody checks it who does not trust this program.

use std::fs;

use juyong::evidence::log::{Checkpoint, InclusionProof, LogKey, LogProfile, root_of_inclusion};
use serde_json::Value;

use crate::harness::{Gateway, PATIENCE, Running, Setup, field, script, tool, within};

/// The commands that docs/evidence.md gives, with the key in the place of its example.
fn documented(key: &str) -> String {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/evidence.md")).unwrap();
    let (_, section) = page.split_once("## Checking a checkpoint with openssl\n").unwrap();
    let lines = section.lines().skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    let lines = lines.map(|line| match line.trim() {
        line if line.starts_with("KEY=") => format!("KEY='{key}'"),
        line => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The first key and the one that signs now.
fn keys(gateway: &Gateway) -> [String; 2] {
    let keys = gateway.records(&["audit", "keys"]);
    ["first", "current"].map(|which| {
        let entry = keys.iter().find(|entry| field(entry, "which") == which).unwrap();
        field(entry, "key").to_owned()
    })
}

/// A gateway on which somebody ran a command, when all of it is signed.
fn signed() -> Gateway {
    let gateway = Setup::new().start();
    gateway.exec(&gateway.operator("op1"), "+box", "echo evidence").ok();
    gateway.ended_session();
    gateway.stop();
    gateway
}

#[test]
fn a_stranger_checks_a_checkpoint_with_openssl() {
    let gateway = signed();
    gateway.start();
    let [first, current] = keys(&gateway);
    assert_ne!(first, current, "a start changes the key");
    assert!(gateway.log().contains(&first), "the first key is told at a start");
    let current_row = gateway.records(&["audit", "keys"]).pop().unwrap()["row"].to_string();
    let covered = || {
        let last = gateway.records(&["audit", "checkpoint"]).remove(0);
        // The first over the row of the running key is the key's before it.
        let vouching = gateway.records(&["audit", "checkpoint", "--size", &current_row]).remove(0);
        (last["number"].as_u64() > vouching["number"].as_u64()).then_some(last)
    };
    let last = within(PATIENCE, "the running key has signed", covered);
    assert_eq!(field(&last, "profile"), "standard");
    let binary = env!("CARGO_BIN_EXE_juyong");
    let config = gateway.path("juyong.toml");
    let juyong = format!("set -e\njuyong() {{ '{binary}' --config '{}' \"$@\"; }}\n", config.display());
    let check = |key: &str| {
        let script = juyong.clone() + &documented(key);
        Running::run(tool("bash").args(["-c", &script]).current_dir(gateway.dir()), b"", PATIENCE)
    };
    let good = check(&current).ok();
    assert!(good.text().contains("Signature Verified Successfully"), "{good}");
    assert!(!check(&first).status.success(), "another key of the same log did not sign it");
}

#[test]
fn a_row_is_proven_by_its_text_and_the_key_alone() {
    let gateway = signed();
    let started = gateway.events().into_iter().find(|row| field(row, "event") == "session-started").unwrap();
    let row = started["seq"].as_u64().unwrap_or_else(|| field(&started, "seq").parse().unwrap());
    let text = gateway.juyong(&["audit", "proof", &row.to_string()]).ok().text();
    let proof = InclusionProof::parse(&text).unwrap();
    let entry: Value = serde_json::from_slice(&proof.entry).unwrap();
    assert_eq!((field(&entry, "event"), proof.index), ("session-started", row - 1));
    let said = Checkpoint::parse(&proof.checkpoint.text).unwrap();
    let leaf = LogProfile::Standard.leaf(&proof.entry);
    let root = root_of_inclusion(LogProfile::Standard, leaf, proof.index, said.size, &proof.hashes);
    assert_eq!(root, Some(said.root));
    let keys: Vec<_> = gateway.events().iter().filter_map(|row| LogKey::parse(field(row, "key"))).collect();
    assert!(keys.iter().any(|key| proof.checkpoint.is_signed_by(key)), "{keys:?}");
    let file = gateway.path("row.tlog-proof");
    fs::write(&file, &text).unwrap();
    let given: Vec<_> = keys.iter().flat_map(|key| ["--key".to_owned(), key.to_string()]).collect();
    let mut stranger = stranger("proof");
    Running::run(stranger.arg(&file).args(&given), b"", PATIENCE).ok();
    let other = text.replace(&format!("index {}", proof.index), &format!("index {}", proof.index - 1));
    fs::write(&file, other).unwrap();
    let mut again = self::stranger("proof");
    assert_eq!(Running::run(again.arg(&file).args(&given), b"", PATIENCE).code(), 1);
    let none = gateway.juyong(&["audit", "proof", "999999"]);
    assert!(none.code() == 1 && none.errors().contains("there is no row 999999"), "{none}");
}

/// The verifier that somebody wrote who had docs/evidence.md alone.
fn stranger(what: &str) -> std::process::Command {
    let mut python = tool("python3");
    python.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tools/verify.py")).arg(what);
    python
}

/// It finds in a copy of the database what `audit verify` finds, by the same names.
#[test]
fn another_program_verifies_the_journal() {
    let gateway = signed();
    let [first, _] = keys(&gateway);
    let database = gateway.path("data/juyong.db");
    let copy = gateway.path("copy.db");
    let check = |statement: Option<&str>, key: &str| {
        fs::copy(&database, &copy).unwrap();
        if let Some(statement) = statement {
            Running::run(script("sql.py").arg(&copy).arg(statement), b"", PATIENCE).ok();
        }
        Running::run(stranger("journal").arg(&copy).args(["--key", key]), b"", PATIENCE)
    };
    let good = check(None, &first).ok();
    assert!(
        good.text().contains("are proven by checkpoint") && good.text().ends_with("unproven behind it: 0\n"),
        "{good}"
    );
    for (statement, fault) in [
        ("UPDATE journal SET body = replace(body, 'a', 'b') WHERE seq = 3", "row-altered 3"),
        ("UPDATE journal SET body = replace(body, 'a', 'b') WHERE seq = 3", "checkpoint-contradicted"),
        ("DELETE FROM journal WHERE seq > 4", "rows-cut"),
        ("DELETE FROM log_checkpoint WHERE number IN (2, 3)", "checkpoint-missing 2-3"),
        ("DELETE FROM log_checkpoint WHERE number IN (2, 3)", "log-key-unvouched"),
        ("UPDATE log_checkpoint SET note = replace(note, 'number 2', 'number 3')", "checkpoint-forged"),
    ] {
        let found = check(Some(statement), &first);
        assert!(found.code() == 1 && found.text().contains(fault), "{statement}: {fault}: {found}");
    }
    let found = check(None, &keys(&signed())[0]);
    assert!(found.code() == 1 && found.text().contains("log-key-unknown"), "{found}");
}

/// kill -9 between any two steps of a change of keys, and of the first key.
#[test]
fn a_death_at_any_step_of_a_change_of_keys_is_gone_on_from() {
    let gateway = signed();
    for place in ["log-key:drafted", "log-key:named", "log-key:vouched", "log-key:erased"] {
        let mut serve = gateway.command(&["serve"]);
        let died = Running::run(serve.env("JUYONG_DIE_AT", place), b"", PATIENCE);
        assert!(died.status.code().is_none(), "{place}: {died}");
        gateway.start();
        let verified = gateway.juyong(&["audit", "verify", "--key", &keys(&gateway)[0], "--json"]).ok();
        let report: Value = serde_json::from_str(verified.text().trim()).unwrap();
        assert!(report["log"]["proven"]["rows"].as_u64() > Some(0), "{place}: {report}");
        gateway.stop();
        assert!(!gateway.path("data/log_key.next").exists(), "{place}");
    }
    assert!(!gateway.events().iter().any(|row| field(row, "cause") == "lost"));
    for place in ["log-key:made", "log-key:named"] {
        let gateway = Setup::new().start();
        gateway.stop();
        for file in ["juyong.db", "juyong.db-wal", "juyong.db-shm", "log_key"] {
            let _ = fs::remove_file(gateway.path("data").join(file)); // SQLite may have removed its own
        }
        let mut serve = gateway.command(&["serve"]);
        let died = Running::run(serve.env("JUYONG_DIE_AT", place), b"", PATIENCE);
        assert!(died.status.code().is_none(), "{place}: {died}");
        gateway.start();
        gateway.juyong(&["audit", "verify"]).ok();
        let causes: Vec<_> = gateway.events().iter().map(|row| field(row, "cause").to_owned()).collect();
        assert_eq!(causes.iter().filter(|cause| *cause == "first").count(), 1, "{place}: {causes:?}");
    }
}

/// Rows that were cut off, with the log's hashes: the gateway does not sign another past, and says what to do.
#[test]
fn a_gateway_does_not_start_over_rows_that_were_cut_off() {
    let gateway = signed();
    let [first, _] = keys(&gateway);
    let mut sql = script("sql.py");
    let statements =
        ["DELETE FROM journal WHERE seq > 4", "DELETE FROM journal_block", "DELETE FROM log_tile"];
    Running::run(sql.arg(gateway.path("data/juyong.db")).args(statements), b"", PATIENCE).ok();
    let refused = Running::run(&mut gateway.command(&["serve"]), b"", PATIENCE);
    assert_eq!(refused.code(), 1, "{refused}");
    let errors = refused.errors();
    assert!(
        errors.contains("the journal is not what checkpoint") && errors.contains("docs/evidence.md"),
        "{refused}"
    );
    let report = gateway.juyong(&["audit", "verify", "--json"]);
    let report: Value = serde_json::from_str(report.text().trim()).unwrap();
    let missing = report["missing"]["first"].as_array().unwrap();
    assert!(missing.iter().any(|fault| field(fault, "what") == "rows-cut"), "{report}");
    // What docs/evidence.md says of going on without: another log begins.
    fs::remove_file(gateway.path("data/log_key")).unwrap();
    gateway.start();
    let [second, _] = keys(&gateway);
    assert_ne!(first, second);
    let report = gateway.juyong(&["audit", "verify", "--key", &second, "--json"]);
    let report: Value = serde_json::from_str(report.text().trim()).unwrap();
    assert!(report["ok"] == false && report["log"]["proven"]["rows"].as_u64() > Some(4), "{report}");
}

/// The words of a key are checked before anything is read.
#[test]
fn what_is_not_a_key_is_refused() {
    let gateway = signed();
    let refused = gateway.juyong(&["audit", "verify", "--key", "abc"]);
    assert!(refused.code() == 1 && refused.errors().contains("\"abc\" is not a key of a log"), "{refused}");
}
