#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::path::Path;
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::config::EvidenceConfig;
use crate::event::{Actor, Ending, Event, JournalEntry, KeyCause};
use crate::evidence::log::{Checkpoint, LogKey, SignedNote};
use crate::journal::{Journal, NamedKey, Report, verify};
use crate::platform::clock::Clock;
use crate::store::testing::{TestStore, at, id, store};
use crate::store::{CheckpointRow, Store};

/// Nothing on a loaded machine takes longer.
const BOUND: Duration = Duration::from_secs(30);

/// A store, and a directory of keys.
struct Place {
    store: TestStore,
    dir: TempDir,
    clock: Clock,
}

async fn place() -> Place {
    Place { store: store().await, dir: tempfile::tempdir().unwrap(), clock: Clock::set(at(0)) }
}

fn entry(text: &str) -> JournalEntry {
    let event = Event::GatewayStopped { reason: text.to_owned() };
    JournalEntry { at: at(0), actor: Actor::Gateway, source: None, through: None, event }
}

impl Place {
    fn file(&self, name: &str) -> std::path::PathBuf {
        self.dir.path().join(name)
    }

    /// A gateway that starts.
    async fn open(&self, config: &EvidenceConfig) -> Result<Journal, SealError> {
        let store: Store = self.store.store.clone();
        let sealer = Sealer::new(self.dir.path(), store.clone(), self.clock.clone(), config);
        Journal::start(store).sealed(sealer).await
    }

    async fn started(&self) -> Journal {
        let journal = self.open(&EvidenceConfig::default()).await.unwrap();
        journal.begin_epoch().await.unwrap();
        journal
    }

    /// A gateway's whole life, with so many rows.
    async fn run(&self, rows: usize) {
        let journal = self.started().await;
        for n in 0..rows {
            journal.append(entry(&n.to_string())).await.unwrap();
        }
        journal.close().await;
    }

    async fn keys(&self) -> Vec<NamedKey> {
        NamedKey::latest(&self.store, 100).await.unwrap()
    }

    async fn checkpoints(&self) -> Vec<(Checkpoint, SignedNote)> {
        let rows = self.store.log().checkpoints(None, 1000).await.unwrap();
        rows.iter().map(|row| row.read().unwrap()).collect()
    }

    async fn last(&self) -> CheckpointRow {
        self.store.log().last_checkpoint().await.unwrap().unwrap()
    }

    async fn report(&self, pinned: Option<&LogKey>) -> Report {
        verify(&self.store, Path::new("/nowhere"), None, pinned).await.unwrap()
    }

    /// The faults, by name.
    async fn faults(&self) -> Vec<String> {
        named(&self.report(None).await)
    }
}

fn named(report: &Report) -> Vec<String> {
    let faults = report.missing.first.iter().chain(&report.altered.first);
    faults.map(|fault| format!("{} {}", fault.what, fault.which)).collect()
}

#[tokio::test]
async fn a_clean_stop_leaves_no_row_unproven_and_one_key() {
    let place = place().await;
    place.run(3).await;
    let report = place.report(None).await;
    assert!(report.holds(), "{report:?}");
    let proven = report.log.proven.unwrap();
    // The first key, the start's, and three rows.
    assert_eq!((proven.rows, report.rows, report.log.rows), (5, 5, 5));
    let keys = place.keys().await;
    let told: Vec<_> = keys.iter().map(|key| (key.seq, key.epoch, key.cause)).collect();
    assert_eq!(told, [(1, 1, KeyCause::First), (2, 2, KeyCause::Start)]);
    assert_eq!(report.log.first_key.as_ref(), Some(&keys[0].key));
    assert_eq!(proven.key, keys[1].key);
    let checkpoints = place.checkpoints().await;
    let signed: Vec<_> = checkpoints.iter().map(|(said, _)| (said.number, said.size)).collect();
    assert_eq!(signed, [(1, 1), (2, 2), (3, 5)]);
    assert!(checkpoints[1].1.is_signed_by(&keys[0].key), "the old key vouches for the row of the new one");
    assert!(checkpoints[2].1.is_signed_by(&keys[1].key));
    assert!(!place.file("log_key.next").exists());
    let key = std::fs::read(place.file("log_key")).unwrap();
    let seed = zeroize::Zeroizing::new(<[u8; 32]>::try_from(key).unwrap());
    let held = crate::evidence::log::EpochKey::new(&seed);
    assert_eq!(held.public(keys[0].key.name()), keys[1].key, "the first key is gone");
}

#[tokio::test]
async fn each_start_begins_an_epoch_and_the_chain_of_keys_holds() {
    let place = place().await;
    for rows in [2, 0, 300] {
        place.run(rows).await;
    }
    let report = place.report(None).await;
    assert!(report.holds(), "{report:?}");
    assert_eq!((report.log.keys, report.log.proven.as_ref().unwrap().rows), (4, report.rows));
    for key in place.keys().await {
        let report = place.report(Some(&key.key)).await;
        assert!(report.holds() && report.log.proven.is_some(), "{report:?}");
    }
}

/// A row is signed soon after it, a session's end at once, and nothing at all where no row comes.
#[tokio::test]
async fn rows_and_ends_of_sessions_are_signed_while_the_gateway_runs() {
    let place = place().await;
    let quick =
        EvidenceConfig { checkpoint: crate::config::TimeSpan::seconds(1), ..EvidenceConfig::default() };
    for (config, event) in [
        (quick, Event::GatewayStopped { reason: "x".into() }),
        (
            EvidenceConfig {
                checkpoint: crate::config::TimeSpan::seconds(3600),
                ..EvidenceConfig::default()
            },
            Event::SessionEnded {
                session: id(1),
                ending: Ending::Closed,
                reason: String::new(),
                bytes_in: 0,
                bytes_out: 0,
                unrecorded: 0,
            },
        ),
    ] {
        let journal = place.open(&config).await.unwrap();
        journal.begin_epoch().await.unwrap();
        let seq = journal.append(JournalEntry { event, ..entry("") }).await.unwrap();
        let signed = async {
            while place.last().await.size < i64::try_from(seq).unwrap() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(BOUND, signed).await.unwrap();
        let before = place.last().await;
        journal.close().await;
        assert_eq!(place.last().await, before, "nothing new, nothing to sign");
    }
}

/// After so many rows another key signs.
#[tokio::test]
async fn an_epoch_ends_after_its_rows() {
    let place = place().await;
    let config = EvidenceConfig {
        checkpoint: crate::config::TimeSpan::seconds(1),
        epoch_rows: std::num::NonZeroU32::new(3).unwrap(),
        ..EvidenceConfig::default()
    };
    let journal = place.open(&config).await.unwrap();
    let rolled = async {
        while place.keys().await.last().unwrap().cause != KeyCause::Epoch {
            journal.append(entry("x")).await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(BOUND, rolled).await.unwrap();
    journal.close().await;
    let report = place.report(None).await;
    assert!(
        report.holds() && report.log.proven.as_ref().is_some_and(|proven| proven.rows == report.rows),
        "{report:?}"
    );
}

/// A crash between any two steps of a change of keys: what each leaves, the next start goes on from.
#[tokio::test]
async fn a_start_goes_on_from_whatever_a_crash_left() {
    for crash in ["drafted", "named", "vouched", "erasing", "erased"] {
        let place = place().await;
        place.run(2).await;
        let old = std::fs::read(place.file("log_key")).unwrap();
        // A change of keys by hand, as far as it came.
        let journal = Journal::start(place.store.store.clone());
        let seed = zeroize::Zeroizing::new([9; 32]);
        crate::platform::key_file::make(&place.file("log_key.next"), &*seed).unwrap();
        let log = place.keys().await[0].key.name().to_owned();
        let next = crate::evidence::log::EpochKey::new(&seed).public(&log);
        if crash != "drafted" {
            let event = Event::LogKey { epoch: 3, key: next.to_string(), cause: KeyCause::Epoch };
            journal.append(JournalEntry { event, ..entry("") }).await.unwrap();
        }
        if !["drafted", "named"].contains(&crash) {
            // A whole start signs the row; the files are put back behind it.
            place.open(&EvidenceConfig::default()).await.unwrap().close().await;
            crate::platform::key_file::make(&place.file("log_key.next"), &*seed).unwrap();
            crate::platform::key_file::replace(&place.file("log_key"), &old).unwrap();
        }
        match crash {
            "erasing" => std::fs::write(place.file("log_key"), [0; 32]).unwrap(),
            "erased" => std::fs::remove_file(place.file("log_key")).unwrap(),
            _ => {}
        }
        journal.close().await;
        place.run(1).await;
        let report = place.report(None).await;
        assert!(report.holds(), "{crash}: {report:?}");
        assert_eq!(report.log.proven.map(|proven| proven.rows), Some(report.rows), "{crash}");
        assert!(!place.file("log_key.next").exists(), "{crash}");
        let causes: Vec<_> = place.keys().await.iter().map(|key| key.cause).collect();
        assert!(!causes.contains(&KeyCause::Lost), "{crash}: {causes:?}");
    }
}

/// The first key: a crash behind its file, and behind its row. A key that no row names may be another database's.
#[tokio::test]
async fn a_first_key_is_one_that_signed_nothing_before() {
    let place = place().await;
    crate::platform::key_file::make(&place.file("log_key"), &[7; 32]).unwrap();
    place.open(&EvidenceConfig::default()).await.unwrap().close().await;
    let lay_there = crate::evidence::log::EpochKey::new(&zeroize::Zeroizing::new([7; 32]));
    assert_ne!(place.keys().await[0].key.public(), lay_there.public("x").public());
    place.store.run("DELETE FROM log_checkpoint").await;
    place.run(1).await;
    assert_eq!(place.faults().await, [] as [&str; 0]);
    assert_eq!(place.keys().await.len(), 2);
}

/// A key that is gone: a new log begins, and says so; nobody but who pins its key believes it.
#[tokio::test]
async fn a_lost_key_begins_another_log_that_nobody_vouches_for() {
    let place = place().await;
    place.run(2).await;
    std::fs::remove_file(place.file("log_key")).unwrap();
    place.run(2).await;
    let keys = place.keys().await;
    let lost = keys.iter().find(|key| key.cause == KeyCause::Lost).unwrap();
    assert_ne!(lost.key.name(), keys[0].key.name());
    assert_eq!(place.faults().await, [format!("log-key-unvouched {}", lost.seq)]);
    let unpinned = place.report(None).await.log.proven.unwrap();
    assert_eq!(unpinned.rows, 4, "the first log's checkpoints are believed, and the other's are not");
    let pinned = place.report(Some(&lost.key)).await;
    assert!(pinned.holds(), "{pinned:?}");
    assert_eq!(pinned.log.proven.unwrap().rows, pinned.rows);
}

#[tokio::test]
async fn a_key_that_others_may_read_is_not_used() {
    use std::os::unix::fs::PermissionsExt;
    let place = place().await;
    place.run(1).await;
    let file = place.file("log_key");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let error = place.open(&EvidenceConfig::default()).await.unwrap_err().to_string();
    assert!(error.ends_with("(mode 0640): run chmod 600 on it"), "{error}");
}

/// What was signed is never contradicted by another signature.
#[tokio::test]
async fn a_start_finds_rows_that_are_not_what_was_signed() {
    for sql in
        ["UPDATE log_tile SET hashes = substr(hashes, 1, 96)", "UPDATE log_tile SET hashes = zeroblob(160)"]
    {
        let place = place().await;
        place.run(3).await;
        place.store.run(sql).await;
        let journal = place.open(&EvidenceConfig::default()).await.unwrap();
        let error = journal.begin_epoch().await.unwrap_err();
        assert!(matches!(error, SealError::Contradicted { number: 3, size: 5 }), "{sql}: {error}");
        journal.close().await;
        assert_eq!(place.last().await.number, 3);
    }
}
