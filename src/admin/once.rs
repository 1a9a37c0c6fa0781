//! What is secret, and is told once: to whoever asked for it, and kept nowhere.

use std::fmt;

use serde::{Serialize, Serializer};
use zeroize::Zeroizing;

/// A secret in an outcome. Only its being told writes it: no log does.
#[derive(Clone, PartialEq, Eq)]
pub struct ToldOnce(Zeroizing<String>);

impl ToldOnce {
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// For the one place that shows it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ToldOnce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ToldOnce(…)")
    }
}

impl Serialize for ToldOnce {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
