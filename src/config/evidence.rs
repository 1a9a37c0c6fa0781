//! How the evidence is signed: `[evidence]`.

use std::num::NonZeroU32;

use super::checks::some_time;
use super::unit::{TimeSpan, count};

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table, [evidence]")]
pub struct EvidenceConfig {
    /// From a row to the checkpoint that covers it, at most.
    #[serde(deserialize_with = "some_time")]
    pub checkpoint: TimeSpan,
    /// How long one key signs, at most.
    #[serde(deserialize_with = "some_time")]
    pub epoch: TimeSpan,
    /// How many rows it signs for, at most.
    pub epoch_rows: NonZeroU32,
}

impl Default for EvidenceConfig {
    fn default() -> Self {
        Self {
            checkpoint: TimeSpan::seconds(10),
            epoch: TimeSpan::seconds(10 * 60),
            epoch_rows: count(10_000),
        }
    }
}
