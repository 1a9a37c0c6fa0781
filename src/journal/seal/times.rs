//! How often something is signed.

use std::time::Duration;

#[derive(Debug, Clone, Copy)]
pub(super) struct SealTimes {
    /// From a row to the checkpoint that covers it, at most.
    pub(super) checkpoint: Duration,
    /// How long one key signs, at most, and how many rows.
    pub(super) epoch: Duration,
    pub(super) rows: u64,
}
