//! How one row follows another.

use serde::Serialize;

use crate::domain::Digest;
use crate::event::Entry;
use crate::evidence::chain;
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
    entry: &'a Entry,
}

/// The rows that tell of `entries`, one after the other, right after `head`.
pub(super) fn follow(mut head: Head, entries: &[Entry]) -> Result<Vec<NewRow>, StoreError> {
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let seq = head.seq + 1;
        let body = serde_json::to_string(&Numbered { seq, entry })
            .map_err(|error| StoreError::Failed { reason: format!("an entry is no JSON: {error}") })?;
        head = Head { seq, hash: link(head.hash, &body) };
        rows.push(NewRow { seq, at: entry.at, body, hash: head.hash });
    }
    Ok(rows)
}
