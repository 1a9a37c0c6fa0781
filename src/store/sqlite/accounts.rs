use super::database::Sqlite;
use super::drafts;
use super::row::{at_most, plain, time, word};
use crate::domain::OperatorName;
use crate::store::api::accounts::{AccountStore, Disabled};
use crate::store::api::error::StoreError;
use crate::store::api::future::StoreFuture;

impl AccountStore for Sqlite {
    fn disable<'a>(&'a self, order: &'a Disabled) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let sql = "INSERT INTO disabled (operator, reason, disabled_at, disabled_by) VALUES (?, ?, ?, ?)
                   ON CONFLICT DO NOTHING";
            let mut tx = self.begin().await?;
            let done = sqlx::query(sql)
                .bind(order.operator.as_str())
                .bind(&order.reason)
                .bind(order.at.as_microsecond())
                .bind(&order.by)
                .execute(&mut *tx)
                .await?;
            drafts::outdate(&mut tx, &order.operator, order.at).await?;
            tx.commit().await?;
            Ok(done.rows_affected() > 0)
        })
    }

    fn enable<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let sql = "DELETE FROM disabled WHERE operator = ?";
            let done = sqlx::query(sql).bind(operator.as_str()).execute(&self.write).await?;
            Ok(done.rows_affected() > 0)
        })
    }

    fn disabled<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, Option<Disabled>> {
        Box::pin(async move {
            let sql = "SELECT * FROM disabled WHERE operator = ?";
            let row = sqlx::query(sql).bind(operator.as_str()).fetch_optional(&self.read).await?;
            row.as_ref().map(read).transpose()
        })
    }

    fn list(&self, after: Option<OperatorName>, limit: u32) -> StoreFuture<'_, Vec<Disabled>> {
        Box::pin(async move {
            let sql = "SELECT * FROM disabled WHERE operator > ? ORDER BY operator LIMIT ?";
            let after = after.as_ref().map_or("", OperatorName::as_str);
            let rows = sqlx::query(sql).bind(after).bind(at_most(limit)).fetch_all(&self.read).await?;
            rows.iter().map(read).collect()
        })
    }
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<Disabled, StoreError> {
    Ok(Disabled {
        operator: word(row, "operator")?,
        reason: plain(row, "reason")?,
        at: time(row, "disabled_at")?,
        by: plain(row, "disabled_by")?,
    })
}
