#![allow(clippy::unwrap_used)]

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
