//! What can be wrong with the authority, and the mend.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::platform::key_file::KeyFileFault;
use crate::vault::VaultError;

#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    #[error("{}: it is missing: put it back from where you keep its copy", .0.display())]
    Missing(PathBuf),
    #[error("{}: others than its owner may read it (mode {mode:04o}): run chmod 600 on it", .file.display())]
    Exposed { file: PathBuf, mode: u32 },
    #[error("{}: it cannot be read ({reason}): check the directory and its permissions", .file.display())]
    Unread { file: PathBuf, reason: String },
    #[error("{}: {error}; or move authority.key and authority.pem away, and enrol the devices anew", .file.display())]
    Sealed { file: PathBuf, error: VaultError },
    #[error(transparent)]
    Vault(#[from] VaultError),
    #[error(
        "{}: the authority's certificate or key is damaged, or they are not each other's: put both back from your copy",
        .file.display()
    )]
    Broken { file: PathBuf },
    #[error(
        "{}: the authority's time is over: move authority.pem and authority.key away, and enrol the devices anew",
        .file.display()
    )]
    Expired { file: PathBuf },
    #[error("the authority itself ends at {until}: choose an earlier end for the device")]
    TooLong { until: Timestamp },
    #[error("{}: it cannot be written ({reason}): check the directory and its permissions", .file.display())]
    Kept { file: PathBuf, reason: String },
    #[error("a certificate cannot be made: {reason}")]
    Failed { reason: String },
}

impl AuthorityError {
    pub(super) fn unread(file: &Path, fault: KeyFileFault) -> Self {
        let file = file.to_owned();
        match fault {
            KeyFileFault::Missing => Self::Missing(file),
            KeyFileFault::Exposed { mode } => Self::Exposed { file, mode },
            KeyFileFault::Failed(error) => Self::Unread { file, reason: error.to_string() },
        }
    }

    pub(super) fn kept(file: &Path, error: &std::io::Error) -> Self {
        Self::Kept { file: file.to_owned(), reason: error.to_string() }
    }
}
