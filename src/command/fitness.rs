//! Whether this build can judge at all.

use super::{danger, wrap};

/// A table that is built in cannot be read: without it the judge would let pass what it should not.
#[derive(Debug, thiserror::Error)]
#[error("this build cannot judge commands: {0}")]
pub struct UnreadableTable(#[from] toml::de::Error);

/// Whether this build can judge.
///
/// # Errors
/// The first table that cannot be read, and why.
pub fn check() -> Result<(), UnreadableTable> {
    danger::check()?;
    Ok(wrap::check()?)
}
