//! Checkpoints as rows of the database.

use sqlx::sqlite::SqliteRow;

use crate::evidence::log::{Checkpoint, SignedNote};
use crate::store::api::error::StoreError;
use crate::store::api::log::CheckpointRow;
use crate::store::sqlite::database::Sqlite;
use crate::store::sqlite::row::{at_most, plain, text, whole};

const KEEP: &str = "INSERT INTO log_checkpoint (origin, number, size, at, note) VALUES (?, ?, ?, ?, ?)";

macro_rules! checkpoints {
    ($rest:literal) => {
        concat!("SELECT id, origin, number, size, at, note FROM log_checkpoint ", $rest)
    };
}
const LAST: &str = checkpoints!("ORDER BY id DESC LIMIT 1");
const ONE: &str = checkpoints!("WHERE origin = ? AND number = ?");
const LIST: &str = checkpoints!("WHERE (size, id) > (?, ?) ORDER BY size, id LIMIT ?");

pub(super) async fn keep(db: &Sqlite, said: &Checkpoint, note: &SignedNote) -> Result<(), StoreError> {
    let query = sqlx::query(KEEP).bind(said.origin.as_str()).bind(whole(said.number)).bind(whole(said.size));
    query.bind(said.at.as_microsecond()).bind(note.to_string()).execute(&db.write).await?;
    Ok(())
}

pub(super) async fn last(db: &Sqlite) -> Result<Option<CheckpointRow>, StoreError> {
    sqlx::query(LAST).fetch_optional(&db.read).await?.as_ref().map(read).transpose()
}

pub(super) async fn one(db: &Sqlite, origin: &str, number: u64) -> Result<Option<CheckpointRow>, StoreError> {
    let query = sqlx::query(ONE).bind(origin).bind(whole(number));
    query.fetch_optional(&db.read).await?.as_ref().map(read).transpose()
}

pub(super) async fn list(
    db: &Sqlite,
    after: Option<(i64, i64)>,
    limit: u32,
) -> Result<Vec<CheckpointRow>, StoreError> {
    let (size, id) = after.unwrap_or((i64::MIN, i64::MIN));
    let query = sqlx::query(LIST).bind(size).bind(id).bind(at_most(limit));
    query.fetch_all(&db.read).await?.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> Result<CheckpointRow, StoreError> {
    Ok(CheckpointRow {
        id: plain(row, "id")?,
        origin: text(row, "origin")?,
        number: plain(row, "number")?,
        size: plain(row, "size")?,
        at: plain(row, "at")?,
        note: text(row, "note")?,
    })
}
