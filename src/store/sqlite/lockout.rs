//! How guesses are counted, way by way.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;

use super::database::Sqlite;
use super::homes::source;
use super::row::{at_most, count, maybe_time, plain, time, whole, word};
use crate::domain::OperatorName;
use crate::store::api::error::StoreError;
use crate::store::api::lockout::{GuessPlace, Lock, LockKey, LockRule, Lockout, WayIn};

/// A way in, as its row names it: what is not there is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Way {
    operator: String,
    key: String,
    home: String,
}

impl Way {
    fn of(way: &WayIn<'_>) -> Self {
        Self {
            operator: way.operator.map(ToString::to_string).unwrap_or_default(),
            key: way.key.unwrap_or_default().to_owned(),
            home: way.home.map(|home| home.to_string()).unwrap_or_default(),
        }
    }

    /// Does what was guessed on another way lock this one?
    fn is_shut_by(&self, other: &Self) -> bool {
        match (self.key.as_str(), self.home.as_str()) {
            ("", _) => true,
            (key, "") => other.key == key,
            (key, home) => other.key == key && other.home == home,
        }
    }
}

/// All that is counted against one account.
struct Counts(Vec<(Way, Lockout)>);

impl Counts {
    async fn of(
        from: impl sqlx::Executor<'_, Database = sqlx::Sqlite>,
        operator: &str,
    ) -> Result<Self, StoreError> {
        let sql = "SELECT * FROM lockout WHERE operator = ?";
        let rows = sqlx::query(sql).bind(operator).fetch_all(from).await?;
        rows.iter().map(|row| Ok((read_way(row)?, read(row)?))).collect::<Result<_, _>>().map(Self)
    }

    fn own(&self, way: &Way) -> Option<Lockout> {
        self.0.iter().find(|(known, _)| known == way).map(|(_, lockout)| *lockout)
    }

    fn locked_until(&self, way: &Way, now: Timestamp) -> Option<Timestamp> {
        let counts = self.0.iter().filter(|(known, _)| way.is_shut_by(known));
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
    let way = Way::of(&way);
    let mut tx = db.begin().await?;
    let counts = Counts::of(&mut *tx, &way.operator).await?;
    let own = counts.own(&way);
    let (place, state) = match counts.locked_until(&way, now) {
        Some(_) => {
            let none = Lockout { failures: 0, first_failure_at: now, locked_until: None };
            (GuessPlace::Locked, own.unwrap_or(none))
        }
        None => {
            let taken = Lockout::take(own, now, rule);
            (GuessPlace::Taken(taken), taken)
        }
    };
    let sql = "INSERT OR REPLACE INTO lockout (operator, key, home, failures, first_failure_at, locked_until)
               VALUES (?, ?, ?, ?, ?, ?)";
    sqlx::query(sql)
        .bind(&way.operator)
        .bind(&way.key)
        .bind(&way.home)
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
    let way = Way::of(&way);
    let mut tx = db.begin().await?;
    let sql = "UPDATE lockout SET failures = MAX(failures - ?1, 0),
                   locked_until = iif(failures - ?1 < ?2, NULL, locked_until)
               WHERE operator = ?3 AND key = ?4 AND home = ?5 AND first_failure_at = ?6";
    let query = sqlx::query(sql).bind(whole(places)).bind(i64::from(rule.after));
    let query = query.bind(&way.operator).bind(&way.key).bind(&way.home);
    query.bind(since.as_microsecond()).execute(&mut *tx).await?;
    let open = Counts::of(&mut *tx, &way.operator).await?.locked_until(&way, now).is_none();
    tx.commit().await?;
    Ok(open)
}

pub(super) async fn of(
    db: &Sqlite,
    way: WayIn<'_>,
    now: Timestamp,
) -> Result<(Option<Lockout>, Option<Timestamp>), StoreError> {
    let way = Way::of(&way);
    let counts = Counts::of(&db.read, &way.operator).await?;
    Ok((counts.own(&way), counts.locked_until(&way, now)))
}

pub(super) async fn locks(
    db: &Sqlite,
    now: Timestamp,
    after: Option<LockKey>,
    limit: u32,
) -> Result<Vec<Lock>, StoreError> {
    let sql = "SELECT * FROM lockout
               WHERE operator <> '' AND locked_until > ?1 AND (operator, key, home) > (?2, ?3, ?4)
               ORDER BY operator, key, home LIMIT ?5";
    let after = after.map(|(operator, key, home)| Way {
        operator: operator.to_string(),
        key: key.unwrap_or_default(),
        home: home.map(|home| home.to_string()).unwrap_or_default(),
    });
    let after = after.unwrap_or_else(|| Way::of(&WayIn { operator: None, key: None, home: None }));
    let query = sqlx::query(sql).bind(now.as_microsecond());
    let query = query.bind(after.operator).bind(after.key).bind(after.home).bind(at_most(limit));
    query.fetch_all(&db.read).await?.iter().map(read_lock).collect()
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

fn read_way(row: &SqliteRow) -> Result<Way, StoreError> {
    Ok(Way { operator: plain(row, "operator")?, key: plain(row, "key")?, home: plain(row, "home")? })
}

fn read(row: &SqliteRow) -> Result<Lockout, StoreError> {
    Ok(Lockout {
        failures: count(row, "failures")?,
        first_failure_at: time(row, "first_failure_at")?,
        locked_until: maybe_time(row, "locked_until")?,
    })
}

fn read_lock(row: &SqliteRow) -> Result<Lock, StoreError> {
    let Way { key, home, .. } = read_way(row)?;
    let key = (!key.is_empty()).then_some(key);
    let home = (!home.is_empty()).then(|| source(&home)).transpose()?;
    Ok(Lock { operator: word(row, "operator")?, key, home, until: time(row, "locked_until")? })
}
