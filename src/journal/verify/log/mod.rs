//! The log beside the rows: each row against its hash, the hashes against the tiles above them, the tree against each
//! checkpoint, each checkpoint's signature along the chain of keys.
//!
//! The tree is built from the hashes that are stored, and not from the rows: so a row that was changed is named by its
//! number, and does not make all checkpoints behind it differ. Whoever changed the hashes as well made the next checkpoint
//! differ.

mod chains;
mod checkpoints;
mod leaves;
mod range;

use chains::Chains;
use checkpoints::Checkpoints;
use leaves::Leaves;
use range::range;

use super::report::Report;
use crate::domain::Digest;
use crate::evidence::log::{Edge, Frontier, LogKey, LogProfile, TILE_WIDTH, TileId};
use crate::store::{RawRow, Store, StoreError};

const PROFILE: LogProfile = LogProfile::Standard;

/// Follows the log from its first row on, as rows are read.
pub(super) struct LogCheck<'s> {
    store: &'s Store,
    /// Whoever asks may see all of it.
    all: bool,
    /// What the log had when the check began. What is written meanwhile is for the next one.
    size: u64,
    tree: Frontier,
    edge: Edge,
    leaves: Leaves<'s>,
    checkpoints: Checkpoints<'s>,
    chains: Chains,
}

impl<'s> LogCheck<'s> {
    pub(super) async fn begin(
        store: &'s Store,
        all: bool,
        pinned: Option<&LogKey>,
    ) -> Result<Self, StoreError> {
        // In this order: a checkpoint that is known covers rows that are, too.
        let checkpoints = Checkpoints::begin(store).await?;
        let size = store.log().size().await?;
        Ok(Self {
            store,
            all,
            size,
            tree: Frontier::empty(PROFILE),
            edge: Edge::new(PROFILE, 0, Default::default())?,
            leaves: Leaves::new(store),
            checkpoints,
            chains: Chains::new(pinned.cloned(), size),
        })
    }

    /// The next row. Those that are missing before it keep their places.
    pub(super) async fn row(
        &mut self,
        row: &RawRow,
        shown: bool,
        report: &mut Report,
    ) -> Result<(), StoreError> {
        let Some(seq) = u64::try_from(row.seq).ok().filter(|seq| (1..=self.size).contains(seq)) else {
            return Ok(());
        };
        self.up_to(seq - 1, report).await?;
        if self.size < seq {
            return Ok(());
        }
        let leaf = PROFILE.leaf(row.body.as_bytes());
        let stored = self.leaves.get(seq - 1, self.all, report).await?;
        if stored.is_some_and(|stored| stored != leaf) {
            report.altered.add(shown, "row-unlike-log", &row.seq, String::new());
        }
        self.chains.row(seq, &row.body, self.all, report);
        self.push(stored.unwrap_or(leaf), report).await
    }

    /// Takes in what the log has of rows that are not there. Where it has nothing either, it ends: a number that somebody
    /// made up does not keep the check busy for ever.
    async fn up_to(&mut self, size: u64, report: &mut Report) -> Result<(), StoreError> {
        while self.tree.size() < size {
            let Some(stored) = self.leaves.get(self.tree.size(), self.all, report).await? else {
                self.size = self.tree.size();
                break;
            };
            self.push(stored, report).await?;
        }
        Ok(())
    }

    async fn push(&mut self, leaf: Digest, report: &mut Report) -> Result<(), StoreError> {
        self.tree.push(leaf);
        self.edge.push(leaf);
        if self.tree.size().is_multiple_of(TILE_WIDTH as u64) {
            let changed = self.edge.take_changed();
            self.tiles(changed.into_iter().filter(|(_, hashes)| hashes.len() == TILE_WIDTH), report).await?;
        }
        while let Some(row) = self.checkpoints.of(self.tree.size()).await? {
            self.chains.checkpoint(&row, Some(&self.tree), self.all, report);
        }
        Ok(())
    }

    /// Compares tiles above the rows' hashes with those that are stored.
    async fn tiles(
        &self,
        tiles: impl Iterator<Item = (TileId, Vec<Digest>)>,
        report: &mut Report,
    ) -> Result<(), StoreError> {
        for (id, hashes) in tiles.filter(|(id, _)| id.level > 0) {
            match self.store.log().tiles(&[id]).await?.into_iter().next() {
                None => report.missing.add(self.all, "tile-missing", &id, String::new()),
                Some((_, stored)) if !stored.starts_with(&hashes) => {
                    report.altered.add(self.all, "tile-altered", &id, String::new());
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    /// All rows were read.
    pub(super) async fn end(mut self, report: &mut Report) -> Result<(), StoreError> {
        let read = self.tree.size();
        // What the log has of rows that are not there is compared with the checkpoints all the same.
        self.up_to(self.size, report).await?;
        if read < self.size {
            let which = range(read + 1, self.size);
            report.missing.add_many(self.size - read, self.all, "row-missing", &which, String::new());
        }
        self.tiles(self.edge.open().into_iter(), report).await?;
        while let Some(row) = self.checkpoints.next().await? {
            self.chains.checkpoint(&row, None, self.all, report);
        }
        self.chains.end(self.size, self.all, report);
        Ok(())
    }
}
