//! Summaries of rows that are older than summaries are.

use super::rows::link_of;
use super::write::summed_up;
use crate::store::api::error::StoreError;
use crate::store::api::journal_row::RowFields;
use crate::store::sqlite::database::Sqlite;

/// Takes in the rows that no summary knows yet: those from before there were any.
pub(in crate::store::sqlite) async fn complete(db: &Sqlite) -> Result<(), StoreError> {
    const REST: &str = "SELECT seq, at, body, hash FROM journal
                        WHERE seq > (SELECT COALESCE(MAX(last), 0) FROM
                                     (SELECT last FROM journal_block ORDER BY block DESC LIMIT 1))
                        ORDER BY seq LIMIT 4096";
    loop {
        let mut tx = db.begin().await?;
        let rows = sqlx::query(REST).fetch_all(&mut *tx).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let rows = rows.iter().map(link_of).collect::<Result<Vec<_>, _>>()?;
        let told: Vec<_> = rows.iter().map(|row| (row, RowFields::read(&row.body))).collect();
        summed_up(&told, &mut tx).await?;
        tx.commit().await?;
    }
}
