//! What can go wrong with a database, sorted by what somebody has to do about it.

use std::path::PathBuf;

use crate::domain::{Language, Tell, english, text};
use crate::platform::SystemError;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    Unopened {
        file: PathBuf,
        reason: SystemError,
    },
    /// A newer version wrote it.
    Newer {
        file: PathBuf,
        found: i64,
        known: i64,
    },
    /// Its schema is not as this program left it.
    Altered {
        file: PathBuf,
        reason: String,
    },
    ReadOnlyFile {
        file: PathBuf,
    },
    CorruptFile {
        file: PathBuf,
        reason: String,
    },
    /// It has more rows of a kind than are kept in memory.
    TooMany {
        most: usize,
    },
    Full,
    ReadOnly,
    /// Another process holds it.
    Busy,
    Corrupt {
        reason: String,
    },
    Failed {
        reason: String,
    },
}

english!(StoreError);

impl Tell for StoreError {
    fn told(&self, language: Language) -> String {
        match self {
            Self::Unopened { file, reason } => {
                text!(language, "store.unopened", file = file.display(), reason = reason.told(language))
            }
            Self::Newer { file, found, known } => {
                text!(language, "store.newer", file = file.display(), found = found, known = known)
            }
            Self::Altered { file, reason } => {
                text!(language, "store.altered", file = file.display(), reason = reason)
            }
            Self::ReadOnlyFile { file } => text!(language, "store.read-only-file", file = file.display()),
            Self::CorruptFile { file, reason } => {
                text!(language, "store.corrupt-file", file = file.display(), reason = reason)
            }
            Self::TooMany { most } => text!(language, "store.too-many", most = most),
            Self::Full => text!(language, "store.full"),
            Self::ReadOnly => text!(language, "store.read-only"),
            Self::Busy => text!(language, "store.busy"),
            Self::Corrupt { reason } => text!(language, "store.corrupt", reason = reason),
            Self::Failed { reason } => text!(language, "store.failed", reason = reason),
        }
    }
}
