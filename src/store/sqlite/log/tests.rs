#![allow(clippy::unwrap_used)]

use super::complete::complete;
use super::tiles::PROFILE;
use crate::domain::Digest;
use crate::evidence::log::Frontier;
use crate::store::Store;
use crate::store::contract::journal::mixed;
use crate::store::testing::{TestStore, store};

/// The root over the rows as they lie there.
async fn by_rows(store: &Store) -> Digest {
    let mut tree = Frontier::empty(PROFILE);
    let mut after = None;
    loop {
        let rows = store.journal().raw(after).await.unwrap();
        let Some(last) = rows.last() else { return tree.root() };
        after = Some(last.seq);
        rows.iter().for_each(|row| tree.push(PROFILE.leaf(row.body.as_bytes())));
    }
}

async fn by_tiles(store: &Store) -> Digest {
    let size = store.log().size().await.unwrap();
    store.log().root(PROFILE, size).await.unwrap()
}

async fn tiles(store: &TestStore) -> Vec<(i64, i64, Vec<u8>)> {
    let sql = "SELECT level, number, hashes FROM log_tile ORDER BY level, number";
    sqlx::query_as(sql).fetch_all(&store.sqlite.read).await.unwrap()
}

/// A database of an older version has rows and no log.
#[tokio::test]
async fn rows_from_before_there_was_a_log_are_taken_in() {
    let store = store().await;
    mixed(&store, 5000).await;
    assert_eq!(by_tiles(&store).await, by_rows(&store).await);
    let written = tiles(&store).await;
    assert_eq!(written.len(), 20 + 1);
    for sql in ["DELETE FROM log_tile", "DELETE FROM log_tile WHERE number > 9 OR level > 0"] {
        store.run(sql).await;
        if sql.contains("level") {
            // A fill that a crash broke off has whole transactions only.
            store.run("DELETE FROM log_tile").await;
        }
        complete(&store.sqlite).await.unwrap();
        assert_eq!(tiles(&store).await, written, "{sql}");
    }
}

/// Its places are the rows' numbers, also where a row is missing: whoever reads it finds which.
#[tokio::test]
async fn a_row_that_is_missing_keeps_its_place() {
    let store = store().await;
    mixed(&store, 10).await;
    store.run("DELETE FROM log_tile").await;
    store.run("DELETE FROM journal WHERE seq IN (4, 5)").await;
    complete(&store.sqlite).await.unwrap();
    assert_eq!(store.log().size().await.unwrap(), 10);
    let roots = store.log().roots(PROFILE, &[(3, 4), (4, 5)]).await.unwrap();
    assert_eq!(roots, [Digest::ZERO; 2]);
    store.run("UPDATE journal SET seq = 1152921504606846976 WHERE seq = 10").await;
    store.run("DELETE FROM log_tile").await;
    complete(&store.sqlite).await.unwrap();
    assert_eq!(store.log().size().await.unwrap(), 9, "nobody fills the disk by one number");
}

/// Rows that were cut off the end: what would follow them is not written.
#[tokio::test]
async fn nothing_takes_the_place_of_rows_that_were_cut_off() {
    let store = store().await;
    mixed(&store, 10).await;
    store.run("DELETE FROM journal WHERE seq > 7").await;
    let journal = crate::journal::Journal::start(store.store.clone());
    let event = crate::event::Event::GatewayStopped { reason: "x".into() };
    let actor = crate::event::Actor::Gateway;
    let at = crate::store::testing::at(0);
    let entry = crate::event::JournalEntry { at, actor, source: None, through: None, event };
    let error = journal.append(entry).await.unwrap_err().to_string();
    assert!(error.contains("the journal has 7 rows, and its log 10"), "{error}");
}
