//! How a session ended.

use serde::{Deserialize, Serialize};

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// Either side was done.
    Closed,
    /// The gateway ended it: lockdown, policy, end of the grant.
    Cut,
    /// Something failed: the asset, the recording, the journal.
    Error,
    /// The gateway itself died; found at the next start.
    Interrupted,
}

impl Ending {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Cut => "cut",
            Self::Error => "error",
            Self::Interrupted => "interrupted",
        }
    }
}
