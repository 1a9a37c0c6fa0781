//! What is wrong with the secret of one-time codes.

use crate::domain::{Language, Tell, english, text};

/// Text that is not a secret for codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSecret {
    NotBase32,
    Short,
    NotHex,
    GmLength,
}

english!(InvalidSecret);

impl Tell for InvalidSecret {
    fn told(&self, language: Language) -> String {
        match self {
            Self::NotBase32 => text!(language, "code-secret.base32"),
            Self::Short => text!(language, "code-secret.short"),
            Self::NotHex => text!(language, "code-secret.hex"),
            Self::GmLength => text!(language, "code-secret.gm-length"),
        }
    }
}
