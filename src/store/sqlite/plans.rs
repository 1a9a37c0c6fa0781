//! How SQLite finds what it is asked for.

#![allow(clippy::unwrap_used)]

use super::row::plain;
use super::{commands, devices, journal, lockdowns, permits, requests, sessions};
use crate::store::testing::{TestStore, store};

async fn plan(store: &TestStore, sql: &str) -> String {
    let plan = sqlx::query(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
    let rows = plan.fetch_all(&store.sqlite.read).await.unwrap();
    rows.iter().map(|row| plain::<String>(row, "detail").unwrap() + "; ").collect()
}

/// The log grows with every line that is typed: what looks for some of it must not read all of the journal.
#[tokio::test]
async fn looking_for_commands_does_not_read_the_whole_journal() {
    let store = store().await;
    for sql in [
        "SELECT COUNT(*) FROM journal j WHERE j.event = 'command-judged' AND j.session = 'x'",
        commands::ANSWERS,
        journal::rows::BEGAN,
    ] {
        let plan = plan(&store, sql).await;
        assert!(plan.contains("INDEX journal_"), "{sql}: {plan}");
    }
}

/// A page begins at its key, by an index in the list's order: it neither reads what was passed nor sorts what is to come.
#[tokio::test]
async fn a_page_is_found_by_an_index() {
    let store = store().await;
    for (sql, index) in [
        (devices::ALL, "device_listed"),
        (devices::OF_ONE, "device_operator"),
        (lockdowns::ALL, "lockdown_listed"),
        (lockdowns::OPEN, "lockdown_open"),
        (permits::ALL, "permit_listed"),
        (permits::OPEN, "permit_open"),
        (requests::OPEN, "request_listed"),
        (sessions::OPERATORS, "session_operator"),
        (sessions::ASSETS, "session_asset"),
    ] {
        let plan = plan(&store, sql).await;
        assert!(plan.contains(&format!("INDEX {index}")), "{sql}: {plan}");
        assert!(!plan.contains("TEMP B-TREE") && !plan.contains("SCAN session"), "{sql}: {plan}");
    }
}
