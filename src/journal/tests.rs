#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::domain::{SessionId, Via};
use crate::event::{Actor, Ending, Event};
use crate::store::testing::{TestStore, at, store};
use crate::store::{Filter, JournalRow, StoreError};

fn entry(text: &str) -> JournalEntry {
    let event = Event::GatewayStopped { reason: text.to_owned() };
    JournalEntry {
        at: at(0),
        actor: Actor::Gateway,
        source: Some("203.0.113.7:50022".to_owned()),
        through: None,
        event,
    }
}

async fn rows(store: &TestStore) -> Vec<JournalRow> {
    store.journal().list(&Filter::default(), |_| true).await.unwrap()
}

async fn filled(rows: usize) -> TestStore {
    let store = store().await;
    let journal = Journal::start(store.store.clone());
    for n in 0..rows {
        journal.append(entry(&n.to_string())).await.unwrap();
    }
    store
}

async fn report(store: &Store) -> Report {
    verify(store, std::path::Path::new("/nowhere"), None, None).await.unwrap()
}

/// How many rows there are, if all holds.
async fn good(store: &Store) -> u64 {
    let report = report(store).await;
    assert!(report.holds(), "{report:?}");
    report.rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_at_once_make_one_chain() {
    let store = store().await;
    let journal = Journal::start(store.store.clone());
    let mut appends = tokio::task::JoinSet::new();
    for n in 0..200 {
        let journal = journal.clone();
        appends.spawn(async move { journal.append(entry(&n.to_string())).await.unwrap() });
    }
    let mut seqs = appends.join_all().await;
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=200).collect::<Vec<_>>());
    assert_eq!(good(&store).await, 200);
}

#[tokio::test]
async fn the_sequence_number_belongs_to_the_entry() {
    let store = store().await;
    let journal = Journal::start(store.store.clone());
    let (first, second) = tokio::join!(journal.append(entry("one")), journal.append(entry("two")));
    let rows = rows(&store).await;
    for (seq, text) in [(first.unwrap(), "one"), (second.unwrap(), "two")] {
        let row = rows.iter().find(|row| row.seq == seq).unwrap();
        assert!(row.body.contains(text), "{}", row.body);
    }
}

#[tokio::test]
async fn an_event_is_written_as_documented() {
    let store = filled(1).await;
    let row = &rows(&store).await[0];
    let body = "{\"seq\":1,\"at\":\"2026-04-24T03:06:40Z\",\"actor\":\"gateway\",\"source\":\"203.0.113.7:50022\",\
                \"event\":\"gateway-stopped\",\"reason\":\"0\"}";
    assert_eq!(row.body, body);
    assert_eq!(row.hash, link(crate::domain::Digest::ZERO, body));
}

/// trial 19, attack 11: every fault is found, each apart, and none hides another.
#[tokio::test]
async fn every_kind_of_tampering_is_found() {
    for (sql, missing, altered) in [
        (
            "UPDATE journal SET body = replace(body, '\"2\"', '\"x\"') WHERE seq = 3",
            vec![],
            vec!["row-altered 3"],
        ),
        ("UPDATE journal SET at = at + 1 WHERE seq = 2", vec![], vec!["row-columns 2"]),
        (
            "UPDATE journal SET hash = zeroblob(32) WHERE seq = 4",
            vec![],
            vec!["row-altered 4", "row-altered 5"],
        ),
        ("DELETE FROM journal WHERE seq = 1", vec!["row-missing 1"], vec![]),
        ("DELETE FROM journal WHERE seq IN (2, 3)", vec!["row-missing 2-3"], vec![]),
        (
            "UPDATE journal SET seq = CASE seq WHEN 2 THEN -3 ELSE -2 END WHERE seq IN (2, 3)",
            vec!["row-missing 2-3"],
            vec!["row-before-first -3", "row-before-first -2"],
        ),
        (
            "INSERT INTO journal (seq, at, body, hash) SELECT 0, at, body, hash FROM journal WHERE seq = 1",
            vec![],
            vec!["row-before-first 0"],
        ),
        ("UPDATE journal_block SET names = ''", vec![], vec!["summary-altered 1-63"]),
        ("UPDATE journal_block SET latest = 0", vec![], vec!["summary-altered 1-63"]),
        ("DELETE FROM journal_block", vec![], vec!["summary-altered 1-63"]),
        (
            "CREATE TRIGGER x AFTER INSERT ON journal BEGIN SELECT 1; END",
            vec![],
            vec!["schema-added trigger x"],
        ),
    ] {
        let store = filled(5).await;
        assert_eq!(good(&store).await, 5);
        store.run(sql).await;
        let report = report(&store).await;
        let named = |faults: &Faults| {
            faults.first.iter().map(|fault| format!("{} {}", fault.what, fault.which)).collect::<Vec<_>>()
        };
        assert_eq!(named(&report.missing), missing, "{sql}");
        let found: Vec<_> =
            named(&report.altered).into_iter().filter(|it| altered.contains(&it.as_str())).collect();
        assert_eq!(found, altered, "{sql}: {:?}", report.altered);
        assert!(!report.holds());
    }
}

/// attack 17: a clock that was set back is no fault, and is told.
#[tokio::test]
async fn a_clock_that_was_set_back_is_noted() {
    let store = store().await;
    let journal = Journal::start(store.store.clone());
    for second in [100, 97, 10] {
        journal.append(JournalEntry { at: at(second), ..entry("x") }).await.unwrap();
    }
    let report = report(&store).await;
    assert!(report.holds(), "{report:?}");
    let note = Fault { what: "clock-back", which: "3".into(), detail: "87".into() };
    assert_eq!(report.notes.first, [note]);
}

/// attack 8, attack 9: the tables are compared with the rows that they are made of.
#[tokio::test]
async fn tables_that_say_something_else_are_found() {
    for (sql, wanted) in [
        ("UPDATE session SET operator = 'op3'", "session-altered operator"),
        ("UPDATE session SET asset = 't2'", "session-altered asset"),
        ("UPDATE session SET number = -5", "session-altered number"),
        ("UPDATE session SET number = 9223372036854775807", "session-altered number"),
        ("UPDATE channel SET opened = opened + 1", "session-altered opened"),
        ("DELETE FROM channel", "session-altered channels"),
        ("DELETE FROM session", "session-missing "),
        (
            "INSERT INTO session (id, operator, source, via, asset, login, started)
             VALUES ('x', 'op1', '', 'direct', 't1', 'root', 0)",
            "session-added ",
        ),
    ] {
        let store = store().await;
        let origin = crate::domain::Origin::new("10.0.0.1:1".parse().unwrap(), Via::Direct);
        store.session(1, "wang-fang", &origin).await;
        store.channel(1, 7, crate::domain::Protocol::Exec).await;
        assert!(report(&store).await.holds(), "what runs has no digest yet");
        store.run("PRAGMA foreign_keys = OFF").await;
        store.run(sql).await;
        let report = report(&store).await;
        let faults: Vec<_> = report.missing.first.iter().chain(&report.altered.first).collect();
        let found = faults.iter().any(|fault| format!("{} {}", fault.what, fault.detail) == wanted);
        assert!(found, "{sql}: {report:?}");
    }
    let store = store().await;
    let origin = crate::domain::Origin::new("10.0.0.1:1".parse().unwrap(), Via::Direct);
    store.session(1, "wang-fang", &origin).await;
    store.channel(1, 7, crate::domain::Protocol::Exec).await;
    store.end(1, 9).await;
    let report = report(&store).await;
    assert_eq!(
        report.missing.first.iter().map(|fault| fault.what).collect::<Vec<_>>(),
        ["recording-unsealed"]
    );
}

#[tokio::test]
async fn the_chain_goes_on_after_a_restart() {
    let store = filled(2).await;
    store.close().await;
    let again = Store::open(&store.file).await.unwrap();
    let journal = Journal::start(again.clone());
    assert_eq!(journal.append(entry("again")).await, Ok(3));
    assert_eq!(good(&again).await, 3);
}

#[tokio::test]
async fn a_second_writer_follows_the_same_head() {
    let store = filled(1).await;
    let other = Store::open(&store.file).await.unwrap();
    let (here, there) = (Journal::start(store.store.clone()), Journal::start(other));
    for _ in 0..5 {
        let (a, b) = tokio::join!(here.append(entry("here")), there.append(entry("there")));
        assert_ne!(a.unwrap(), b.unwrap());
    }
    assert_eq!(good(&store).await, 11);
}

#[tokio::test]
async fn a_full_disk_fails_the_append_and_passes() {
    let store = filled(1).await;
    let journal = Journal::start(store.store.clone());
    store.fill_disk().await;
    let big = "x".repeat(64 * 1024);
    let full = Err(JournalFailed::Store(StoreError::Full));
    let (a, b) = tokio::join!(journal.append(entry(&big)), journal.append(entry(&big)));
    assert_eq!((a, b), (full.clone(), full));
    assert_eq!(journal.append(entry(&big)).await, Ok(2));
    assert_eq!(good(&store).await, 2);
}

#[tokio::test]
async fn a_failure_that_lasts_fails_every_append_until_it_is_over() {
    let store = filled(1).await;
    let journal = Journal::start(store.store.clone());
    store
        .run("CREATE TRIGGER broken AFTER INSERT ON journal BEGIN SELECT RAISE(ROLLBACK, 'broken'); END")
        .await;
    for _ in 0..3 {
        let (a, b) = tokio::join!(journal.append(entry("one")), journal.append(entry("two")));
        for error in [a.unwrap_err(), b.unwrap_err()] {
            assert!(error.to_string().contains("broken"), "{error}");
        }
    }
    store.run("DROP TRIGGER broken").await;
    assert_eq!(journal.append(entry("again")).await, Ok(2));
    assert_eq!(good(&store).await, 2);
}

#[tokio::test]
async fn closing_writes_what_is_queued() {
    let store = store().await;
    let journal = Journal::start(store.store.clone());
    let mut appends = tokio::task::JoinSet::new();
    for n in 0..50 {
        let journal = journal.clone();
        appends.spawn(async move { journal.append(entry(&n.to_string())).await });
    }
    tokio::task::yield_now().await;
    journal.close().await;
    let written = appends.join_all().await.into_iter().filter(Result::is_ok).count();
    assert_eq!(good(&store).await, written as u64);
    let error = journal.append(entry("late")).await.unwrap_err();
    assert!(error.to_string().contains("it is closed"), "{error}");
    journal.close().await;
}

#[tokio::test]
async fn events_are_found_by_what_they_tell_of() {
    let store = store().await;
    let journal = Journal::start(store.store.clone());
    let session = SessionId::new(1, 1);
    let actor = || Actor::Operator("wang-fang".parse().unwrap());
    let asset = "db1".parse().unwrap();
    let started = Event::SessionStarted {
        session: session.clone(),
        via: Via::Direct,
        asset,
        login: "oracle".parse().unwrap(),
    };
    let ended = Event::SessionEnded {
        session: session.clone(),
        ending: Ending::Cut,
        reason: "lockdown".to_owned(),
        bytes_in: 0,
        bytes_out: 0,
        unrecorded: 0,
    };
    for (second, event) in [(1, started), (2, ended)] {
        journal
            .append(JournalEntry { at: at(second), actor: actor(), source: None, through: None, event })
            .await
            .unwrap();
    }
    journal.append(entry("else")).await.unwrap();
    let found = |filter: Filter| {
        let store = &store;
        async move {
            let rows = store.journal().list(&filter, |_| true).await.unwrap();
            rows.into_iter().map(|row| row.seq).collect::<Vec<_>>()
        }
    };
    let all = Filter::default;
    assert_eq!(found(Filter { operator: Some("wang-fang".parse().unwrap()), ..all() }).await, [1, 2]);
    assert_eq!(found(Filter { asset: Some("db1".parse().unwrap()), ..all() }).await, [1, 2]);
    assert_eq!(found(Filter { session: Some(session), ..all() }).await, [1, 2]);
    assert_eq!(found(Filter { since: Some(at(2)), ..all() }).await, [2]);
    assert_eq!(found(Filter { until: Some(at(2)), ..all() }).await, [1, 3]);
    assert_eq!(found(Filter { source: Some("203.0.113.0/24".parse().unwrap()), ..all() }).await, [3]);
    assert_eq!(found(Filter { limit: Some(2), ..all() }).await, [2, 3]);
}
