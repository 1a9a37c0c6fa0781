//! Failed logins in a row, and the lock that follows them.

use std::time::Duration;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;

use super::Factors;
use crate::domain::OperatorName;
use crate::store::StoreError;
use crate::store::row::{count, maybe_time, time, whole};

/// When failures lock an account, and for how long. Failures further apart than `lock_for` are not in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockRule {
    pub after: u32,
    pub lock_for: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lockout {
    pub failures: u64,
    pub first_failure_at: Timestamp,
    pub locked_until: Option<Timestamp>,
}

impl Lockout {
    /// Whether the account is locked at `now`.
    pub fn is_locked(&self, now: Timestamp) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }

    /// The state after one more failure at `now`. While locked nothing is counted: hammering must not
    /// keep the rightful owner out for longer.
    fn failed(before: Option<Self>, now: Timestamp, rule: LockRule) -> Self {
        let later = |from: Timestamp| from.saturating_add(rule.lock_for).unwrap_or(Timestamp::MAX);
        let fresh = Self { failures: 0, first_failure_at: now, locked_until: None };
        let mut state = match before {
            Some(state) if state.is_locked(now) => return state,
            Some(state) if state.locked_until.is_none() && now < later(state.first_failure_at) => state,
            _ => fresh,
        };
        state.failures += 1;
        if state.failures >= u64::from(rule.after) {
            state.locked_until = Some(later(now));
        }
        state
    }
}

impl Factors<'_> {
    /// Counts a failed login. The account has just been locked by it if the answer's `failures` is
    /// `rule.after` and its lock ends `rule.lock_for` from `now`.
    ///
    /// # Errors
    /// When the database cannot be written: then the login has to fail too.
    pub async fn failed(
        self,
        operator: &OperatorName,
        now: Timestamp,
        rule: LockRule,
    ) -> Result<Lockout, StoreError> {
        let mut tx = self.0.begin().await?;
        let sql = "SELECT * FROM lockout WHERE operator = ?";
        let row = sqlx::query(sql).bind(operator.as_str()).fetch_optional(&mut *tx).await?;
        let state = Lockout::failed(row.as_ref().map(read).transpose()?, now, rule);
        let sql = "INSERT OR REPLACE INTO lockout (operator, failures, first_failure_at, locked_until)
                   VALUES (?, ?, ?, ?)";
        sqlx::query(sql)
            .bind(operator.as_str())
            .bind(whole(state.failures))
            .bind(state.first_failure_at.as_microsecond())
            .bind(state.locked_until.map(Timestamp::as_microsecond))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(state)
    }

    /// The failures that count against an account, if there are any. The lock may be over: see
    /// [`Lockout::is_locked`].
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn lockout(self, operator: &OperatorName) -> Result<Option<Lockout>, StoreError> {
        let sql = "SELECT * FROM lockout WHERE operator = ?";
        let row = sqlx::query(sql).bind(operator.as_str()).fetch_optional(&self.0.read).await?;
        row.as_ref().map(read).transpose()
    }

    /// Forgets the failures: after a login that succeeded, or on an administrator's word. False when
    /// there were none.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn unlock(self, operator: &OperatorName) -> Result<bool, StoreError> {
        let sql = "DELETE FROM lockout WHERE operator = ?";
        let query = sqlx::query(sql).bind(operator.as_str());
        Ok(query.execute(&self.0.write).await?.rows_affected() > 0)
    }
}

fn read(row: &SqliteRow) -> Result<Lockout, StoreError> {
    Ok(Lockout {
        failures: count(row, "failures")?,
        first_failure_at: time(row, "first_failure_at")?,
        locked_until: maybe_time(row, "locked_until")?,
    })
}
