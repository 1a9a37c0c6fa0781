//! Orders that wait for a second person, until they are settled one way or the other.

use jiff::Timestamp;

use super::Given;
use crate::domain::RequestId;
use crate::lockdown::Request;
use crate::store::sqlite::row::{json, plain, time, to_json, word};
use crate::store::{Store, StoreError};

#[derive(Debug, Clone, Copy)]
pub struct Requests<'s>(pub(in crate::store) &'s Store);

impl Requests<'_> {
    /// Writes a request down.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn add(self, request: &Request) -> Result<(), StoreError> {
        let mut tx = self.0.begin().await?;
        insert(&mut tx, request).await?;
        Ok(tx.commit().await?)
    }

    /// Those that nobody has settled, lapsed ones too, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn open(self) -> Result<Vec<Request>, StoreError> {
        let sql = "SELECT * FROM lockdown_request WHERE settled_at IS NULL ORDER BY requested_at, id";
        sqlx::query(sql).fetch_all(&self.0.read).await?.iter().map(read).collect()
    }

    /// Closes one that nobody is to confirm any more; false when it is settled already. It counts as lapsed, before its
    /// time and by somebody's word.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn withdraw(self, id: &RequestId, at: Timestamp, by: &str) -> Result<bool, StoreError> {
        let sql = "UPDATE lockdown_request SET settled_at = ?1, settled_by = ?2, outcome = 'lapsed'
                   WHERE id = ?3 AND settled_at IS NULL";
        let query = sqlx::query(sql).bind(at.as_microsecond()).bind(by).bind(id.as_str());
        Ok(query.execute(&self.0.write).await?.rows_affected() > 0)
    }

    /// Closes those whose time is over, and returns them.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub async fn lapse(self, now: Timestamp) -> Result<Vec<Request>, StoreError> {
        let due: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM lockdown_request WHERE settled_at IS NULL AND lapses_at <= ?",
        )
        .bind(now.as_microsecond())
        .fetch_one(&self.0.read)
        .await?;
        if due == 0 {
            return Ok(Vec::new()); // asked every second: the one writer is not troubled for nothing
        }
        let sql = "UPDATE lockdown_request SET settled_at = ?1, outcome = 'lapsed'
                   WHERE settled_at IS NULL AND lapses_at <= ?1 RETURNING *";
        let rows = sqlx::query(sql).bind(now.as_microsecond()).fetch_all(&self.0.write).await?;
        rows.iter().map(read).collect()
    }
}

pub(in crate::store) async fn insert(
    tx: &mut sqlx::SqliteConnection,
    request: &Request,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO lockdown_request (id, act, requested_at, requested_by, lapses_at)
               VALUES (?, ?, ?, ?, ?)";
    let query = sqlx::query(sql).bind(request.id.as_str()).bind(to_json(&request.act)?);
    let query = query.bind(request.at.as_microsecond()).bind(&request.by);
    query.bind(request.lapses.as_microsecond()).execute(tx).await?;
    Ok(())
}

/// Settles the request that something was asked for with, if it took one. False: it is settled already, or
/// its time is over.
pub(in crate::store) async fn settle(
    tx: &mut sqlx::SqliteConnection,
    given: Given<'_>,
) -> Result<bool, StoreError> {
    let Some(second) = given.second else { return Ok(true) };
    let sql = "UPDATE lockdown_request SET settled_at = ?1, settled_by = ?2, outcome = 'confirmed'
               WHERE id = ?3 AND settled_at IS NULL AND lapses_at > ?1";
    let query = sqlx::query(sql).bind(given.at.as_microsecond()).bind(second.by);
    Ok(query.bind(second.request.as_str()).execute(tx).await?.rows_affected() > 0)
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<Request, StoreError> {
    Ok(Request {
        id: word(row, "id")?,
        act: json(row, "act")?,
        by: plain(row, "requested_by")?,
        at: time(row, "requested_at")?,
        lapses: time(row, "lapses_at")?,
    })
}
