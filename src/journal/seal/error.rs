//! Why nothing could be signed.

use std::path::PathBuf;

use crate::domain::{Language, Tell, english, text};
use crate::journal::request::JournalFailed;
use crate::platform::random::RandomError;
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum SealError {
    Exposed { file: PathBuf, mode: u32 },
    Key { file: PathBuf, reason: String },
    Contradicted { number: u64, size: u64 },
    Altered,
    Store(#[from] StoreError),
    Journal(#[from] JournalFailed),
    Random(#[from] RandomError),
    Ended,
}

english!(SealError);

impl Tell for SealError {
    fn told(&self, language: Language) -> String {
        match self {
            Self::Exposed { file, mode } => {
                text!(language, "seal.exposed", file = file.display(), mode = format!("{mode:04o}"))
            }
            Self::Key { file, reason } => {
                text!(language, "seal.key", file = file.display(), reason = reason)
            }
            Self::Contradicted { number, size } => {
                text!(language, "seal.contradicted", number = number, size = size)
            }
            Self::Altered => text!(language, "seal.altered"),
            Self::Store(error) => error.told(language),
            Self::Journal(error) => error.told(language),
            Self::Random(error) => error.told(language),
            Self::Ended => text!(language, "seal.ended"),
        }
    }
}
