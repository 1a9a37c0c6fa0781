//! The right edge of a log: the tiles that are not full yet, one a level at most. What is appended changes these alone.

use std::collections::BTreeMap;

use super::profile::LogProfile;
use super::tile::{MissingTile, TILE_HEIGHT, TILE_WIDTH, TileId, joined};
use crate::domain::Digest;

#[derive(Debug, Clone)]
pub struct Edge {
    profile: LogProfile,
    size: u64,
    /// By level: the hashes of the tile that is not full.
    open: Vec<Vec<Digest>>,
    /// Tiles that became full since the last time somebody asked.
    full: BTreeMap<TileId, Vec<Digest>>,
    /// Levels whose open tile changed since then.
    touched: usize,
}

/// The tile of a level that takes the next hash in a log of this size, and how many it has.
fn next(size: u64, level: u32) -> (TileId, usize) {
    let hashes = size.checked_shr(TILE_HEIGHT * level).unwrap_or(0);
    let width = TILE_WIDTH as u64;
    let id = TileId { level: u8::try_from(level).unwrap_or(u8::MAX), number: hashes / width };
    (id, usize::try_from(hashes % width).unwrap_or(0))
}

impl Edge {
    /// The tiles that a log of this size has open.
    pub fn of(size: u64) -> Vec<TileId> {
        let open =
            (0..u64::BITS / TILE_HEIGHT).map(|level| next(size, level)).filter(|(_, width)| *width > 0);
        open.map(|(id, _)| id).collect()
    }

    /// The edge of a log of this size, from its open tiles. What a tile has beyond that size does not count.
    ///
    /// # Errors
    /// When one of [`Edge::of`] is not there.
    pub fn new(
        profile: LogProfile,
        size: u64,
        mut tiles: BTreeMap<TileId, Vec<Digest>>,
    ) -> Result<Self, MissingTile> {
        let mut open = Vec::new();
        for level in 0..u64::BITS / TILE_HEIGHT {
            let (id, width) = next(size, level);
            let mut hashes = tiles.remove(&id).unwrap_or_default();
            if hashes.len() < width {
                return Err(MissingTile(id));
            }
            hashes.truncate(width);
            open.push(hashes);
        }
        Ok(Self { profile, size, open, full: BTreeMap::new(), touched: 0 })
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    /// Takes in the hash of the next leaf.
    pub fn push(&mut self, leaf: Digest) {
        let mut hash = leaf;
        for (level, open) in (0..).zip(&mut self.open) {
            let (id, _) = next(self.size, level);
            open.push(hash);
            self.touched = self.touched.max(usize::from(id.level) + 1);
            if open.len() < TILE_WIDTH {
                break;
            }
            hash = joined(self.profile, open);
            self.full.insert(id, std::mem::take(open));
        }
        self.size += 1;
    }

    /// The tiles that have changed since the last call, as they are now.
    pub fn take_changed(&mut self) -> Vec<(TileId, Vec<Digest>)> {
        let mut changed: Vec<_> = std::mem::take(&mut self.full).into_iter().collect();
        let touched = std::mem::take(&mut self.touched);
        changed.extend(self.open().into_iter().filter(|(id, _)| usize::from(id.level) < touched));
        changed
    }

    /// The tiles that are not full, as they are now.
    pub fn open(&self) -> Vec<(TileId, Vec<Digest>)> {
        let open = (0..).zip(&self.open).filter(|(_, open)| !open.is_empty());
        open.map(|(level, open)| (next(self.size, level).0, open.clone())).collect()
    }
}
