//! How much harm an asset or a command can do.

use serde::{Deserialize, Serialize};

/// Ordered: a rule's `max_danger` admits what is no greater.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Danger {
    Low,
    #[default]
    Medium,
    High,
    Critical,
}

impl Danger {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}
