//! Break-glass codes, as what they digest to. A code is spent by the write that finds it unspent.

use std::time::Duration;

use jiff::Timestamp;

use super::{Given, requests};
use crate::domain::{Digest, OperatorName};
use crate::store::sqlite::row::{count, whole};
use crate::store::{Store, StoreError};

#[derive(Debug, Clone, Copy)]
pub struct NewCode {
    pub digest: Digest,
    /// How long it opens the account.
    pub opens: Duration,
}

#[derive(Debug, Clone, Copy)]
pub struct BreakGlass<'s>(pub(in crate::store) &'s Store);

impl BreakGlass<'_> {
    /// Keeps codes of one account, all or none; those that it had are void. False when somebody else has settled the request.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn replace(
        self,
        operator: &OperatorName,
        codes: &[NewCode],
        given: Given<'_>,
    ) -> Result<bool, StoreError> {
        let mut tx = self.0.begin().await?;
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
    }

    /// How many unspent codes an account has.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn left(self, operator: &OperatorName) -> Result<u64, StoreError> {
        let sql = "SELECT COUNT(*) AS left FROM break_glass WHERE operator = ? AND used_at IS NULL";
        count(&sqlx::query(sql).bind(operator.as_str()).fetch_one(&self.0.read).await?, "left")
    }

    /// Spends a code; how long it opens the account, or `None` when there is no such unspent one.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn spend(
        self,
        operator: &OperatorName,
        digest: Digest,
        at: Timestamp,
        from: &str,
    ) -> Result<Option<Duration>, StoreError> {
        let sql = "UPDATE break_glass SET used_at = ?, used_from = ?
                   WHERE digest = ? AND operator = ? AND used_at IS NULL RETURNING seconds";
        let query = sqlx::query(sql).bind(at.as_microsecond()).bind(from);
        let query = query.bind(digest.0.to_vec()).bind(operator.as_str());
        let row = query.fetch_optional(&self.0.write).await?;
        row.as_ref().map(|row| count(row, "seconds").map(Duration::from_secs)).transpose()
    }
}
