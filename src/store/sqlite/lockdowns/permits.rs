//! Temporary access past a lockdown: a row for each, kept when it is over.

use jiff::Timestamp;

use super::{Given, requests};
use crate::domain::{AssetName, LockdownId, PermitId};
use crate::lockdown::Permit;
use crate::store::sqlite::row::{maybe_time, maybe_word, plain, time, word};
use crate::store::{Store, StoreError};

/// A permit, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermitRow {
    pub permit: Permit,
    pub given_at: Timestamp,
    pub given_by: String,
    pub confirmed_by: Option<String>,
    /// When it was seen to be over.
    pub ended_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy)]
pub struct Permits<'s>(pub(in crate::store) &'s Store);

impl Permits<'_> {
    /// Writes a permit down. False when somebody else has settled the request.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn add(self, permit: &Permit, given: Given<'_>) -> Result<bool, StoreError> {
        let mut tx = self.0.begin().await?;
        if !requests::settle(&mut tx, given).await? {
            return Ok(false);
        }
        let sql = "INSERT INTO lockdown_permit
                       (id, lockdown, operator, asset, until, ticket, given_at, given_by, confirmed_by)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
        sqlx::query(sql)
            .bind(permit.id.as_str())
            .bind(permit.lockdown.as_str())
            .bind(permit.operator.as_str())
            .bind(permit.asset.as_ref().map(AssetName::as_str))
            .bind(permit.until.map(Timestamp::as_microsecond))
            .bind(&permit.ticket)
            .bind(given.at.as_microsecond())
            .bind(given.by)
            .bind(given.second.map(|second| second.by))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Notes that a permit is over.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn end(self, id: &PermitId, at: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE lockdown_permit SET ended_at = ? WHERE id = ? AND ended_at IS NULL";
        sqlx::query(sql).bind(at.as_microsecond()).bind(id.as_str()).execute(&self.0.write).await?;
        Ok(())
    }

    /// Those that were not seen to end, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn open(self) -> Result<Vec<PermitRow>, StoreError> {
        let sql = "SELECT * FROM lockdown_permit WHERE ended_at IS NULL ORDER BY given_at, id";
        sqlx::query(sql).fetch_all(&self.0.read).await?.iter().map(read).collect()
    }

    /// All that were given for one lockdown, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn of(self, lockdown: &LockdownId) -> Result<Vec<PermitRow>, StoreError> {
        let sql = "SELECT * FROM lockdown_permit WHERE lockdown = ? ORDER BY given_at, id";
        let rows = sqlx::query(sql).bind(lockdown.as_str()).fetch_all(&self.0.read).await?;
        rows.iter().map(read).collect()
    }
}

/// A lockdown is over, and with it every way past it.
pub(super) async fn end_all(
    tx: &mut sqlx::SqliteConnection,
    lockdown: &LockdownId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let sql = "UPDATE lockdown_permit SET ended_at = ? WHERE lockdown = ? AND ended_at IS NULL";
    sqlx::query(sql).bind(at.as_microsecond()).bind(lockdown.as_str()).execute(tx).await?;
    Ok(())
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<PermitRow, StoreError> {
    Ok(PermitRow {
        permit: Permit {
            id: word(row, "id")?,
            lockdown: word(row, "lockdown")?,
            operator: word(row, "operator")?,
            asset: maybe_word(row, "asset")?,
            until: maybe_time(row, "until")?,
            ticket: plain(row, "ticket")?,
        },
        given_at: time(row, "given_at")?,
        given_by: plain(row, "given_by")?,
        confirmed_by: plain(row, "confirmed_by")?,
        ended_at: maybe_time(row, "ended_at")?,
    })
}
