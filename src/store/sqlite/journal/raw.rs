//! The rows as they lie in the file, for whoever doubts them: in the order of their numbers from the smallest that
//! there is, whatever it is.

use sqlx::sqlite::SqliteRow;

use super::rows::{hash, story};
use crate::domain::Digest;
use crate::store::api::error::StoreError;
use crate::store::api::journal_row::{RawRow, RowFields};
use crate::store::api::page::PAGE;
use crate::store::sqlite::database::Sqlite;
use crate::store::sqlite::row::{maybe_text, plain, text};

const AFTER: &str = concat!(
    "SELECT j.seq, j.at, j.body, j.hash, (SELECT b.body FROM journal b WHERE b.session = j.session AND b.",
    story!(),
    " AND b.event = 'session-started' ORDER BY b.seq LIMIT 1) AS began
     FROM journal j WHERE j.seq > ? ORDER BY j.seq LIMIT ?"
);

pub(super) async fn after(db: &Sqlite, seq: Option<i64>) -> Result<Vec<RawRow>, StoreError> {
    // Nobody can write a row of the least number that there is and have it follow another.
    let query = sqlx::query(AFTER).bind(seq.unwrap_or(i64::MIN)).bind(PAGE);
    query.fetch_all(&db.read).await?.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> Result<RawRow, StoreError> {
    Ok(RawRow {
        seq: plain(row, "seq")?,
        at: plain(row, "at")?,
        body: text(row, "body")?,
        // What is not a hash follows from nothing, and is told as such.
        hash: hash(row).unwrap_or(Digest::ZERO),
        began: maybe_text(row, "began")?.as_deref().map(RowFields::read),
    })
}
