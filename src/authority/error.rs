//! What can be wrong with the authority, and the mend.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::domain::{Language, Tell, english, text};
use crate::platform::SystemError;
use crate::platform::key_file::KeyFileFault;
use crate::vault::VaultError;

#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    Missing(PathBuf),
    Exposed { file: PathBuf, mode: u32 },
    Unread { file: PathBuf, reason: SystemError },
    Sealed { file: PathBuf, error: VaultError },
    Vault(#[from] VaultError),
    Broken { file: PathBuf },
    Expired { file: PathBuf },
    TooLong { until: Timestamp },
    Kept { file: PathBuf, reason: SystemError },
    Failed { reason: String },
}

impl AuthorityError {
    pub(super) fn unread(file: &Path, fault: KeyFileFault) -> Self {
        let file = file.to_owned();
        match fault {
            KeyFileFault::Missing => Self::Missing(file),
            KeyFileFault::Exposed { mode } => Self::Exposed { file, mode },
            KeyFileFault::Failed(error) => Self::Unread { file, reason: error.into() },
        }
    }

    pub(super) fn kept(file: &Path, error: &std::io::Error) -> Self {
        Self::Kept { file: file.to_owned(), reason: error.into() }
    }
}

english!(AuthorityError);

impl Tell for AuthorityError {
    fn told(&self, language: Language) -> String {
        match self {
            Self::Missing(file) => text!(language, "authority.missing", file = file.display()),
            Self::Exposed { file, mode } => {
                text!(language, "authority.exposed", file = file.display(), mode = format!("{mode:04o}"))
            }
            Self::Unread { file, reason } => {
                text!(language, "authority.unread", file = file.display(), reason = reason.told(language))
            }
            Self::Sealed { file, error } => {
                text!(language, "authority.sealed", file = file.display(), error = error.told(language))
            }
            Self::Vault(error) => error.told(language),
            Self::Broken { file } => text!(language, "authority.broken", file = file.display()),
            Self::Expired { file } => text!(language, "authority.expired", file = file.display()),
            Self::TooLong { until } => text!(language, "authority.too-long", until = until),
            Self::Kept { file, reason } => {
                text!(language, "authority.kept", file = file.display(), reason = reason.told(language))
            }
            Self::Failed { reason } => text!(language, "authority.failed", reason = reason),
        }
    }
}
