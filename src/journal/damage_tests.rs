//! A file that was changed byte by byte: what no SQL does, and a disk or a hand does.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::domain::{Origin, Protocol, Via};
use crate::store::testing::{TestStore, id, store};
use crate::store::{Filter, Store};

const PAGE: usize = 4096;
/// What a page of a b-tree begins with (sqlite.org/fileformat2.html).
const INDEX_LEAF: u8 = 0x0a;
const TABLE_LEAF: u8 = 0x0d;

/// A store with one session, closed: what it holds is in its file.
async fn written() -> TestStore {
    let store = store().await;
    let origin = Origin::new("10.0.0.1:1".parse().unwrap(), Via::Direct);
    store.session(1, "wang-fang", &origin).await;
    store.channel(1, 7, Protocol::Exec).await;
    store.run("PRAGMA wal_checkpoint(TRUNCATE)").await;
    store.close().await;
    store
}

/// Where `text` stands on pages of this kind.
fn places(bytes: &[u8], kind: u8, text: &str) -> Vec<usize> {
    let found = bytes.windows(text.len()).enumerate().filter(|(_, window)| *window == text.as_bytes());
    found.map(|(place, _)| place).filter(|place| bytes[place / PAGE * PAGE] == kind).collect()
}

async fn found(store: &Store) -> Vec<&'static str> {
    let report = verify(store, std::path::Path::new("/nowhere"), None, None).await.unwrap();
    let faults = report.missing.first.iter().chain(&report.altered.first);
    faults.map(|fault| fault.what).collect()
}

/// stranger 1: an entry of an index that names another session hides a row from lists, and no table says so.
#[tokio::test]
async fn an_index_that_hides_a_row_is_named() {
    let store = written().await;
    let whole = std::fs::read(&store.file).unwrap();
    let places = places(&whole, INDEX_LEAF, id(1).as_str());
    assert!(places.len() >= 5, "{places:?}");
    for place in places {
        let mut bytes = whole.clone();
        bytes[place + id(1).as_str().len() - 1] ^= 1;
        std::fs::write(&store.file, bytes).unwrap();
        let altered = Store::open(&store.file).await.unwrap();
        let faults = found(&altered).await;
        assert!(faults.contains(&"index-altered"), "at {place}: {faults:?}");
        altered.close().await;
    }
    std::fs::write(&store.file, whole).unwrap();
    assert_eq!(found(&Store::open(&store.file).await.unwrap()).await, [] as [&str; 0]);
}

/// stranger 2: a row whose text is no JSON, or no UTF-8, is named, and lists go on.
#[tokio::test]
async fn a_damaged_text_is_named_and_lists_go_on() {
    let store = written().await;
    let whole = std::fs::read(&store.file).unwrap();
    for (text, by) in [("\":\"channel-opened", 2), ("\":\"session-started", 2), ("\":\"wang-fang", 0x80)] {
        let place = places(&whole, TABLE_LEAF, text)[0];
        let mut bytes = whole.clone();
        bytes[place] ^= by;
        std::fs::write(&store.file, bytes).unwrap();
        let altered = Store::open(&store.file).await.unwrap();
        let faults = found(&altered).await;
        assert!(faults.contains(&"row-altered") && faults.contains(&"row-columns"), "{text}: {faults:?}");
        let all = Filter::default();
        assert_eq!(altered.journal().list(&all, |_| true).await.unwrap().len(), 2, "{text}");
        let one = Filter { session: Some(id(1)), ..Filter::default() };
        altered.journal().list(&one, |_| true).await.unwrap();
        assert_eq!(altered.sessions().list(&all, |_| true).await.unwrap().len(), 1, "{text}");
        altered.commands().list(&all, |_| true).await.unwrap();
        altered.close().await;
    }
}
