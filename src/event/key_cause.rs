//! Why a log has a new key.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyCause {
    /// There was no key before.
    First,
    /// The gateway started.
    Start,
    /// The epoch of the key before was over.
    Epoch,
    /// The key before is not there any more: nobody vouches for this one.
    Lost,
}

impl KeyCause {
    /// Whether a log begins with it, which people pin anew.
    pub fn begins_a_log(self) -> bool {
        matches!(self, Self::First | Self::Lost)
    }
}
