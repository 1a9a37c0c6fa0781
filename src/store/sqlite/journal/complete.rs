//! Summaries of rows that are older than summaries are.

use super::rows::link_of;
use super::write::summed_up;
use crate::store::api::error::StoreError;
use crate::store::api::journal_row::RowFields;
use crate::store::sqlite::database::Sqlite;
use crate::store::sqlite::row::whole;

/// The last row of the summaries. One that was put in by hand names rows that are not its own, or that are not there.
const KNOWN: &str = "SELECT COALESCE(MAX(last), 0) FROM journal_block
                     WHERE last / 64 = block AND last <= (SELECT COALESCE(MAX(seq), 0) FROM journal)";

const REST: &str = "SELECT seq, at, body, hash FROM journal WHERE seq > ? ORDER BY seq LIMIT 4096";

/// Takes in the rows that no summary knows yet: those from before there were any. Each turn begins behind the rows of the
/// one before, whatever the summaries say then: it ends.
pub(in crate::store::sqlite) async fn complete(db: &Sqlite) -> Result<(), StoreError> {
    let mut known: i64 = sqlx::query_scalar(KNOWN).fetch_one(&db.read).await?;
    loop {
        let mut tx = db.begin().await?;
        let rows = sqlx::query(REST).bind(known).fetch_all(&mut *tx).await?;
        let rows = rows.iter().map(link_of).collect::<Result<Vec<_>, _>>()?;
        let Some(last) = rows.last() else { return Ok(()) };
        known = whole(last.seq);
        let told: Vec<_> = rows.iter().map(|row| (row, RowFields::read(&row.body))).collect();
        summed_up(&told, &mut tx).await?;
        tx.commit().await?;
    }
}
