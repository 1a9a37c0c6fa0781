//! Why something cannot be sealed or opened.

use std::path::PathBuf;

use crate::domain::{Language, Tell, english, text};
use crate::platform::SystemError;
use crate::platform::random::RandomError;

#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    Missing {
        file: PathBuf,
    },
    WrongSize {
        file: PathBuf,
        found: u64,
    },
    /// Others than its owner may read the master key.
    Exposed {
        file: PathBuf,
        mode: u32,
    },
    Failed {
        file: PathBuf,
        reason: SystemError,
    },
    Random(#[from] RandomError),
    Unsealable {
        context: String,
    },
    Unopened {
        context: String,
    },
}

english!(VaultError);

impl Tell for VaultError {
    fn told(&self, language: Language) -> String {
        match self {
            Self::Missing { file } => text!(language, "vault.missing", file = file.display()),
            Self::WrongSize { file, found } => {
                text!(language, "vault.size", file = file.display(), found = found)
            }
            Self::Exposed { file, mode } => {
                text!(language, "vault.exposed", file = file.display(), mode = format!("{mode:04o}"))
            }
            Self::Failed { file, reason } => {
                text!(language, "vault.failed", file = file.display(), reason = reason.told(language))
            }
            Self::Random(error) => error.told(language),
            Self::Unsealable { context } => text!(language, "vault.unsealable", context = context),
            Self::Unopened { context } => text!(language, "vault.unopened", context = context),
        }
    }
}
