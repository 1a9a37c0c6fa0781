//! The log beside the journal: its tiles, which are written with the rows, and the checkpoints over it. What they mean is
//! [`crate::evidence::log`]'s matter; that they hold together is for `audit verify` to say.

use super::error::StoreError;
use super::future::StoreFuture;
use super::page::Listed;
use crate::domain::Digest;
use crate::evidence::log::{Checkpoint, LeafRange, LogProfile, MissingTile, SignedNote, TileId, Tiles};

/// A checkpoint as it lies in the database, which nobody has believed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointRow {
    /// In the order in which they were kept.
    pub id: i64,
    pub origin: String,
    pub number: i64,
    /// How many rows it covers.
    pub size: i64,
    /// Microseconds since 1970.
    pub at: i64,
    pub note: String,
}

impl CheckpointRow {
    /// What it says, if its columns and its text say the same; who signed it is another question.
    pub fn read(&self) -> Option<(Checkpoint, SignedNote)> {
        let note = SignedNote::parse(&self.note)?;
        let said = Checkpoint::parse(&note.text).ok()?;
        let same = said.origin == self.origin
            && i64::try_from(said.number) == Ok(self.number)
            && i64::try_from(said.size) == Ok(self.size)
            && said.at.as_microsecond() == self.at;
        same.then_some((said, note))
    }
}

/// Checkpoints in the order of what they cover.
impl Listed for CheckpointRow {
    type Key = (i64, i64);

    fn key(&self) -> Self::Key {
        (self.size, self.id)
    }
}

pub trait LogStore: Send + Sync {
    /// How many rows are in the log.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn size(&self) -> StoreFuture<'_, u64>;

    /// Those of these tiles that there are.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn tiles<'a>(&'a self, ids: &'a [TileId]) -> StoreFuture<'a, Vec<(TileId, Vec<Digest>)>>;

    /// Keeps a checkpoint; of each log, a number is given once.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn keep<'a>(&'a self, said: &'a Checkpoint, note: &'a SignedNote) -> StoreFuture<'a, ()>;

    /// The one that was kept last.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn last_checkpoint(&self) -> StoreFuture<'_, Option<CheckpointRow>>;

    /// One log's checkpoint of this number.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn checkpoint<'a>(&'a self, origin: &'a str, number: u64) -> StoreFuture<'a, Option<CheckpointRow>>;

    /// The next checkpoints in the order of their size, behind a key.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn checkpoints(&self, after: Option<(i64, i64)>, limit: u32) -> StoreFuture<'_, Vec<CheckpointRow>>;
}

impl dyn LogStore + '_ {
    /// The roots over ranges of rows, from the stored tiles.
    ///
    /// # Errors
    /// When the database cannot be read, or a tile is not there.
    pub async fn roots(&self, profile: LogProfile, ranges: &[LeafRange]) -> Result<Vec<Digest>, StoreError> {
        let tiles = self.tiles(&Tiles::of(ranges)).await?;
        Ok(Tiles::new(profile, tiles).roots(ranges)?)
    }

    /// The root over the first rows.
    ///
    /// # Errors
    /// When the database cannot be read, or a tile is not there.
    pub async fn root(&self, profile: LogProfile, size: u64) -> Result<Digest, StoreError> {
        let roots = self.roots(profile, &[(0, size)]).await?;
        Ok(roots.first().copied().unwrap_or_else(|| profile.empty()))
    }

    /// The first checkpoint that covers so many rows.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn covering(&self, size: u64) -> Result<Option<CheckpointRow>, StoreError> {
        let before = i64::try_from(size).unwrap_or(i64::MAX).saturating_sub(1);
        Ok(self.checkpoints(Some((before, i64::MAX)), 1).await?.into_iter().next())
    }
}

impl From<MissingTile> for StoreError {
    fn from(missing: MissingTile) -> Self {
        Self::Corrupt { reason: missing.to_string() }
    }
}
