#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use crate::domain::{Origin, Protocol, Via};
use crate::store::Filter;
use crate::store::testing::store;

/// attack 8: what is shown is the journal's word, and where the table says something else the row says so.
#[tokio::test]
async fn a_changed_table_shows_in_the_list_and_changes_nothing() {
    for (sql, what) in [
        ("UPDATE session SET operator = 'li-lei'", vec!["operator"]),
        ("UPDATE session SET asset = 'web1', bytes_in = 9", vec!["asset", "bytes_in"]),
        ("UPDATE session SET ended = NULL, ending = NULL", vec!["ending", "ended"]),
        ("UPDATE session SET started = started + 1", vec!["started"]),
        ("DELETE FROM channel", vec!["channels"]),
        ("UPDATE channel SET command = 'id'", vec!["channels"]),
    ] {
        let store = store().await;
        store.session(1, "wang-fang", &Origin::new("10.0.0.1:1".parse().unwrap(), Via::Direct)).await;
        store.channel(1, 7, Protocol::Exec).await;
        store.end(1, 9).await;
        let before = store.sessions().list(&Filter::default(), |_| true).await.unwrap();
        assert!(before[0].differs.is_empty(), "{before:?}");
        store.run(sql).await;
        let mut after = store.sessions().list(&Filter::default(), |_| true).await.unwrap();
        assert_eq!(std::mem::take(&mut after[0].differs), what, "{sql}");
        assert_eq!(after, before, "{sql}");
    }
}
