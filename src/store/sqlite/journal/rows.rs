//! Between the table's rows and the interface's.

use sqlx::sqlite::SqliteRow;

use crate::domain::Digest;
use crate::store::api::error::StoreError;
use crate::store::api::journal_row::{Head, NewRow};
use crate::store::sqlite::row::{count, plain, text, time};

/// The kinds of rows that sessions are made of: SQLite takes the index `journal_story` where it reads these words.
macro_rules! story {
    () => {
        "event IN ('session-started', 'channel-opened', 'recording-closed', 'session-ended')"
    };
}
pub(in crate::store::sqlite) use story;

/// The row that began a session.
pub(in crate::store::sqlite) const BEGAN: &str = concat!(
    "SELECT body FROM journal WHERE session = ? AND ",
    story!(),
    " AND event = 'session-started' ORDER BY seq LIMIT 1"
);

pub(super) fn hash(row: &SqliteRow) -> Result<Digest, StoreError> {
    let bytes: &[u8] = plain(row, "hash")?;
    let bytes =
        bytes.try_into().map_err(|_| StoreError::Corrupt { reason: "a hash is malformed".to_owned() })?;
    Ok(Digest(bytes))
}

pub(super) fn read_head(row: &SqliteRow) -> Result<Head, StoreError> {
    Ok(Head { seq: count(row, "seq")?, hash: hash(row)? })
}

pub(super) fn link_of(row: &SqliteRow) -> Result<NewRow, StoreError> {
    Ok(NewRow { seq: count(row, "seq")?, at: time(row, "at")?, body: text(row, "body")?, hash: hash(row)? })
}
