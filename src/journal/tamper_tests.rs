//! Whoever has the database in their hands, and perhaps a key: what they did is found, each by its name.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::Path;

use zeroize::Zeroizing;

use super::*;
use crate::config::EvidenceConfig;
use crate::domain::Digest;
use crate::event::{Actor, Event};
use crate::evidence::log::{Checkpoint, EpochKey, LogProfile, SignedNote};
use crate::platform::clock::Clock;
use crate::store::testing::{TestStore, at, store};
use crate::store::{CheckpointRow, Store};

/// Three runs of a gateway with four rows each: rows 1-6, 7-11, 12-16; the first of each run names its key, and of the
/// first run the first two.
async fn written() -> (TestStore, tempfile::TempDir) {
    let (store, dir) = (store().await, tempfile::tempdir().unwrap());
    for run in 0..3 {
        let clock = Clock::set(at(0));
        let sealer = Sealer::new(dir.path(), store.store.clone(), clock, &EvidenceConfig::default());
        let journal = Journal::start(store.store.clone()).sealed(sealer).await.unwrap();
        journal.begin_epoch().await.unwrap();
        for n in 0..4 {
            let event = Event::GatewayStopped { reason: format!("{run} {n}") };
            let entry = JournalEntry { at: at(0), actor: Actor::Gateway, source: None, through: None, event };
            journal.append(entry).await.unwrap();
        }
        journal.close().await;
    }
    (store, dir)
}

async fn report(store: &Store) -> Report {
    verify(store, Path::new("/nowhere"), None, None).await.unwrap()
}

/// The faults that are not the summaries': who alters a row may have altered these, too.
async fn found(store: &Store) -> Vec<String> {
    let report = report(store).await;
    let faults = report.missing.first.iter().chain(&report.altered.first);
    faults.map(|fault| format!("{} {} {}", fault.what, fault.which, fault.detail).trim().to_owned()).collect()
}

async fn run(store: &TestStore, sql: String) {
    store.run(Box::leak(sql.into_boxed_str())).await;
}

/// Changes the text of rows and makes the chain of hashes anew behind them.
async fn rewrite(store: &TestStore, change: impl Fn(i64, &str) -> String) {
    let rows = store.journal().raw(None).await.unwrap();
    let mut hash = Digest::ZERO;
    for row in rows {
        let body = change(row.seq, &row.body);
        hash = link(hash, &body);
        let text = body.replace('\'', "''");
        run(store, format!("UPDATE journal SET body = '{text}', hash = x'{hash}' WHERE seq = {}", row.seq))
            .await;
    }
}

/// Makes the log's tiles anew from the rows.
async fn tile_anew(store: &TestStore) -> Store {
    store.run("DELETE FROM log_tile").await;
    Store::open(&store.file).await.unwrap()
}

/// Signs each checkpoint anew that `key` has a key for, over the tree as it is now.
async fn sign_anew(store: &TestStore, key: impl Fn(&Checkpoint) -> Option<EpochKey>) {
    for row in store.log().checkpoints(None, 100).await.unwrap() {
        let (said, _) = row.read().unwrap();
        let Some(key) = key(&said) else { continue };
        let root = store.log().root(LogProfile::Standard, said.size).await.unwrap();
        let text = Checkpoint { root, ..said.clone() }.text();
        let signatures = vec![key.sign(&said.origin, &text)];
        put(store, row.id, &SignedNote { text, signatures }).await;
    }
}

async fn put(store: &TestStore, id: i64, note: &SignedNote) {
    run(store, format!("UPDATE log_checkpoint SET note = '{note}' WHERE id = {id}")).await;
}

fn stolen() -> EpochKey {
    EpochKey::new(&Zeroizing::new([66; 32]))
}

/// The key of the running epoch, as whoever is root today has it.
fn todays(dir: &tempfile::TempDir) -> EpochKey {
    let seed = std::fs::read(dir.path().join("log_key")).unwrap();
    EpochKey::new(&Zeroizing::new(seed.try_into().unwrap()))
}

fn edited(seq: i64, body: &str) -> String {
    if seq == 4 { body.replace("0 1", "0 x") } else { body.to_owned() }
}

#[tokio::test]
async fn an_untouched_store_holds_and_all_of_it_is_proven() {
    let (store, _dir) = written().await;
    assert_eq!(found(&store).await, [] as [&str; 0]);
    let log = report(&store).await.log;
    assert_eq!((log.rows, log.checkpoints, log.keys), (16, 7, 4));
    assert_eq!(log.proven.map(|proven| (proven.rows, proven.checkpoint)), Some((16, 7)));
}

/// Rows below the last checkpoint that were cut off the end; with the log's own hashes, too.
#[tokio::test]
async fn rows_that_were_cut_off_the_end_are_named() {
    let (store, _dir) = written().await;
    store.run("DELETE FROM journal WHERE seq > 13").await;
    store.run("DELETE FROM journal_block").await;
    let faults = found(&store).await;
    assert!(faults.contains(&"row-missing 14-16".to_owned()), "{faults:?}");
    assert!(
        !faults.iter().any(|fault| fault.contains("checkpoint")),
        "the log still has their hashes: {faults:?}"
    );
    let store = tile_anew(&store).await;
    let faults = found(&store).await;
    assert!(faults.contains(&"rows-cut 14-16 7".to_owned()), "{faults:?}");
}

/// A row that was edited, with everything behind it chained anew: the log names the row.
#[tokio::test]
async fn an_edit_with_a_new_chain_is_named_by_the_log() {
    let (store, _dir) = written().await;
    rewrite(&store, edited).await;
    assert_eq!(found(&store).await, ["row-unlike-log 4"]);
}

/// With the log made anew, too: the checkpoints contradict, and say between which rows.
#[tokio::test]
async fn an_edit_with_a_new_log_is_named_by_the_checkpoints() {
    let (store, _dir) = written().await;
    rewrite(&store, edited).await;
    let store = tile_anew(&store).await;
    let faults = found(&store).await;
    assert_eq!(faults[0], "checkpoint-contradicted 3 3-6", "{faults:?}");
    assert_eq!(faults.len(), 5, "{faults:?}");
}

/// Whoever has the key of today signs anew what it may have signed, and no checkpoint before.
#[tokio::test]
async fn the_key_of_today_cannot_sign_yesterday() {
    let (store, dir) = written().await;
    rewrite(&store, edited).await;
    tile_anew(&store).await.close().await;
    sign_anew(&store, |_| Some(todays(&dir))).await;
    let faults = found(&store).await;
    for forged in ["checkpoint-forged 1", "checkpoint-forged 3", "checkpoint-forged 5"] {
        assert!(faults.contains(&forged.to_owned()), "{forged}: {faults:?}");
    }
    let proven = report(&store).await.log.proven;
    assert_eq!(proven, None, "the chain of keys is broken: {faults:?}");
}

#[tokio::test]
async fn a_checkpoint_that_was_taken_away_is_missed() {
    let (store, _dir) = written().await;
    store.run("DELETE FROM log_checkpoint WHERE number = 3").await;
    assert_eq!(found(&store).await, ["checkpoint-missing 3"]);
    // The one that vouches for a key.
    store.run("DELETE FROM log_checkpoint WHERE number = 4").await;
    assert_eq!(found(&store).await, ["checkpoint-missing 3-4", "log-key-unvouched 7"]);
}

#[tokio::test]
async fn a_checkpoint_that_was_altered_is_named() {
    let (store, _dir) = written().await;
    let change = |from: &str, to: &str| {
        format!("UPDATE log_checkpoint SET note = replace(note, '{from}', '{to}') WHERE number = 3")
    };
    run(&store, change("number 3", "number 4")).await;
    assert_eq!(found(&store).await, ["checkpoint-missing 3", "checkpoint-altered 3"]);
    run(&store, change("number 4", "number 3")).await;
    run(&store, change("profile standard", "profile sm")).await;
    assert!(found(&store).await.contains(&"checkpoint-altered 3".to_owned()));
    run(&store, change("profile sm", "profile standard")).await;
    let row: CheckpointRow = store.log().checkpoint(&origin(&store).await, 3).await.unwrap().unwrap();
    let (said, _) = row.read().unwrap();
    let text = said.text();
    let signatures = vec![stolen().sign(&said.origin, &text)];
    put(&store, row.id, &SignedNote { text, signatures }).await;
    assert_eq!(found(&store).await, ["checkpoint-missing 3", "checkpoint-forged 3"]);
}

async fn origin(store: &Store) -> String {
    store.log().last_checkpoint().await.unwrap().unwrap().origin
}

/// A row that names a key of somebody else's, with everything behind it made and signed anew.
#[tokio::test]
async fn a_forged_key_row_is_named() {
    let (store, _dir) = written().await;
    let log = origin(&store).await;
    let key = stolen().public(&log).to_string();
    let forged = |seq: i64, body: &str| {
        let mut row: serde_json::Value = serde_json::from_str(body).unwrap();
        if seq != 12 {
            return body.to_owned();
        }
        row["key"] = key.clone().into();
        row.to_string()
    };
    rewrite(&store, forged).await;
    tile_anew(&store).await.close().await;
    sign_anew(&store, |said| (said.size > 12).then(stolen)).await;
    let faults = found(&store).await;
    assert!(faults.contains(&"checkpoint-contradicted 6 12".to_owned()), "{faults:?}");
    // The old key's word for the row is forged, too.
    sign_anew(&store, |said| (said.size >= 12).then(stolen)).await;
    let faults = found(&store).await;
    assert_eq!(faults, ["log-key-unvouched 12"], "{faults:?}");
    assert_eq!(report(&store).await.log.proven.map(|proven| proven.rows), Some(11));
}

/// A past that is another one altogether, with keys of its own: who wrote the first key down finds it.
#[tokio::test]
async fn another_log_is_not_the_one_whose_key_was_written_down() {
    let ((store, _dir), (other, _other_dir)) = (written().await, written().await);
    let pinned = NamedKey::first_and_current(&store).await.unwrap().unwrap().0.key;
    assert!(verify(&store, Path::new("/nowhere"), None, Some(&pinned)).await.unwrap().holds());
    let report = verify(&other, Path::new("/nowhere"), None, Some(&pinned)).await.unwrap();
    let faults: Vec<_> = report.altered.first.iter().map(|fault| fault.what).collect();
    assert_eq!((faults, report.log.proven), (vec!["log-key-unknown"], None));
}

/// Hashes of the log alone.
#[tokio::test]
async fn a_tile_that_was_altered_is_named() {
    let (store, _dir) = written().await;
    let journal = Journal::start(store.store.clone());
    let event = Event::GatewayStopped { reason: "x".into() };
    let entry = JournalEntry { at: at(0), actor: Actor::Gateway, source: None, through: None, event };
    let mut writing = tokio::task::JoinSet::new();
    for _ in 0..600 {
        let (journal, entry) = (journal.clone(), entry.clone());
        writing.spawn(async move { journal.append(entry).await.unwrap() });
    }
    writing.join_all().await;
    assert_eq!(found(&store).await, [] as [&str; 0]);
    store.run("UPDATE log_tile SET hashes = zeroblob(64) WHERE level = 1").await;
    assert_eq!(found(&store).await, ["tile-altered 1/0"]);
    store.run("DELETE FROM log_tile WHERE level = 1").await;
    assert_eq!(found(&store).await, ["tile-missing 1/0"]);
    store.run("UPDATE log_tile SET hashes = zeroblob(8192) WHERE level = 0 AND number = 0").await;
    let faults = found(&store).await;
    assert!(faults.contains(&"row-unlike-log 1".to_owned()), "{faults:?}");
    assert!(faults.contains(&"checkpoint-contradicted 1 1".to_owned()), "{faults:?}");
}

/// Numbers that somebody made up keep nobody busy for ever.
#[tokio::test]
async fn a_log_or_a_row_that_says_it_is_huge_ends_the_check_all_the_same() {
    for sql in [
        "INSERT INTO log_tile (level, number, hashes) VALUES (0, 1125899906842624, zeroblob(32))",
        "INSERT INTO journal (seq, at, body, hash) VALUES (1152921504606846976, 0, '{}', zeroblob(32))",
        "UPDATE log_tile SET number = 36028797018963967 WHERE level = 0",
    ] {
        let (store, _dir) = written().await;
        store.run(sql).await;
        let checked = tokio::time::timeout(std::time::Duration::from_secs(30), found(&store)).await;
        let faults = checked.unwrap();
        assert!(faults.iter().any(|fault| fault.contains("missing")), "{sql}: {faults:?}");
    }
}

/// Who has a scope hears that something is wrong, and not what.
#[tokio::test]
async fn who_has_a_scope_is_told_that_it_does_not_hold() {
    let (store, _dir) = written().await;
    store.run("DELETE FROM log_checkpoint WHERE number = 3").await;
    let none = |_: &crate::store::JournalRow| false;
    let report = verify(&store, Path::new("/nowhere"), Some(&none), None).await.unwrap();
    assert!(!report.holds());
    assert_eq!((report.missing.count, report.missing.hidden), (0, 1));
}
