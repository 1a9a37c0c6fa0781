use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::database::Sqlite;
use super::row::{at_most, behind, json, maybe_time, maybe_word, plain, time, to_json, word};
use super::{permits, requests};
use crate::domain::{LockdownId, LockdownName, OperatorName, OperatorSelector};
use crate::lockdown::{Lockdown, Scope};
use crate::store::api::error::StoreError;
use crate::store::api::future::StoreFuture;
use crate::store::api::given::Given;
use crate::store::api::lockdowns::{Lift, LockdownRow, LockdownStore};

/// What was ordered, as the row keeps it.
#[derive(Serialize, Deserialize)]
struct Wording {
    scope: Scope,
    except: Vec<OperatorSelector>,
    order: Option<String>,
    reason: String,
    until: Option<Timestamp>,
    /// Absent in the rows of an older gateway.
    #[serde(default)]
    held: BTreeSet<OperatorName>,
}

impl LockdownStore for Sqlite {
    fn start<'a>(
        &'a self,
        lockdown: &'a Lockdown,
        period: Option<&'a LockdownName>,
        given: Given<'a>,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let Lockdown { id, reason, order, scope, except, started_at, started_by, until, held } =
                lockdown.clone();
            let held = held.as_ref().clone();
            let wording = to_json(&Wording { scope, except, order, reason, until, held })?;
            let mut tx = self.begin().await?;
            if !requests::settle(&mut tx, given).await? {
                return Ok(false);
            }
            let sql = "INSERT INTO lockdown (id, wording, started_at, started_by, confirmed_by, period)
                   VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
            let query = sqlx::query(sql).bind(id.as_str()).bind(wording).bind(started_at.as_microsecond());
            let query = query.bind(started_by).bind(given.second.map(|second| second.by));
            let done = query.bind(period.map(LockdownName::as_str)).execute(&mut *tx).await?;
            tx.commit().await?;
            Ok(done.rows_affected() > 0)
        })
    }

    fn lift<'a>(&'a self, id: &'a LockdownId, reason: &'a str, given: Given<'a>) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            if !requests::settle(&mut tx, given).await? {
                return Ok(false);
            }
            let sql =
                "UPDATE lockdown SET lifted_at = ?, lifted_by = ?, lift_confirmed_by = ?, lift_reason = ?
                   WHERE id = ? AND lifted_at IS NULL AND ended_at IS NULL";
            let query = sqlx::query(sql).bind(given.at.as_microsecond()).bind(given.by);
            let query = query.bind(given.second.map(|second| second.by)).bind(reason).bind(id.as_str());
            let done = query.execute(&mut *tx).await?;
            permits::end_all(&mut tx, id, given.at).await?;
            tx.commit().await?;
            Ok(done.rows_affected() > 0)
        })
    }

    fn end<'a>(&'a self, id: &'a LockdownId, at: Timestamp) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let sql =
                "UPDATE lockdown SET ended_at = ? WHERE id = ? AND lifted_at IS NULL AND ended_at IS NULL";
            let mut tx = self.begin().await?;
            let query = sqlx::query(sql).bind(at.as_microsecond()).bind(id.as_str());
            let done = query.execute(&mut *tx).await?;
            permits::end_all(&mut tx, id, at).await?;
            tx.commit().await?;
            Ok(done.rows_affected() > 0)
        })
    }

    fn open(&self, after: Option<(Timestamp, LockdownId)>, limit: u32) -> StoreFuture<'_, Vec<LockdownRow>> {
        Box::pin(async move { list(self, OPEN, after, limit).await })
    }

    fn list(&self, after: Option<(Timestamp, LockdownId)>, limit: u32) -> StoreFuture<'_, Vec<LockdownRow>> {
        Box::pin(async move { list(self, ALL, after, limit).await })
    }
}

pub(super) const OPEN: &str = "SELECT * FROM lockdown
                               WHERE lifted_at IS NULL AND ended_at IS NULL AND (started_at, id) > (?, ?)
                               ORDER BY started_at, id LIMIT ?";
pub(super) const ALL: &str =
    "SELECT * FROM lockdown WHERE (started_at, id) > (?, ?) ORDER BY started_at, id LIMIT ?";

async fn list(
    from: &Sqlite,
    sql: &'static str,
    after: Option<(Timestamp, LockdownId)>,
    limit: u32,
) -> Result<Vec<LockdownRow>, StoreError> {
    let (at, id) = behind(after);
    let query = sqlx::query(sql).bind(at).bind(id).bind(at_most(limit));
    query.fetch_all(&from.read).await?.iter().map(read).collect()
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<LockdownRow, StoreError> {
    let Wording { scope, except, order, reason, until, held } = json(row, "wording")?;
    let (id, started_at, started_by) =
        (word(row, "id")?, time(row, "started_at")?, plain(row, "started_by")?);
    let lift = match (maybe_time(row, "lifted_at")?, plain(row, "lifted_by")?) {
        (Some(at), Some(by)) => Some(Lift {
            at,
            by,
            confirmed_by: plain(row, "lift_confirmed_by")?,
            reason: plain::<Option<String>>(row, "lift_reason")?.unwrap_or_default(),
        }),
        _ => None,
    };
    Ok(LockdownRow {
        lockdown: Lockdown {
            id,
            reason,
            order,
            scope,
            except,
            started_at,
            started_by,
            until,
            held: Arc::new(held),
        },
        period: maybe_word(row, "period")?,
        confirmed_by: plain(row, "confirmed_by")?,
        lift,
        ended_at: maybe_time(row, "ended_at")?,
    })
}
