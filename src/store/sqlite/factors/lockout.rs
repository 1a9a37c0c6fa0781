//! Guesses, counted; and the lock that follows when too many were wrong.
//!
//! An account has several ways in: without a key, and with each key that is proven first. Each is counted apart.
//! Guesses without a key lock the logins without one; guesses behind a key lock that key, and those without one. So
//! whoever has no key locks nobody out who comes with one.

use std::time::Duration;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;

use super::Factors;
use crate::domain::OperatorName;
use crate::store::StoreError;
use crate::store::sqlite::row::{count, maybe_time, plain, time, whole, word};

/// How many wrong guesses lock a way in, and for how long. Failures further apart than `lock_for` are not in
/// a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockRule {
    pub after: u32,
    pub lock_for: Duration,
}

/// One way into an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WayIn<'a> {
    /// `None` stands for all names that nobody has: a guess at them costs the same.
    pub operator: Option<&'a OperatorName>,
    /// The fingerprint of the key that was proven first.
    pub key: Option<&'a str>,
}

/// What is counted against one way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lockout {
    pub failures: u64,
    pub first_failure_at: Timestamp,
    pub locked_until: Option<Timestamp>,
}

/// What came of asking for a place in the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Counted as a failure until it is given back. The last place that there is locks.
    Taken(Lockout),
    Locked,
}

/// A way in that is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    pub operator: OperatorName,
    pub key: Option<String>,
    pub until: Timestamp,
}

impl WayIn<'_> {
    fn columns(&self) -> (&str, &str) {
        (self.operator.map_or("", OperatorName::as_str), self.key.unwrap_or_default())
    }
}

impl Lockout {
    /// Whether the way is locked at `now`.
    pub fn is_locked(&self, now: Timestamp) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }

    /// One more guess at `now`, on a way that is not locked.
    fn take(before: Option<Self>, now: Timestamp, rule: LockRule) -> Self {
        let later = |from: Timestamp| from.saturating_add(rule.lock_for).unwrap_or(Timestamp::MAX);
        let in_a_row = |state: &Self| {
            state.failures > 0 && state.locked_until.is_none() && now < later(state.first_failure_at)
        };
        let fresh = Self { failures: 0, first_failure_at: now, locked_until: None };
        let mut state = before.filter(in_a_row).unwrap_or(fresh);
        state.failures += 1;
        if state.failures >= u64::from(rule.after) {
            state.locked_until = Some(later(now));
        }
        state
    }
}

/// All that is counted against one account.
struct Counts(Vec<(String, Lockout)>);

impl Counts {
    async fn of(
        from: impl sqlx::Executor<'_, Database = sqlx::Sqlite>,
        operator: &str,
    ) -> Result<Self, StoreError> {
        let sql = "SELECT * FROM lockout WHERE operator = ?";
        let rows = sqlx::query(sql).bind(operator).fetch_all(from).await?;
        rows.iter().map(|row| Ok((plain(row, "key")?, read(row)?))).collect::<Result<_, _>>().map(Self)
    }

    fn own(&self, key: &str) -> Option<Lockout> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, lockout)| *lockout)
    }

    /// Until when the way with this key, or that without one, is locked.
    fn locked_until(&self, key: &str, now: Timestamp) -> Option<Timestamp> {
        let counts = self.0.iter().filter(|(known, _)| key.is_empty() || known == key);
        counts
            .filter(|(_, lockout)| lockout.is_locked(now))
            .filter_map(|(_, lockout)| lockout.locked_until)
            .max()
    }
}

impl Factors<'_> {
    /// Takes a place in the count, before a guess is looked at: of guesses side by side, no more are looked at
    /// than there are places. While locked nothing is counted: hammering must not keep the rightful owner out for
    /// longer. It is a write whatever comes of it, so that it takes the same time.
    ///
    /// # Errors
    /// When the database cannot be written: then the guess must not be looked at.
    pub async fn take_place(
        self,
        way: WayIn<'_>,
        now: Timestamp,
        rule: LockRule,
    ) -> Result<Place, StoreError> {
        let (operator, key) = way.columns();
        let mut tx = self.0.begin().await?;
        let counts = Counts::of(&mut *tx, operator).await?;
        let own = counts.own(key);
        let (place, state) = match counts.locked_until(key, now) {
            Some(_) => {
                let none = Lockout { failures: 0, first_failure_at: now, locked_until: None };
                (Place::Locked, own.unwrap_or(none))
            }
            None => {
                let taken = Lockout::take(own, now, rule);
                (Place::Taken(taken), taken)
            }
        };
        let sql = "INSERT OR REPLACE INTO lockout (operator, key, failures, first_failure_at, locked_until)
                   VALUES (?, ?, ?, ?, ?)";
        sqlx::query(sql)
            .bind(operator)
            .bind(key)
            .bind(whole(state.failures))
            .bind(state.first_failure_at.as_microsecond())
            .bind(state.locked_until.map(Timestamp::as_microsecond))
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(place)
    }

    /// Gives places back that were taken in the row of failures that began at `since`; the lock that they alone
    /// had brought about is gone with them. True when the way is open now.
    ///
    /// # Errors
    /// When the database cannot be written: then what was guessed must not count as right.
    pub async fn give_back(
        self,
        way: WayIn<'_>,
        places: u64,
        since: Timestamp,
        now: Timestamp,
        rule: LockRule,
    ) -> Result<bool, StoreError> {
        let (operator, key) = way.columns();
        let mut tx = self.0.begin().await?;
        let sql = "UPDATE lockout SET failures = MAX(failures - ?1, 0),
                       locked_until = iif(failures - ?1 < ?2, NULL, locked_until)
                   WHERE operator = ?3 AND key = ?4 AND first_failure_at = ?5";
        let query = sqlx::query(sql).bind(whole(places)).bind(i64::from(rule.after)).bind(operator).bind(key);
        query.bind(since.as_microsecond()).execute(&mut *tx).await?;
        let open = Counts::of(&mut *tx, operator).await?.locked_until(key, now).is_none();
        tx.commit().await?;
        Ok(open)
    }

    /// What is counted against a way in, if anything, and until when it is locked at `now`.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn lockout(
        self,
        way: WayIn<'_>,
        now: Timestamp,
    ) -> Result<(Option<Lockout>, Option<Timestamp>), StoreError> {
        let (operator, key) = way.columns();
        let counts = Counts::of(&self.0.read, operator).await?;
        Ok((counts.own(key), counts.locked_until(key, now)))
    }

    /// The locks that hold at `now`, of everybody.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn locks(self, now: Timestamp) -> Result<Vec<Lock>, StoreError> {
        let sql = "SELECT * FROM lockout WHERE operator <> '' AND locked_until > ? ORDER BY operator, key";
        let rows = sqlx::query(sql).bind(now.as_microsecond()).fetch_all(&self.0.read).await?;
        rows.iter().map(read_lock).collect()
    }

    /// Forgets the failures of every way into an account, on an administrator's word. Returns the locks that
    /// ended by it.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn unlock(self, operator: &OperatorName, now: Timestamp) -> Result<Vec<Lock>, StoreError> {
        let sql = "DELETE FROM lockout WHERE operator = ? RETURNING *";
        let rows = sqlx::query(sql).bind(operator.as_str()).fetch_all(&self.0.write).await?;
        let mut locks = Vec::new();
        for row in &rows {
            if read(row)?.is_locked(now) {
                locks.push(read_lock(row)?);
            }
        }
        Ok(locks)
    }
}

fn read(row: &SqliteRow) -> Result<Lockout, StoreError> {
    Ok(Lockout {
        failures: count(row, "failures")?,
        first_failure_at: time(row, "first_failure_at")?,
        locked_until: maybe_time(row, "locked_until")?,
    })
}

fn read_lock(row: &SqliteRow) -> Result<Lock, StoreError> {
    let key = plain::<String>(row, "key")?;
    let key = (!key.is_empty()).then_some(key);
    Ok(Lock { operator: word(row, "operator")?, key, until: time(row, "locked_until")? })
}
