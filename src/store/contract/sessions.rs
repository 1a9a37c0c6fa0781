#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::pages::each_page;
use crate::domain::{Origin, Protocol, RecordingId, SessionId, Via};
use crate::store::testing::{at, id};
use crate::store::{Filter, Pages as _, Store};

async fn start(store: &Store, n: u64, operator: &str, source: &str) {
    store.session(n, operator, &Origin::new(source.parse().unwrap(), Via::Direct)).await;
}

async fn found(store: &Store, filter: Filter) -> Vec<SessionId> {
    let rows = store.sessions().list(&filter, |_| true).await.unwrap();
    rows.into_iter().map(|row| row.session).collect()
}

pub(super) async fn filters_narrow_and_the_newest_is_last(store: &Store) {
    for n in 1..=6 {
        let (operator, source) =
            if n % 2 == 0 { ("li-lei", "10.0.0.1:1") } else { ("wang-fang", "[2001:db8::1]:1") };
        start(store, n, operator, source).await;
    }
    store.end(1, 3).await;
    let all = Filter::default;
    assert_eq!(found(store, Filter { limit: Some(2), ..all() }).await, [id(5), id(6)]);
    let operator = Some("li-lei".parse().unwrap());
    assert_eq!(found(store, Filter { operator, ..all() }).await, [id(2), id(4), id(6)]);
    let source = Some("2001:db8::/32".parse().unwrap());
    assert_eq!(found(store, Filter { source, limit: Some(1), ..all() }).await, [id(5)]);
    assert_eq!(found(store, Filter { session: Some(id(3)), ..all() }).await, [id(3)]);
    assert_eq!(
        found(store, Filter { since: Some(at(4)), until: Some(at(4)), ..all() }).await,
        [id(2), id(3)]
    );
    assert_eq!(found(store, Filter { since: Some(at(3)), until: Some(at(2)), ..all() }).await, [id(1)]);
    assert!(found(store, Filter { asset: Some("web1".parse().unwrap()), ..all() }).await.is_empty());
}

pub(super) async fn the_limit_counts_after_the_scope(store: &Store) {
    for n in 1..=4 {
        start(store, n, if n == 1 { "li-lei" } else { "wang-fang" }, "10.0.0.1:1").await;
    }
    let filter = Filter { limit: Some(1), ..Filter::default() };
    let rows = store.sessions().list(&filter, |row| row.operator.as_str() == "li-lei").await.unwrap();
    assert_eq!(rows.iter().map(|row| &row.session).collect::<Vec<_>>(), [&id(1)]);
}

pub(super) async fn what_has_not_ended_is_left_open(store: &Store) {
    for n in 1..=3 {
        start(store, n, "wang-fang", "10.0.0.1:1").await;
    }
    store.end(2, 9).await;
    let open = store.sessions().left_open(None, 9).await.unwrap();
    assert_eq!(open.iter().map(|row| row.session.clone()).collect::<Vec<_>>(), [id(1), id(3)]);
    store.end(1, 9).await;
    store.end(3, 9).await;
    assert!(store.sessions().left_open(None, 9).await.unwrap().is_empty());
}

pub(super) async fn a_session_is_found_by_the_beginning_of_its_id_or_of_a_recordings(store: &Store) {
    for n in [1, 2] {
        start(store, n, "wang-fang", "10.0.0.1:1").await;
    }
    store.channel(2, 77, Protocol::Shell).await;
    let found = async |text: &str| store.sessions().beginning(text, 9).await.unwrap();
    assert_eq!(found(id(1).as_str()).await, [id(1)]);
    assert_eq!(found(&id(1).as_str()[..8]).await, [id(1), id(2)]);
    assert_eq!(found(&RecordingId::new(77, 0).as_str()[..12]).await, [id(2)]);
    assert!(found("zzzzzz").await.is_empty());
}

pub(super) async fn the_lists_go_by_pages(store: &Store) {
    for (n, operator) in [(1, "zhao"), (2, "li-lei"), (3, "zhao"), (4, "wang-fang")] {
        start(store, n, operator, "10.0.0.1:1").await;
    }
    let sessions = store.sessions();
    each_page(4, |after, limit| sessions.left_open(after, limit)).await;
    each_page(3, |after, limit| sessions.operators(after, limit)).await;
    assert_eq!(sessions.operators(None, 9).await.unwrap(), ["li-lei", "wang-fang", "zhao"]);
    assert_eq!(sessions.assets(None, 9).await.unwrap(), ["db1"]);
    assert!(sessions.assets(Some("db1".to_owned()), 9).await.unwrap().is_empty());
}

/// What begins while somebody reads is read once, at its place, or not at all where that was passed.
pub(super) async fn a_search_goes_on_where_it_was(store: &Store) {
    for n in 1..=150 {
        start(store, n, "zhao", "10.0.0.1:1").await;
    }
    for (limit, expected) in [(None, (1..=151).collect::<Vec<u64>>()), (Some(999), (1..=151).rev().collect())]
    {
        let filter = Filter { limit, ..Filter::default() };
        let mut pages = store.sessions().pages(&filter);
        let mut numbers: Vec<u64> =
            pages.next().await.unwrap().unwrap().iter().map(|row| row.number).collect();
        assert!(numbers.len() < 150, "a page is not everything");
        if limit.is_none() {
            start(store, 151, "zhao", "10.0.0.1:1").await;
        }
        while let Some(rows) = pages.next().await.unwrap() {
            numbers.extend(rows.iter().map(|row| row.number));
        }
        assert_eq!(numbers, expected);
    }
}
