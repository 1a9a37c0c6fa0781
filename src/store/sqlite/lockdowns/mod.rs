//! Lockdown orders. An order is a row from the moment it is given; lifting it adds to the row and takes
//! nothing away.

mod glass;
mod permits;
pub(in crate::store) mod requests;

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::row::{json, maybe_time, maybe_word, plain, time, to_json, word};
use super::{Store, StoreError};
use crate::domain::{LockdownId, LockdownName, OperatorName, OperatorSelector, RequestId};
use crate::lockdown::{Lockdown, Scope, State};

pub use glass::{BreakGlass, NewCode};
pub use permits::{PermitRow, Permits};
pub use requests::Requests;

/// Who gave the word for something; and the second person, where it took two.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    pub at: Timestamp,
    pub by: &'a str,
    pub second: Option<Second<'a>>,
}

/// Whose confirmation settles a request.
#[derive(Debug, Clone, Copy)]
pub struct Second<'a> {
    pub by: &'a str,
    pub request: &'a RequestId,
}

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

/// An order, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockdownRow {
    pub lockdown: Lockdown,
    /// The planned period that it is.
    pub period: Option<LockdownName>,
    pub confirmed_by: Option<String>,
    pub lift: Option<Lift>,
    /// When it ended by itself.
    pub ended_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lift {
    pub at: Timestamp,
    pub by: String,
    pub confirmed_by: Option<String>,
    pub reason: String,
}

impl LockdownRow {
    pub fn state(&self, now: Timestamp) -> State {
        match self {
            Self { lift: Some(_), .. } => State::Lifted,
            Self { ended_at: Some(_), .. } => State::Ended,
            Self { lockdown, .. } if lockdown.until.is_some_and(|until| until <= now) => State::Ended,
            _ => State::InForce,
        }
    }

    /// When it was over, if it is.
    pub fn over_at(&self, now: Timestamp) -> Option<Timestamp> {
        let until = self.lockdown.until.filter(|until| *until <= now);
        self.lift.as_ref().map(|lift| lift.at).into_iter().chain(until).min()
    }
}

#[derive(Debug, Clone, Copy)]
pub struct Lockdowns<'s>(pub(super) &'s Store);

impl Lockdowns<'_> {
    /// Writes an order down; it is in force when this returns. False when there is one of this id already,
    /// or somebody else has settled the request.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn start(
        self,
        lockdown: &Lockdown,
        period: Option<&LockdownName>,
        given: Given<'_>,
    ) -> Result<bool, StoreError> {
        let Lockdown { id, reason, order, scope, except, started_at, started_by, until, held } =
            lockdown.clone();
        let held = held.as_ref().clone();
        let wording = to_json(&Wording { scope, except, order, reason, until, held })?;
        let mut tx = self.0.begin().await?;
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
    }

    /// Lifts an order; false when there is none of this id, or it was lifted before.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn lift(self, id: &LockdownId, reason: &str, given: Given<'_>) -> Result<bool, StoreError> {
        let mut tx = self.0.begin().await?;
        if !requests::settle(&mut tx, given).await? {
            return Ok(false);
        }
        let sql = "UPDATE lockdown SET lifted_at = ?, lifted_by = ?, lift_confirmed_by = ?, lift_reason = ?
                   WHERE id = ? AND lifted_at IS NULL AND ended_at IS NULL";
        let query = sqlx::query(sql).bind(given.at.as_microsecond()).bind(given.by);
        let query = query.bind(given.second.map(|second| second.by)).bind(reason).bind(id.as_str());
        let done = query.execute(&mut *tx).await?;
        permits::end_all(&mut tx, id, given.at).await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Notes that an order has ended by itself; false when that was noted before, or it was lifted.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn end(self, id: &LockdownId, at: Timestamp) -> Result<bool, StoreError> {
        let sql = "UPDATE lockdown SET ended_at = ? WHERE id = ? AND lifted_at IS NULL AND ended_at IS NULL";
        let mut tx = self.0.begin().await?;
        let query = sqlx::query(sql).bind(at.as_microsecond()).bind(id.as_str());
        let done = query.execute(&mut *tx).await?;
        permits::end_all(&mut tx, id, at).await?;
        tx.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// The orders that nobody lifted and that were not seen to end, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read: then everybody counts as locked.
    pub async fn open(self) -> Result<Vec<LockdownRow>, StoreError> {
        self.read_all(
            "SELECT * FROM lockdown WHERE lifted_at IS NULL AND ended_at IS NULL ORDER BY started_at, id",
        )
        .await
    }

    /// Every order that was ever given, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list(self) -> Result<Vec<LockdownRow>, StoreError> {
        self.read_all("SELECT * FROM lockdown ORDER BY started_at, id").await
    }

    async fn read_all(self, sql: &'static str) -> Result<Vec<LockdownRow>, StoreError> {
        let rows = sqlx::query(sql).fetch_all(&self.0.read).await?;
        rows.iter().map(read).collect()
    }
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

#[cfg(test)]
mod tests;
