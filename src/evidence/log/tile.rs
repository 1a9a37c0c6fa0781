//! Hashes as they are stored: 256 of one height together (C2SP tlog-tiles).

use std::collections::BTreeMap;

use super::frontier::root_of;
use super::node::{Node, cover};
use super::profile::LogProfile;
use crate::domain::Digest;

/// Hashes of a full tile.
pub const TILE_WIDTH: usize = 256;
/// A tile spans so many heights of the tree: 256 is 2 to the power of it.
pub(super) const TILE_HEIGHT: u32 = 8;

/// Where a tile stands: its hashes are the roots of subtrees of `256^level` leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    pub level: u8,
    pub number: u64,
}

impl std::fmt::Display for TileId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.level, self.number)
    }
}

/// Leaves from the first on and up to, not including, the second.
pub type LeafRange = (u64, u64);

/// A tile that is not there, or has fewer hashes than it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("tile {0} of the log is missing or too short")]
pub struct MissingTile(pub TileId);

/// Some tiles of a log, and what follows from them.
#[derive(Debug, Clone)]
pub struct Tiles {
    profile: LogProfile,
    tiles: BTreeMap<TileId, Vec<Digest>>,
}

impl Tiles {
    pub fn new(profile: LogProfile, tiles: impl IntoIterator<Item = (TileId, Vec<Digest>)>) -> Self {
        Self { profile, tiles: tiles.into_iter().collect() }
    }

    /// The tiles that the roots of these ranges are computed from.
    pub fn of(ranges: &[LeafRange]) -> Vec<TileId> {
        let nodes = ranges.iter().flat_map(|(start, end)| cover(*start, *end));
        let mut ids: Vec<_> = nodes.map(|node| place(node).0).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The root over each of these ranges.
    ///
    /// # Errors
    /// When a tile is not among these.
    pub fn roots(&self, ranges: &[LeafRange]) -> Result<Vec<Digest>, MissingTile> {
        ranges.iter().map(|(start, end)| self.root(*start, *end)).collect()
    }

    fn root(&self, start: u64, end: u64) -> Result<Digest, MissingTile> {
        let peaks: Result<Vec<_>, _> = cover(start, end).into_iter().map(|node| self.node(node)).collect();
        Ok(root_of(self.profile, &peaks?))
    }

    fn node(&self, node: Node) -> Result<Digest, MissingTile> {
        let (id, from, count) = place(node);
        let hashes = self.tiles.get(&id).and_then(|tile| tile.get(from..from + count));
        hashes.map(|hashes| joined(self.profile, hashes)).ok_or(MissingTile(id))
    }
}

/// The tile that a subtree's hash is computed from, and which of its hashes.
fn place(node: Node) -> (TileId, usize, usize) {
    let (level, within) = (node.height / TILE_HEIGHT, node.height % TILE_HEIGHT);
    let first = node.number << within;
    let width = TILE_WIDTH as u64;
    // Both fit: a height is below 64, a place in a tile below 256.
    let id = TileId { level: u8::try_from(level).unwrap_or(u8::MAX), number: first / width };
    (id, usize::try_from(first % width).unwrap_or(usize::MAX), 1 << within)
}

/// The root over a power of two of hashes of one height.
pub(super) fn joined(profile: LogProfile, hashes: &[Digest]) -> Digest {
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        level = level.as_chunks::<2>().0.iter().map(|[left, right]| profile.node(*left, *right)).collect();
    }
    root_of(profile, &level)
}
