//! The rows' hashes as they are stored, a tile at a time.

use super::super::report::Report;
use crate::domain::Digest;
use crate::evidence::log::{TILE_WIDTH, TileId};
use crate::store::{Store, StoreError};

pub(super) struct Leaves<'s> {
    store: &'s Store,
    open: Option<(u64, Vec<Digest>)>,
    /// The last tile that was told of.
    told: Option<u64>,
}

impl<'s> Leaves<'s> {
    pub(super) fn new(store: &'s Store) -> Self {
        Self { store, open: None, told: None }
    }

    /// The stored hash of a row, counted from 0; a tile that does not have it is told once.
    pub(super) async fn get(
        &mut self,
        index: u64,
        all: bool,
        report: &mut Report,
    ) -> Result<Option<Digest>, StoreError> {
        let width = TILE_WIDTH as u64;
        let (number, place) = (index / width, usize::try_from(index % width).unwrap_or(usize::MAX));
        if self.open.as_ref().is_none_or(|(open, _)| *open != number) {
            let id = TileId { level: 0, number };
            let found = self.store.log().tiles(&[id]).await?.into_iter().next();
            self.open = Some((number, found.map(|(_, hashes)| hashes).unwrap_or_default()));
        }
        let hash = self.open.as_ref().and_then(|(_, hashes)| hashes.get(place)).copied();
        if hash.is_none() && self.told.replace(number) != Some(number) {
            report.missing.add(all, "tile-missing", &TileId { level: 0, number }, String::new());
        }
        Ok(hash)
    }
}
