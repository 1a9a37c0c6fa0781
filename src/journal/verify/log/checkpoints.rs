//! The checkpoints in the order of what they cover, a page at a time.

use std::collections::VecDeque;

use crate::store::{CheckpointRow, Listed as _, PAGE, Store, StoreError};

pub(super) struct Checkpoints<'s> {
    store: &'s Store,
    /// The last one that was there when the check began.
    last: i64,
    after: Option<(i64, i64)>,
    read: VecDeque<CheckpointRow>,
    over: bool,
}

impl<'s> Checkpoints<'s> {
    pub(super) async fn begin(store: &'s Store) -> Result<Self, StoreError> {
        let last = store.log().last_checkpoint().await?.map_or(i64::MIN, |row| row.id);
        Ok(Self { store, last, after: None, read: VecDeque::new(), over: false })
    }

    /// The next one that covers no more than so many rows.
    pub(super) async fn of(&mut self, size: u64) -> Result<Option<CheckpointRow>, StoreError> {
        self.fill().await?;
        let fits = |row: &CheckpointRow| row.size <= i64::try_from(size).unwrap_or(i64::MAX);
        Ok(if self.read.front().is_some_and(fits) { self.read.pop_front() } else { None })
    }

    /// The next one.
    pub(super) async fn next(&mut self) -> Result<Option<CheckpointRow>, StoreError> {
        self.fill().await?;
        Ok(self.read.pop_front())
    }

    async fn fill(&mut self) -> Result<(), StoreError> {
        while self.read.is_empty() && !self.over {
            let rows = self.store.log().checkpoints(self.after, PAGE).await?;
            self.over = rows.is_empty();
            self.after = rows.last().map(CheckpointRow::key).or(self.after);
            self.read.extend(rows.into_iter().filter(|row| row.id <= self.last));
        }
        Ok(())
    }
}
