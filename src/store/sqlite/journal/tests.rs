#![allow(clippy::unwrap_used)]

use super::summaries::Summaries;
use crate::store::api::journal::SummaryCheck as _;
use crate::store::contract::journal::mixed;
use crate::store::sqlite::database::Sqlite;
use crate::store::testing::store;

/// Rows from before there were summaries are summed up when the store is opened.
#[tokio::test]
async fn summaries_that_are_not_there_are_made() {
    let store = store().await;
    mixed(&store, 200).await;
    let kept = |store: &Sqlite| {
        let pool = store.read.clone();
        async move {
            let sql = "SELECT group_concat(block || last || earliest || latest || names) FROM journal_block";
            sqlx::query_scalar::<_, String>(sql).fetch_one(&pool).await.unwrap()
        }
    };
    let before = kept(&store.sqlite).await;
    store.run("DELETE FROM journal_block").await;
    store.close().await;
    let again = Sqlite::open(&store.file).await.unwrap();
    assert_eq!(kept(&again).await, before);
}

/// attacker: one odd summary, and no start and no check came to its end.
#[tokio::test]
async fn a_summary_of_rows_that_are_not_there_keeps_nothing_from_ending() {
    macro_rules! odd {
        ($columns:literal) => {
            concat!(
                "INSERT INTO journal_block SELECT ",
                $columns,
                ", earliest, latest, names FROM journal_block ORDER BY block DESC LIMIT 1"
            )
        };
    }
    for odd in [
        odd!("block + 5000, last"),
        odd!("block + 5000, last + 320000"),
        odd!("-7, last"),
        odd!("block + 1, last"),
    ] {
        let store = store().await;
        mixed(&store, 200).await;
        store.run(odd).await;
        store.run("DELETE FROM journal_block WHERE block = 0").await;
        store.close().await;
        let again = Sqlite::open(&store.file).await.unwrap();
        let summaries = Summaries::new(&again);
        assert!(summaries.of_nothing().await.unwrap().is_some(), "{odd}");
    }
}
