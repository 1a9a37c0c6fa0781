//! Why something cannot be sealed or opened.

use std::path::PathBuf;

use crate::platform::random::RandomError;

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("{}: the master key is missing: put it back from where you keep its copy", .file.display())]
    Missing { file: PathBuf },
    #[error("{}: the master key has {found} bytes and not 32: put it back from where you keep its copy", .file.display())]
    WrongSize { file: PathBuf, found: u64 },
    #[error("{}: others than its owner may read the master key (mode {mode:04o}): run chmod 600 on it", .file.display())]
    Exposed { file: PathBuf, mode: u32 },
    #[error("{}: the master key cannot be read or made ({reason}): check the directory and its permissions", .file.display())]
    Failed { file: PathBuf, reason: String },
    #[error(transparent)]
    Random(#[from] RandomError),
    #[error("{context}: cannot be sealed: it is too long")]
    Unsealable { context: String },
    #[error("{context}: does not open with this master key, or was altered or moved: set it anew")]
    Unopened { context: String },
}
