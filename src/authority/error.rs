//! What can be wrong with the authority, and the mend.

use std::path::PathBuf;

use jiff::Timestamp;

use crate::private::Unreadable;
use crate::vault::VaultError;

#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
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
