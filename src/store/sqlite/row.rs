//! Between columns and values. What does not read back is damage, and is told as such.

use jiff::Timestamp;
use serde::de::{DeserializeOwned, value::StrDeserializer};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::store::api::error::StoreError;
use crate::store::api::page::MOST;

pub(super) fn damaged(column: &str, why: &impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt { reason: format!("column {column}: {why}") }
}

/// A column as SQLite holds it.
pub(super) fn plain<'r, T>(row: &'r SqliteRow, column: &'static str) -> Result<T, StoreError>
where
    T: sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
{
    row.try_get(column).map_err(|error| damaged(column, &error))
}

/// A text that may be damaged: what is not UTF-8 in it is replaced, so that its row is read and its hash differs.
pub(super) fn text(row: &SqliteRow, column: &'static str) -> Result<String, StoreError> {
    plain::<&[u8]>(row, column).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}

/// The same where there may be none.
pub(super) fn maybe_text(row: &SqliteRow, column: &'static str) -> Result<Option<String>, StoreError> {
    Ok(plain::<Option<&[u8]>>(row, column)?.map(|bytes| String::from_utf8_lossy(bytes).into_owned()))
}

fn read_word<T: DeserializeOwned>(column: &str, text: &str) -> Result<T, StoreError> {
    T::deserialize(StrDeserializer::<serde::de::value::Error>::new(text)).map_err(|e| damaged(column, &e))
}

/// A name, an id or a fixed word.
pub(super) fn word<T: DeserializeOwned>(row: &SqliteRow, column: &'static str) -> Result<T, StoreError> {
    read_word(column, plain(row, column)?)
}

pub(super) fn maybe_word<T: DeserializeOwned>(
    row: &SqliteRow,
    column: &'static str,
) -> Result<Option<T>, StoreError> {
    plain::<Option<&str>>(row, column)?.map(|text| read_word(column, text)).transpose()
}

/// A value that is kept as JSON.
pub(super) fn json<T: DeserializeOwned>(row: &SqliteRow, column: &'static str) -> Result<T, StoreError> {
    serde_json::from_str(plain(row, column)?).map_err(|error| damaged(column, &error))
}

pub(super) fn time(row: &SqliteRow, column: &'static str) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(plain(row, column)?).map_err(|error| damaged(column, &error))
}

pub(super) fn maybe_time(row: &SqliteRow, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
    let micros: Option<i64> = plain(row, column)?;
    micros.map(Timestamp::from_microsecond).transpose().map_err(|error| damaged(column, &error))
}

/// A count, which SQLite keeps in 63 bits.
pub(super) fn count(row: &SqliteRow, column: &'static str) -> Result<u64, StoreError> {
    plain::<i64>(row, column)?.try_into().map_err(|error| damaged(column, &error))
}

/// The largest count that SQLite can hold stands for every larger one.
pub(super) fn whole(count: u64) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// The word that serde writes for a fieldless variant.
pub(super) fn spell(word: &impl serde::Serialize) -> Result<String, StoreError> {
    match serde_json::to_value(word) {
        Ok(serde_json::Value::String(text)) => Ok(text),
        _ => Err(StoreError::Failed { reason: "a value is not a single word".to_owned() }),
    }
}

pub(super) fn to_json(value: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Failed { reason: error.to_string() })
}

/// How many rows a page may have.
pub(super) fn at_most(limit: u32) -> i64 {
    i64::from(limit.min(MOST))
}

/// Where a list by time begins: behind a key, or with the first row that there is.
pub(super) fn behind<Id: ToString>(key: Option<(Timestamp, Id)>) -> (i64, String) {
    key.map_or((i64::MIN, String::new()), |(at, id)| (at.as_microsecond(), id.to_string()))
}
