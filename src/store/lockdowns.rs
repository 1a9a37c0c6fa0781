//! Lockdown orders. An order is a row from the moment it is given; lifting it adds to the row and takes
//! nothing away.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::row::{json, maybe_time, plain, time, to_json, word};
use super::{Store, StoreError};
use crate::domain::LockdownId;

/// What was ordered. Scope and exemptions are selectors, as they were given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    pub scope: Vec<String>,
    pub except: Vec<String>,
    /// The number of the order on paper.
    pub order: Option<String>,
    pub reason: String,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lockdown {
    pub id: LockdownId,
    pub wording: Wording,
    pub started_at: Timestamp,
    pub started_by: String,
    pub lifted_at: Option<Timestamp>,
    pub lifted_by: Option<String>,
    pub lift_reason: Option<String>,
}

#[derive(Debug, Clone, Copy)]
pub struct Lockdowns<'s>(pub(super) &'s Store);

impl Lockdowns<'_> {
    /// Writes an order down; it is in force when this returns.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn start(
        self,
        id: &LockdownId,
        wording: &Wording,
        at: Timestamp,
        by: &str,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO lockdown (id, wording, started_at, started_by) VALUES (?, ?, ?, ?)";
        let query = sqlx::query(sql).bind(id.as_str()).bind(to_json(wording)?);
        query.bind(at.as_microsecond()).bind(by).execute(&self.0.write).await?;
        Ok(())
    }

    /// Lifts an order; false when there is none of this id, or it was lifted before.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn lift(
        self,
        id: &LockdownId,
        reason: &str,
        at: Timestamp,
        by: &str,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE lockdown SET lifted_at = ?, lifted_by = ?, lift_reason = ?
                   WHERE id = ? AND lifted_at IS NULL";
        let query = sqlx::query(sql).bind(at.as_microsecond()).bind(by).bind(reason).bind(id.as_str());
        Ok(query.execute(&self.0.write).await?.rows_affected() > 0)
    }

    /// The orders in force at `now`, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read: then everybody counts as locked.
    pub async fn active(self, now: Timestamp) -> Result<Vec<Lockdown>, StoreError> {
        let sql = "SELECT * FROM lockdown WHERE lifted_at IS NULL ORDER BY started_at, id";
        let mut orders = self.read_all(sql).await?;
        orders.retain(|order| order.wording.until.is_none_or(|until| now < until));
        Ok(orders)
    }

    /// Every order that was ever given, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list(self) -> Result<Vec<Lockdown>, StoreError> {
        self.read_all("SELECT * FROM lockdown ORDER BY started_at, id").await
    }

    async fn read_all(self, sql: &'static str) -> Result<Vec<Lockdown>, StoreError> {
        let rows = sqlx::query(sql).fetch_all(&self.0.read).await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<Lockdown, StoreError> {
    Ok(Lockdown {
        id: word(row, "id")?,
        wording: json(row, "wording")?,
        started_at: time(row, "started_at")?,
        started_by: plain(row, "started_by")?,
        lifted_at: maybe_time(row, "lifted_at")?,
        lifted_by: plain(row, "lifted_by")?,
        lift_reason: plain(row, "lift_reason")?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::store::testing::{at, store};

    #[tokio::test]
    async fn an_order_ends_when_lifted_or_by_itself() {
        let store = store().await;
        let [timed, open] = [1, 2].map(|n| LockdownId::new(n, 0));
        let wording = |until| Wording {
            scope: vec!["all".to_owned()],
            except: vec!["@oncall".to_owned()],
            order: Some("2026-17".to_owned()),
            reason: "holiday".to_owned(),
            until,
        };
        let orders = store.lockdowns();
        orders.start(&timed, &wording(Some(at(10))), at(0), "qian").await.unwrap();
        orders.start(&open, &wording(None), at(1), "qian").await.unwrap();
        let active = |now| async move {
            let orders = orders.active(now).await.unwrap();
            orders.into_iter().map(|order| order.id).collect::<Vec<_>>()
        };
        assert_eq!(active(at(9)).await, [timed, open.clone()]);
        assert_eq!(active(at(10)).await, std::slice::from_ref(&open));
        assert!(orders.lift(&open, "over", at(20), "zhou").await.unwrap());
        assert!(!orders.lift(&open, "again", at(21), "zhou").await.unwrap());
        assert!(active(at(22)).await.is_empty());
        let all = orders.list().await.unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all.last().unwrap().lift_reason.as_deref(), Some("over"));
        assert_eq!(all.last().unwrap().wording, wording(None));
    }
}
