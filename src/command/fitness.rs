//! Whether this build can judge at all.

use super::{danger, wrap};
use crate::domain::{Language, Tell, english, text};

/// A table that is built in cannot be read: without it the judge would let pass what it should not.
#[derive(Debug, thiserror::Error)]
pub struct UnreadableTable(#[from] toml::de::Error);

english!(UnreadableTable);

impl Tell for UnreadableTable {
    fn told(&self, language: Language) -> String {
        text!(language, "start.commands", error = self.0)
    }
}

/// Whether this build can judge.
///
/// # Errors
/// The first table that cannot be read, and why.
pub fn check() -> Result<(), UnreadableTable> {
    danger::check()?;
    Ok(wrap::check()?)
}
