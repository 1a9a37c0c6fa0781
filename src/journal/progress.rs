//! How far the writer is, for whoever signs what it wrote.

use crate::event::{Event, JournalEntry};

/// Both only grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Progress {
    pub(super) rows: u64,
    /// Sessions that ended.
    pub(super) ended: u64,
}

impl Progress {
    pub(super) fn add(&mut self, entries: &[JournalEntry]) {
        let ended = |entry: &&JournalEntry| matches!(entry.event, Event::SessionEnded { .. });
        self.rows += entries.len() as u64;
        self.ended += entries.iter().filter(ended).count() as u64;
    }
}
