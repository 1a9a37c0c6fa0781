//! How guesses are counted, way by way.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;

use super::database::Sqlite;
use super::row::{at_most, count, maybe_time, plain, time, whole, word};
use crate::domain::OperatorName;
use crate::store::api::error::StoreError;
use crate::store::api::lockout::{GuessPlace, Lock, LockKey, LockRule, Lockout, WayIn};

fn columns<'a>(way: &WayIn<'a>) -> (&'a str, &'a str) {
    (way.operator.map_or("", OperatorName::as_str), way.key.unwrap_or_default())
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

pub(super) async fn take_place(
    db: &Sqlite,
    way: WayIn<'_>,
    now: Timestamp,
    rule: LockRule,
) -> Result<GuessPlace, StoreError> {
    let (operator, key) = columns(&way);
    let mut tx = db.begin().await?;
    let counts = Counts::of(&mut *tx, operator).await?;
    let own = counts.own(key);
    let (place, state) = match counts.locked_until(key, now) {
        Some(_) => {
            let none = Lockout { failures: 0, first_failure_at: now, locked_until: None };
            (GuessPlace::Locked, own.unwrap_or(none))
        }
        None => {
            let taken = Lockout::take(own, now, rule);
            (GuessPlace::Taken(taken), taken)
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

pub(super) async fn give_back(
    db: &Sqlite,
    way: WayIn<'_>,
    places: u64,
    since: Timestamp,
    now: Timestamp,
    rule: LockRule,
) -> Result<bool, StoreError> {
    let (operator, key) = columns(&way);
    let mut tx = db.begin().await?;
    let sql = "UPDATE lockout SET failures = MAX(failures - ?1, 0),
                   locked_until = iif(failures - ?1 < ?2, NULL, locked_until)
               WHERE operator = ?3 AND key = ?4 AND first_failure_at = ?5";
    let query = sqlx::query(sql).bind(whole(places)).bind(i64::from(rule.after)).bind(operator).bind(key);
    query.bind(since.as_microsecond()).execute(&mut *tx).await?;
    let open = Counts::of(&mut *tx, operator).await?.locked_until(key, now).is_none();
    tx.commit().await?;
    Ok(open)
}

pub(super) async fn of(
    db: &Sqlite,
    way: WayIn<'_>,
    now: Timestamp,
) -> Result<(Option<Lockout>, Option<Timestamp>), StoreError> {
    let (operator, key) = columns(&way);
    let counts = Counts::of(&db.read, operator).await?;
    Ok((counts.own(key), counts.locked_until(key, now)))
}

pub(super) async fn locks(
    db: &Sqlite,
    now: Timestamp,
    after: Option<LockKey>,
    limit: u32,
) -> Result<Vec<Lock>, StoreError> {
    let sql =
        "SELECT * FROM lockout WHERE operator <> '' AND locked_until > ?1 AND (operator, key) > (?2, ?3)
               ORDER BY operator, key LIMIT ?4";
    let (operator, key) = after.map(|(operator, key)| (operator.to_string(), key)).unwrap_or_default();
    let query = sqlx::query(sql).bind(now.as_microsecond()).bind(operator).bind(key.unwrap_or_default());
    query.bind(at_most(limit)).fetch_all(&db.read).await?.iter().map(read_lock).collect()
}

pub(super) async fn unlock(
    db: &Sqlite,
    operator: &OperatorName,
    now: Timestamp,
) -> Result<Vec<Lock>, StoreError> {
    let sql = "DELETE FROM lockout WHERE operator = ? RETURNING *";
    let rows = sqlx::query(sql).bind(operator.as_str()).fetch_all(&db.write).await?;
    let mut locks = Vec::new();
    for row in &rows {
        if read(row)?.is_locked(now) {
            locks.push(read_lock(row)?);
        }
    }
    Ok(locks)
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
