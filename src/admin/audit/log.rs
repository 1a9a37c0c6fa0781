//! The log: what was signed, by which keys, and what that proves of one row.

use serde::Serialize;

use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::super::say::no;
use super::view::View;
use crate::access::Services;
use crate::domain::Digest;
use crate::event::KeyCause;
use crate::evidence::log::{InclusionProof, inclusion_ranges, root_of_inclusion};
use crate::journal::NamedKey;
use crate::store::{CheckpointRow, Filter};

/// The key that people write down, and the one that signs now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogKeys {
    pub first: LogKeyEntry,
    pub current: LogKeyEntry,
}

/// A key, and the row that names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogKeyEntry {
    /// `first` or `current`.
    pub which: &'static str,
    pub row: u64,
    pub at: LocalTime,
    pub epoch: u64,
    pub cause: KeyCause,
    pub key: String,
}

/// A checkpoint, and the note that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogCheckpoint {
    pub origin: String,
    pub number: u64,
    /// How many rows it covers.
    pub rows: u64,
    pub root: Digest,
    pub profile: &'static str,
    pub at: LocalTime,
    /// As others read it: text and signatures.
    pub note: String,
}

/// That a row is in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowProof {
    pub row: u64,
    /// The checkpoint that it leads to.
    pub checkpoint: u64,
    /// As others read it (C2SP tlog-proof).
    pub proof: String,
}

pub(super) async fn keys(services: &Services) -> Result<LogKeys, AdminError> {
    let (first, current) = NamedKey::first_and_current(&services.store)
        .await?
        .ok_or_else(|| no!(services, NotFound, "audit.no-key"))?;
    let entry = |which, named: NamedKey| LogKeyEntry {
        which,
        row: named.seq,
        at: LocalTime::of(services, named.at),
        epoch: named.epoch,
        cause: named.cause,
        key: named.key.to_string(),
    };
    Ok(LogKeys { first: entry("first", first), current: entry("current", current) })
}

/// The last checkpoint, or the first that covers so many rows.
pub(super) async fn checkpoint(services: &Services, rows: Option<u64>) -> Result<LogCheckpoint, AdminError> {
    let found = match rows {
        Some(rows) => services.store.log().covering(rows).await?,
        None => services.store.log().last_checkpoint().await?,
    };
    let found = found.ok_or_else(|| no!(services, NotFound, "audit.no-checkpoint"))?;
    let (said, note) = found.read().ok_or_else(|| altered(services, &found))?;
    Ok(LogCheckpoint {
        origin: said.origin,
        number: said.number,
        rows: said.size,
        root: said.root,
        profile: said.profile.as_str(),
        at: LocalTime::of(services, said.at),
        note: note.to_string(),
    })
}

/// The row, and the hashes that lead from it to the first checkpoint that covers it. It reads a few tiles, however long
/// the log is; and hands out nothing that does not lead there.
pub(super) async fn proof(services: &Services, view: &View, row: u64) -> Result<RowProof, AdminError> {
    let filter = Filter { after: row.checked_sub(1), before: row.checked_add(1), ..Filter::default() };
    let found = services.store.journal().list(&filter, |row| view.shows_event(row)).await?;
    let Some(found) = found.first().filter(|found| found.seq == row) else {
        return Err(no!(services, NotFound, "audit.no-row", row = row));
    };
    let checkpoint = services.store.log().covering(row).await?;
    let checkpoint = checkpoint.ok_or_else(|| no!(services, Conflict, "audit.row-unsigned", row = row))?;
    let (said, note) = checkpoint.read().ok_or_else(|| altered(services, &checkpoint))?;
    let contradicted = || no!(services, Conflict, "audit.row-contradicted", row = row, number = said.number);
    let (index, entry) = (row - 1, found.body.as_bytes().to_vec());
    let ranges = inclusion_ranges(index, said.size).ok_or_else(contradicted)?;
    let hashes = services.store.log().roots(said.profile, &ranges).await?;
    let root = root_of_inclusion(said.profile, said.profile.leaf(&entry), index, said.size, &hashes);
    if root != Some(said.root) {
        return Err(contradicted());
    }
    let proof = InclusionProof { entry, index, hashes, checkpoint: note }.to_string();
    Ok(RowProof { row, checkpoint: said.number, proof })
}

fn altered(services: &Services, row: &CheckpointRow) -> AdminError {
    no!(services, Conflict, "audit.checkpoint-altered", number = row.number)
}
