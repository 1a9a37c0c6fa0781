use super::{checkpoints, tiles};
use crate::domain::Digest;
use crate::evidence::log::{Checkpoint, SignedNote, TileId};
use crate::store::api::future::StoreFuture;
use crate::store::api::log::{CheckpointRow, LogStore};
use crate::store::sqlite::database::Sqlite;

impl LogStore for Sqlite {
    fn size(&self) -> StoreFuture<'_, u64> {
        Box::pin(async move { tiles::size(&mut *self.read.acquire().await?).await })
    }

    fn tiles<'a>(&'a self, ids: &'a [TileId]) -> StoreFuture<'a, Vec<(TileId, Vec<Digest>)>> {
        Box::pin(async move {
            let mut from = self.read.acquire().await?;
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                found.extend(tiles::load(*id, &mut from).await?.map(|hashes| (*id, hashes)));
            }
            Ok(found)
        })
    }

    fn keep<'a>(&'a self, said: &'a Checkpoint, note: &'a SignedNote) -> StoreFuture<'a, ()> {
        Box::pin(async move { checkpoints::keep(self, said, note).await })
    }

    fn last_checkpoint(&self) -> StoreFuture<'_, Option<CheckpointRow>> {
        Box::pin(async move { checkpoints::last(self).await })
    }

    fn checkpoint<'a>(&'a self, origin: &'a str, number: u64) -> StoreFuture<'a, Option<CheckpointRow>> {
        Box::pin(async move { checkpoints::one(self, origin, number).await })
    }

    fn checkpoints(&self, after: Option<(i64, i64)>, limit: u32) -> StoreFuture<'_, Vec<CheckpointRow>> {
        Box::pin(async move { checkpoints::list(self, after, limit).await })
    }
}
