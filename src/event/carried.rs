//! How much a channel carried, and what of it.

use serde::{Deserialize, Serialize};

use crate::domain::Digest;

/// How much went one way, and what it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stream {
    pub bytes: u64,
    pub sha256: Digest,
}

/// Bytes of a recording's streams that are neither in its beginning nor in its end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unrecorded {
    #[serde(rename = "in")]
    pub input: u64,
    #[serde(rename = "out")]
    pub output: u64,
    #[serde(rename = "err")]
    pub errors: u64,
}

impl Unrecorded {
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    pub fn bytes(&self) -> u64 {
        self.input.saturating_add(self.output).saturating_add(self.errors)
    }
}

/// What a recorded channel carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Carried {
    #[serde(rename = "in")]
    pub input: Stream,
    #[serde(rename = "out")]
    pub output: Stream,
    #[serde(rename = "err")]
    pub errors: Stream,
    #[serde(skip_serializing_if = "Unrecorded::is_none")]
    pub unrecorded: Unrecorded,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde calls it
pub(super) fn is_zero(count: &u64) -> bool {
    *count == 0
}
