//! Whether the database is built as this version builds it: a trigger, a view or another expression for a column
//! could make it say what was never written.

use std::pin::Pin;

use std::collections::BTreeMap;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};

use super::database::Sqlite;
use super::open::MIGRATIONS;
use super::row::plain;
use crate::store::api::error::StoreError;
use crate::store::api::future::StoreFuture;
use crate::store::api::upkeep::{Damage, SchemaFaults, Upkeep};

/// What there is, and the words that it was made with.
type Schema = BTreeMap<String, Option<String>>;

impl Upkeep for Sqlite {
    fn holds_sealed(&self) -> StoreFuture<'_, bool> {
        Box::pin(async move {
            let sql = "SELECT EXISTS (SELECT 1 FROM credential) OR EXISTS (SELECT 1 FROM factor WHERE totp IS NOT NULL)";
            Ok(sqlx::query_scalar(sql).fetch_one(&self.read).await?)
        })
    }

    fn schema_faults(&self) -> StoreFuture<'_, SchemaFaults> {
        Box::pin(async move {
            let (right, mut found) = (right().await?, read(&self.read).await?);
            let mut faults = SchemaFaults::default();
            for (what, words) in right {
                match found.remove(&what) {
                    None => faults.missing.push(what),
                    Some(other) if other != words => faults.altered.push(what),
                    Some(_) => {}
                }
            }
            faults.added = found.into_keys().collect();
            Ok(faults)
        })
    }

    fn is_older(&self) -> StoreFuture<'_, bool> {
        Box::pin(async move {
            let made: Option<i64> =
                sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(&self.read).await?;
            Ok(made < MIGRATIONS.iter().map(|migration| migration.version).max())
        })
    }

    /// It runs on the thread of a connection that reads.
    fn damage(&self) -> StoreFuture<'_, Vec<Damage>> {
        Box::pin(async move {
            let mut from = self.read.acquire().await?;
            let check = sqlx::query_scalar::<_, String>("PRAGMA integrity_check").fetch_all(&mut *from).await;
            Ok(match check {
                Ok(lines) => lines.into_iter().filter(|line| line != "ok").map(damage).collect(),
                Err(error) => vec![Damage::Other(StoreError::from(error).to_string())],
            })
        })
    }

    fn close(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            self.read.close().await;
            self.write.close().await;
        })
    }
}

fn damage(why: String) -> Damage {
    match why.rsplit_once(" index ").and_then(|(_, rest)| rest.split_whitespace().next()) {
        Some(name) => Damage::Index { name: name.to_owned(), why },
        None => Damage::Other(why),
    }
}

/// The schema as this version makes it, in a database that lives for this question.
async fn right() -> Result<Schema, StoreError> {
    let options = SqliteConnectOptions::new().in_memory(true);
    let empty = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
    let made = MIGRATIONS.run(&empty).await;
    made.map_err(|error| StoreError::Failed { reason: error.to_string() })?;
    let schema = read(&empty).await;
    empty.close().await;
    schema
}

async fn read(pool: &SqlitePool) -> Result<Schema, StoreError> {
    // What ANALYZE counts changes which way is quicker, and nothing else.
    let sql = "SELECT type || ' ' || name AS what, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'";
    let rows = sqlx::query(sql).fetch_all(pool).await?;
    rows.iter().map(|row| Ok((plain(row, "what")?, plain(row, "sql")?))).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::store::sqlite::testing::store;

    /// attack 10: the expression of a virtual column decides what a column says.
    #[tokio::test]
    async fn whatever_is_built_otherwise_is_named() {
        let store = store().await;
        assert_eq!(store.schema_faults().await.unwrap(), SchemaFaults::default());
        store.run("CREATE TRIGGER x AFTER INSERT ON journal BEGIN SELECT 1; END").await;
        store.run("CREATE VIEW y AS SELECT 1").await;
        store.run("DROP INDEX journal_judged").await;
        store.run("ANALYZE").await;
        store.run("PRAGMA writable_schema = ON").await;
        store
            .run("UPDATE sqlite_schema SET sql = replace(sql, '$.event', '$.actor') WHERE name = 'journal'")
            .await;
        let faults = store.schema_faults().await.unwrap();
        assert_eq!(faults.missing, ["index journal_judged"]);
        assert_eq!(faults.altered, ["table journal"]);
        assert_eq!(faults.added, ["trigger x", "view y"]);
    }
}
