//! Whether the database is built as this version builds it: a trigger, a view or another expression for a column
//! could make it say what was never written.

use std::collections::BTreeMap;

use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};

use super::open::MIGRATIONS;
use super::row::plain;
use super::{Store, StoreError};

/// How the database differs from what it should be; each as `table journal`, `trigger x`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaFaults {
    pub missing: Vec<String>,
    pub altered: Vec<String>,
    pub added: Vec<String>,
}

/// What there is, and the words that it was made with.
type Schema = BTreeMap<String, Option<String>>;

impl Store {
    /// Compares the database's schema with the one that this version's migrations make.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn schema_faults(&self) -> Result<SchemaFaults, StoreError> {
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
    }
}

impl Store {
    /// Whether an older version wrote the database, and a start brings it up to date.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn is_older(&self) -> Result<bool, StoreError> {
        let made: Option<i64> =
            sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations").fetch_one(&self.read).await?;
        Ok(made < MIGRATIONS.iter().map(|migration| migration.version).max())
    }
}

/// What SQLite complains of in its own structures, in its words: lists go by indexes, and an index that leaves a row out
/// hides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// An index does not say what its table says.
    Index {
        name: String,
        why: String,
    },
    Other(String),
}

impl Damage {
    fn of(why: String) -> Self {
        match why.rsplit_once(" index ").and_then(|(_, rest)| rest.split_whitespace().next()) {
            Some(name) => Self::Index { name: name.to_owned(), why },
            None => Self::Other(why),
        }
    }
}

impl Store {
    /// Compares every index with its table, entry by entry, and looks at each page; the first hundred faults. It runs
    /// on the thread of a connection that reads.
    ///
    /// # Errors
    /// When there is no connection. A check that breaks off says by what it did.
    pub async fn damage(&self) -> Result<Vec<Damage>, StoreError> {
        let mut from = self.read.acquire().await?;
        let check = sqlx::query_scalar::<_, String>("PRAGMA integrity_check").fetch_all(&mut *from).await;
        Ok(match check {
            Ok(lines) => lines.into_iter().filter(|line| line != "ok").map(Damage::of).collect(),
            Err(error) => vec![Damage::Other(StoreError::from(error).to_string())],
        })
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
    use crate::store::testing::store;

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
