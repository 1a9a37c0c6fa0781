use jiff::Timestamp;

use super::database::Sqlite;
use super::row::{at_most, behind, json, plain, time, to_json, word};
use crate::domain::RequestId;
use crate::lockdown::PendingRequest;
use crate::store::api::error::StoreError;
use crate::store::api::future::StoreFuture;
use crate::store::api::given::Given;
use crate::store::api::page::PAGE;
use crate::store::api::requests::RequestStore;

impl RequestStore for Sqlite {
    fn add<'a>(&'a self, request: &'a PendingRequest) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            insert(&mut tx, request).await?;
            Ok(tx.commit().await?)
        })
    }

    fn open(
        &self,
        after: Option<(Timestamp, RequestId)>,
        limit: u32,
    ) -> StoreFuture<'_, Vec<PendingRequest>> {
        Box::pin(async move {
            let (at, id) = behind(after);
            let query = sqlx::query(OPEN).bind(at).bind(id).bind(at_most(limit));
            query.fetch_all(&self.read).await?.iter().map(read).collect()
        })
    }

    fn withdraw<'a>(&'a self, id: &'a RequestId, at: Timestamp, by: &'a str) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let sql = "UPDATE lockdown_request SET settled_at = ?1, settled_by = ?2, outcome = 'lapsed'
                   WHERE id = ?3 AND settled_at IS NULL";
            let query = sqlx::query(sql).bind(at.as_microsecond()).bind(by).bind(id.as_str());
            Ok(query.execute(&self.write).await?.rows_affected() > 0)
        })
    }

    fn lapse(&self, now: Timestamp) -> StoreFuture<'_, Vec<PendingRequest>> {
        Box::pin(async move {
            let due: i64 = sqlx::query_scalar(
                "SELECT COUNT(*) FROM lockdown_request WHERE settled_at IS NULL AND lapses_at <= ?",
            )
            .bind(now.as_microsecond())
            .fetch_one(&self.read)
            .await?;
            if due == 0 {
                return Ok(Vec::new()); // asked every second: the one writer is not troubled for nothing
            }
            let sql = "UPDATE lockdown_request SET settled_at = ?1, outcome = 'lapsed'
                   WHERE id IN (SELECT id FROM lockdown_request WHERE settled_at IS NULL AND lapses_at <= ?1
                                ORDER BY lapses_at LIMIT ?2)
                   RETURNING *";
            let query = sqlx::query(sql).bind(now.as_microsecond()).bind(at_most(PAGE));
            let rows = query.fetch_all(&self.write).await?;
            rows.iter().map(read).collect()
        })
    }
}

pub(super) const OPEN: &str = "SELECT * FROM lockdown_request
                               WHERE settled_at IS NULL AND (requested_at, id) > (?, ?)
                               ORDER BY requested_at, id LIMIT ?";

pub(super) async fn insert(
    tx: &mut sqlx::SqliteConnection,
    request: &PendingRequest,
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
pub(super) async fn settle(tx: &mut sqlx::SqliteConnection, given: Given<'_>) -> Result<bool, StoreError> {
    let Some(second) = given.second else { return Ok(true) };
    let sql = "UPDATE lockdown_request SET settled_at = ?1, settled_by = ?2, outcome = 'confirmed'
               WHERE id = ?3 AND settled_at IS NULL AND lapses_at > ?1";
    let query = sqlx::query(sql).bind(given.at.as_microsecond()).bind(second.by);
    Ok(query.bind(second.request.as_str()).execute(tx).await?.rows_affected() > 0)
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<PendingRequest, StoreError> {
    Ok(PendingRequest {
        id: word(row, "id")?,
        act: json(row, "act")?,
        by: plain(row, "requested_by")?,
        at: time(row, "requested_at")?,
        lapses: time(row, "lapses_at")?,
    })
}
