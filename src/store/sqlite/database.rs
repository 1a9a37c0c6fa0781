//! The connections.

use sqlx::sqlite::SqlitePool;

use crate::store::api::error::StoreError;

#[derive(Debug)]
pub(in crate::store) struct Sqlite {
    /// A single connection: SQLite has one writer at a time, and waiting for it here is fair and cheap.
    pub(super) write: SqlitePool,
    pub(super) read: SqlitePool,
}

impl Sqlite {
    /// A write transaction. It takes the write lock at once: a read that turns into a write halfway
    /// would fail when another process wrote in between.
    pub(super) async fn begin(&self) -> Result<sqlx::Transaction<'static, sqlx::Sqlite>, StoreError> {
        Ok(self.write.begin_with("BEGIN IMMEDIATE").await?)
    }
}
