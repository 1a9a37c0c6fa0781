use jiff::Timestamp;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::database::Sqlite;
use super::row::{at_most, count, maybe_text, maybe_time, word};
use crate::domain::OperatorName;
use crate::store::api::error::StoreError;
use crate::store::api::future::StoreFuture;
use crate::store::api::journal_row::RowFields;
use crate::store::api::logins::{AccountLogins, LastLogins, LoginSeen, LoginStore};

impl LoginStore for Sqlite {
    fn of<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, LastLogins> {
        Box::pin(async move {
            let query = sqlx::query("SELECT * FROM last_login WHERE operator = ?");
            let row = query.bind(operator.as_str()).fetch_optional(&self.read).await?;
            row.as_ref().map_or(Ok(LastLogins::default()), read)
        })
    }

    fn everybodys(&self, after: Option<OperatorName>, limit: u32) -> StoreFuture<'_, Vec<AccountLogins>> {
        Box::pin(async move {
            let sql = "SELECT * FROM last_login WHERE operator > ? ORDER BY operator LIMIT ?";
            let after = after.as_ref().map_or("", OperatorName::as_str);
            let rows = sqlx::query(sql).bind(after).bind(at_most(limit)).fetch_all(&self.read).await?;
            let account = |row| Ok(AccountLogins { operator: word(row, "operator")?, logins: read(row)? });
            rows.iter().map(account).collect()
        })
    }

    fn enabled<'a>(&'a self, operator: &'a OperatorName, at: Timestamp) -> StoreFuture<'a, ()> {
        Box::pin(async move {
            let sql = "INSERT INTO last_login (operator, enabled_at) VALUES (?1, ?2)
                       ON CONFLICT (operator) DO UPDATE SET enabled_at = ?2";
            let query = sqlx::query(sql).bind(operator.as_str()).bind(at.as_microsecond());
            query.execute(&self.write).await?;
            Ok(())
        })
    }
}

fn read(row: &SqliteRow) -> Result<LastLogins, StoreError> {
    let seen = |at, source| {
        Ok::<_, StoreError>(match (maybe_time(row, at)?, maybe_text(row, source)?) {
            (Some(at), source) => Some(LoginSeen { at, source: source.unwrap_or_default() }),
            (None, _) => None,
        })
    };
    Ok(LastLogins {
        last: seen("at", "source")?,
        failures: count(row, "failures")?,
        before: seen("before_at", "before_source")?,
        failures_before: count(row, "before_failures")?,
        enabled_at: maybe_time(row, "enabled_at")?,
    })
}

/// What a row of the journal says of somebody's logins, if it does.
pub(super) async fn keep(
    (at, told): (Timestamp, &RowFields),
    to: &mut SqliteConnection,
) -> Result<(), StoreError> {
    match (told.event.as_str(), &told.operator) {
        ("login-accepted", _) => {
            let sql = "INSERT INTO last_login (operator, at, source) VALUES (?, ?, ?)
                       ON CONFLICT (operator) DO UPDATE SET
                           before_at = at, before_source = source, before_failures = failures,
                           at = excluded.at, source = excluded.source, failures = 0";
            let query = sqlx::query(sql).bind(told.actor.as_str()).bind(at.as_microsecond());
            query.bind(told.source.as_deref()).execute(to).await?;
        }
        ("login-refused", Some(operator)) => {
            let sql = "INSERT INTO last_login (operator, failures) VALUES (?, 1)
                       ON CONFLICT (operator) DO UPDATE SET failures = failures + 1";
            sqlx::query(sql).bind(operator.as_str()).execute(to).await?;
        }
        _ => {}
    }
    Ok(())
}
