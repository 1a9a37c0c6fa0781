//! What an operator does on an asset, as policy tells it apart.

use std::fmt;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    Shell,
    Exec,
    Sftp,
    Scp,
    Forward,
}

impl Protocol {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shell => "shell",
            Self::Exec => "exec",
            Self::Sftp => "sftp",
            Self::Scp => "scp",
            Self::Forward => "forward",
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What is done to files, for `sftp` and `scp`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileAccess {
    /// Look at names and attributes.
    #[default]
    List,
    /// Bytes leave the asset.
    Download,
    /// Bytes reach the asset.
    Upload,
    /// Rename, remove, set attributes, make links and directories.
    Change,
}
