use jiff::Timestamp;

use super::database::Sqlite;
use super::row::plain;
use crate::domain::OperatorName;
use crate::store::api::error::StoreError;
use crate::store::api::future::StoreFuture;
use crate::store::api::terms::TermsStore;

impl TermsStore for Sqlite {
    fn accepted<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, Option<String>> {
        Box::pin(async move {
            let query = sqlx::query("SELECT version FROM terms_accepted WHERE operator = ?");
            let row = query.bind(operator.as_str()).fetch_optional(&self.read).await?;
            row.map(|row| plain(&row, "version")).transpose()
        })
    }

    fn accept<'a>(
        &'a self,
        operator: &'a OperatorName,
        version: &'a str,
        at: Timestamp,
    ) -> StoreFuture<'a, ()> {
        Box::pin(async move { accept(&mut *self.write.acquire().await?, operator, version, at).await })
    }
}

/// A new version takes the place of the one before.
pub(super) async fn accept(
    to: &mut sqlx::SqliteConnection,
    operator: &OperatorName,
    version: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO terms_accepted (operator, version, accepted_at) VALUES (?, ?, ?)";
    let query = sqlx::query(sql).bind(operator.as_str()).bind(version);
    query.bind(at.as_microsecond()).execute(to).await?;
    Ok(())
}
