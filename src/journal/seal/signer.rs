//! One epoch's key, and what it may sign.

use jiff::Timestamp;

use super::error::SealError;
use crate::evidence::log::{Checkpoint, EpochKey, LogProfile};
use crate::journal::named::NamedKey;
use crate::store::Store;

#[derive(Debug)]
pub(super) struct Signer {
    key: EpochKey,
    named: NamedKey,
    /// The last checkpoint of this log.
    last: Option<Checkpoint>,
    /// What the log had when this key came into force.
    from: u64,
}

impl Signer {
    /// `key` signs for the log of the row that names it, or that will name the next one.
    pub(super) async fn new(key: EpochKey, named: NamedKey, store: &Store) -> Result<Self, SealError> {
        let last = match store.log().last_checkpoint().await? {
            Some(row) if row.origin == named.key.name() => Some(row.read().ok_or(SealError::Altered)?.0),
            _ => None,
        };
        let from = last.as_ref().map_or(0, |last| last.size).max(named.seq);
        Ok(Self { key, named, last, from })
    }

    /// The row that names this key.
    pub(super) fn named(&self) -> &NamedKey {
        &self.named
    }

    /// Whether a checkpoint covers so many rows.
    pub(super) fn covers(&self, rows: u64) -> bool {
        self.last.as_ref().is_some_and(|last| last.size >= rows)
    }

    /// Rows that this key has vouched for since it came into force.
    pub(super) fn used(&self) -> u64 {
        self.last.as_ref().map_or(0, |last| last.size.saturating_sub(self.from))
    }

    /// Signs how the log is now, if it has grown. Nothing is signed that contradicts what was signed before.
    pub(super) async fn sign(&mut self, store: &Store, now: Timestamp) -> Result<(), SealError> {
        let size = store.log().size().await?;
        self.agrees(store, size).await?;
        if size == 0 || self.covers(size) {
            return Ok(());
        }
        let profile = LogProfile::Standard;
        let said = Checkpoint {
            origin: self.named.key.name().to_owned(),
            size,
            root: store.log().root(profile, size).await?,
            profile,
            at: Timestamp::from_second(now.as_second()).unwrap_or(now),
            number: self.last.as_ref().map_or(0, |last| last.number) + 1,
        };
        store.log().keep(&said, &said.signed(&self.key)).await?;
        self.last = Some(said);
        Ok(())
    }

    /// Whether the log still begins with what was signed last.
    pub(super) async fn agrees(&self, store: &Store, size: u64) -> Result<(), SealError> {
        let Some(last) = &self.last else { return Ok(()) };
        let contradicted = || SealError::Contradicted { number: last.number, size: last.size };
        if size < last.size || store.journal().head().await?.seq < last.size {
            return Err(contradicted());
        }
        let root = store.log().root(last.profile, last.size).await.map_err(|_| contradicted())?;
        if root == last.root { Ok(()) } else { Err(contradicted()) }
    }
}
