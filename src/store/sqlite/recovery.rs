use jiff::Timestamp;
use sqlx::SqliteConnection;

use super::database::Sqlite;
use super::drafts;
use super::row::count;
use crate::domain::{Digest, OperatorName};
use crate::store::api::error::StoreError;
use crate::store::api::future::StoreFuture;
use crate::store::api::recovery::RecoveryStore;

const LEFT: &str = "SELECT COUNT(*) AS left FROM recovery_code WHERE operator = ? AND used_at IS NULL";

impl RecoveryStore for Sqlite {
    fn replace<'a>(
        &'a self,
        operator: &'a OperatorName,
        codes: &'a [Digest],
        at: Timestamp,
        of: Timestamp,
    ) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            if drafts::changed_at(&mut tx, operator).await? != Some(of) {
                return Ok(false);
            }
            replace(&mut tx, operator, codes, at).await?;
            tx.commit().await?;
            Ok(true)
        })
    }

    fn left<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, u64> {
        Box::pin(async move {
            count(&sqlx::query(LEFT).bind(operator.as_str()).fetch_one(&self.read).await?, "left")
        })
    }

    fn holds<'a>(&'a self, operator: Option<&'a OperatorName>, digest: Digest) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let sql = "SELECT 1 FROM recovery_code WHERE operator = ? AND digest = ? AND used_at IS NULL";
            let query = sqlx::query(sql).bind(operator.map_or("", OperatorName::as_str));
            Ok(query.bind(digest.0.to_vec()).fetch_optional(&self.read).await?.is_some())
        })
    }

    fn spend<'a>(
        &'a self,
        operator: &'a OperatorName,
        digest: Digest,
        at: Timestamp,
        from: &'a str,
    ) -> StoreFuture<'a, Option<u64>> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            let sql = "UPDATE recovery_code SET used_at = ?, used_from = ?
                       WHERE operator = ? AND digest = ? AND used_at IS NULL";
            let query = sqlx::query(sql).bind(at.as_microsecond()).bind(from);
            let query = query.bind(operator.as_str()).bind(digest.0.to_vec());
            if query.execute(&mut *tx).await?.rows_affected() == 0 {
                return Ok(None);
            }
            let left = sqlx::query(LEFT).bind(operator.as_str()).fetch_one(&mut *tx).await?;
            tx.commit().await?;
            count(&left, "left").map(Some)
        })
    }
}

/// Those that were there before are void; what was used stays known.
pub(super) async fn replace(
    tx: &mut SqliteConnection,
    operator: &OperatorName,
    codes: &[Digest],
    at: Timestamp,
) -> Result<(), StoreError> {
    let void = "DELETE FROM recovery_code WHERE operator = ? AND used_at IS NULL";
    sqlx::query(void).bind(operator.as_str()).execute(&mut *tx).await?;
    for code in codes {
        let sql = "INSERT INTO recovery_code (operator, digest, issued_at) VALUES (?, ?, ?)";
        let query = sqlx::query(sql).bind(operator.as_str()).bind(code.0.to_vec());
        query.bind(at.as_microsecond()).execute(&mut *tx).await?;
    }
    Ok(())
}
