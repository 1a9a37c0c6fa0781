//! Accounts that somebody disabled by hand. Lockdowns are kept apart (`lockdowns`): lifting one must not
//! enable an account that was disabled before it.

use jiff::Timestamp;

use super::row::{plain, time, word};
use super::{Store, StoreError};
use crate::domain::OperatorName;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disabled {
    pub operator: OperatorName,
    pub reason: String,
    pub at: Timestamp,
    pub by: String,
}

#[derive(Debug, Clone, Copy)]
pub struct Accounts<'s>(pub(super) &'s Store);

impl Accounts<'_> {
    /// Disables an account; false when it was disabled before, and then the first reason stays.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn disable(self, order: &Disabled) -> Result<bool, StoreError> {
        let sql = "INSERT INTO disabled (operator, reason, disabled_at, disabled_by) VALUES (?, ?, ?, ?)
                   ON CONFLICT DO NOTHING";
        let done = sqlx::query(sql)
            .bind(order.operator.as_str())
            .bind(&order.reason)
            .bind(order.at.as_microsecond())
            .bind(&order.by)
            .execute(&self.0.write)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Enables an account; false when it was not disabled.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn enable(self, operator: &OperatorName) -> Result<bool, StoreError> {
        let sql = "DELETE FROM disabled WHERE operator = ?";
        let done = sqlx::query(sql).bind(operator.as_str()).execute(&self.0.write).await?;
        Ok(done.rows_affected() > 0)
    }

    /// Why an account is disabled, if it is.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn disabled(self, operator: &OperatorName) -> Result<Option<Disabled>, StoreError> {
        let sql = "SELECT * FROM disabled WHERE operator = ?";
        let row = sqlx::query(sql).bind(operator.as_str()).fetch_optional(&self.0.read).await?;
        row.as_ref().map(read).transpose()
    }

    /// Every disabled account, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list(self) -> Result<Vec<Disabled>, StoreError> {
        let rows = sqlx::query("SELECT * FROM disabled ORDER BY operator").fetch_all(&self.0.read).await?;
        rows.iter().map(read).collect()
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::store::testing::{at, store};

    #[tokio::test]
    async fn the_first_reason_stays_until_enabled() {
        let store = store().await;
        let accounts = store.accounts();
        let operator: OperatorName = "li-lei".parse().unwrap();
        let order = |reason: &str| Disabled {
            operator: operator.clone(),
            reason: reason.to_owned(),
            at: at(0),
            by: "local:root".to_owned(),
        };
        assert!(accounts.disable(&order("left the vendor")).await.unwrap());
        assert!(!accounts.disable(&order("again")).await.unwrap());
        assert_eq!(accounts.disabled(&operator).await.unwrap(), Some(order("left the vendor")));
        assert_eq!(accounts.list().await.unwrap().len(), 1);
        assert!(accounts.enable(&operator).await.unwrap());
        assert!(!accounts.enable(&operator).await.unwrap());
        assert_eq!(accounts.disabled(&operator).await.unwrap(), None);
    }
}
