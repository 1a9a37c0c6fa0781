use std::time::Duration;

use jiff::Timestamp;

use super::database::Sqlite;
use super::requests;
use super::row::{count, whole};
use crate::domain::{Digest, OperatorName};
use crate::store::api::break_glass::{BreakGlassStore, NewCode};
use crate::store::api::future::StoreFuture;
use crate::store::api::given::Given;

impl BreakGlassStore for Sqlite {
    fn replace<'a>(
        &'a self,
        operator: &'a OperatorName,
        codes: &'a [NewCode],
        given: Given<'a>,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            if !requests::settle(&mut tx, given).await? {
                return Ok(false);
            }
            let void = "DELETE FROM break_glass WHERE operator = ? AND used_at IS NULL";
            sqlx::query(void).bind(operator.as_str()).execute(&mut *tx).await?;
            for code in codes {
                let sql = "INSERT INTO break_glass (digest, operator, seconds, issued_at, issued_by)
                       VALUES (?, ?, ?, ?, ?)";
                let query = sqlx::query(sql).bind(code.digest.0.to_vec()).bind(operator.as_str());
                let query = query.bind(whole(code.opens.as_secs())).bind(given.at.as_microsecond());
                query.bind(given.by).execute(&mut *tx).await?;
            }
            tx.commit().await?;
            Ok(true)
        })
    }

    fn left<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, u64> {
        Box::pin(async move {
            let sql = "SELECT COUNT(*) AS left FROM break_glass WHERE operator = ? AND used_at IS NULL";
            count(&sqlx::query(sql).bind(operator.as_str()).fetch_one(&self.read).await?, "left")
        })
    }

    fn spend<'a>(
        &'a self,
        operator: &'a OperatorName,
        digest: Digest,
        at: Timestamp,
        from: &'a str,
    ) -> StoreFuture<'a, Option<Duration>> {
        Box::pin(async move {
            let sql = "UPDATE break_glass SET used_at = ?, used_from = ?
                   WHERE digest = ? AND operator = ? AND used_at IS NULL RETURNING seconds";
            let query = sqlx::query(sql).bind(at.as_microsecond()).bind(from);
            let query = query.bind(digest.0.to_vec()).bind(operator.as_str());
            let row = query.fetch_optional(&self.write).await?;
            row.as_ref().map(|row| count(row, "seconds").map(Duration::from_secs)).transpose()
        })
    }
}
