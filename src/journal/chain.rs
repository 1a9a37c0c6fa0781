//! How one row follows another.

use serde::Serialize;
use serde_json::Value;

use crate::domain::Digest;
use crate::event::JournalEntry;
use crate::evidence::{ROW_TEXT, brief, chain};
use crate::store::{Head, NewRow, StoreError};

/// The hash of a row: SHA-256 over the hash of the row before (32 bytes, zeros for the first) and the
/// row's canonical JSON.
pub fn link(before: Digest, body: &str) -> Digest {
    chain::next(before, body.as_bytes())
}

/// The canonical JSON of a row is this, as `serde_json` writes it: no spaces, fields in this order,
/// times in UTC.
#[derive(Serialize)]
struct Numbered<'a> {
    seq: u64,
    #[serde(flatten)]
    entry: &'a JournalEntry,
}

/// The rows that tell of `entries`, one after the other, right after `head`.
///
/// # Errors
/// When an entry is not JSON.
pub fn follow(mut head: Head, entries: &[JournalEntry]) -> Result<Vec<NewRow>, StoreError> {
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let seq = head.seq + 1;
        let body = serde_json::to_string(&Numbered { seq, entry })
            .and_then(bounded)
            .map_err(|error| StoreError::Failed { reason: format!("an entry is not JSON: {error}") })?;
        head = Head { seq, hash: link(head.hash, &body) };
        rows.push(NewRow { seq, at: entry.at, body, hash: head.hash });
    }
    Ok(rows)
}

/// The row with no text longer than [`ROW_TEXT`]: whatever a client sends, and in whichever field it comes to
/// stand, its row has the beginning, the length and the digest. Rows that need it are written with their fields
/// in the order of their names.
fn bounded(body: String) -> serde_json::Result<String> {
    if body.len() <= ROW_TEXT {
        return Ok(body);
    }
    let mut row: Value = serde_json::from_str(&body)?;
    match shorten(&mut row) {
        true => serde_json::to_string(&row),
        false => Ok(body),
    }
}

fn shorten(value: &mut Value) -> bool {
    match value {
        Value::String(text) if text.len() > ROW_TEXT => {
            *text = brief(text, ROW_TEXT).into_owned();
            true
        }
        Value::Array(values) => values.iter_mut().fold(false, |any, value| shorten(value) | any),
        Value::Object(fields) => fields.values_mut().fold(false, |any, value| shorten(value) | any),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::event::{Actor, Event};

    /// attack 2: names and commands went into rows as long as they came.
    #[test]
    fn a_long_text_is_its_beginning_its_length_and_its_digest() {
        let command = "rm -rf /u01; ".to_owned() + &"x".repeat(300_000);
        let event = Event::ConsoleCommand { command, exit: 2 };
        let actor = Actor::unproven("mallory");
        let entry =
            JournalEntry { at: jiff::Timestamp::UNIX_EPOCH, actor, source: None, through: None, event };
        let rows = follow(Head::EMPTY, &[entry]).unwrap();
        let row = rows.first().unwrap();
        assert!(row.body.len() < ROW_TEXT + 1024, "{} bytes", row.body.len());
        let said: Value = serde_json::from_str(&row.body).unwrap();
        let text = said.get("command").and_then(Value::as_str).unwrap();
        assert!(text.starts_with("rm -rf /u01; x") && text.contains("300013 bytes, SHA-256 "), "{text}");
        assert_eq!(row.hash, link(Digest::ZERO, &row.body));
    }
}
