use jiff::Timestamp;

use super::database::Sqlite;
use super::requests;
use super::row::{at_most, behind, maybe_time, maybe_word, plain, time, word};
use crate::domain::{AssetName, LockdownId, PermitId};
use crate::lockdown::Permit;
use crate::store::api::error::StoreError;
use crate::store::api::future::StoreFuture;
use crate::store::api::given::Given;
use crate::store::api::permits::{PermitRow, PermitStore};

impl PermitStore for Sqlite {
    fn add<'a>(&'a self, permit: &'a Permit, given: Given<'a>) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
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
        })
    }

    fn end<'a>(&'a self, id: &'a PermitId, at: Timestamp) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let sql = "UPDATE lockdown_permit SET ended_at = ? WHERE id = ? AND ended_at IS NULL";
            sqlx::query(sql).bind(at.as_microsecond()).bind(id.as_str()).execute(&self.write).await?;
            Ok(())
        })
    }

    fn open(&self, after: Option<(Timestamp, PermitId)>, limit: u32) -> StoreFuture<'_, Vec<PermitRow>> {
        Box::pin(async move { list(self, OPEN, after, limit).await })
    }

    fn list(&self, after: Option<(Timestamp, PermitId)>, limit: u32) -> StoreFuture<'_, Vec<PermitRow>> {
        Box::pin(async move { list(self, ALL, after, limit).await })
    }
}

pub(super) const OPEN: &str =
    "SELECT * FROM lockdown_permit WHERE ended_at IS NULL AND (given_at, id) > (?, ?)
                               ORDER BY given_at, id LIMIT ?";
pub(super) const ALL: &str =
    "SELECT * FROM lockdown_permit WHERE (given_at, id) > (?, ?) ORDER BY given_at, id LIMIT ?";

async fn list(
    from: &Sqlite,
    sql: &'static str,
    after: Option<(Timestamp, PermitId)>,
    limit: u32,
) -> Result<Vec<PermitRow>, StoreError> {
    let (at, id) = behind(after);
    let query = sqlx::query(sql).bind(at).bind(id).bind(at_most(limit));
    query.fetch_all(&from.read).await?.iter().map(read).collect()
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
