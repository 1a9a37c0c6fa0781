//! Where accounts are at home: sources from which they have logged in with key and code.

use jiff::Timestamp;

use super::future::StoreFuture;
use super::page::Listed;
use crate::domain::{OperatorName, SourceNet};

/// A source of one account, and when it last logged in from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    pub operator: OperatorName,
    pub source: SourceNet,
    pub at: Timestamp,
}

/// An account, and the source.
pub(in crate::store) type HomeKey = (OperatorName, String);

impl Listed for Home {
    type Key = HomeKey;

    fn key(&self) -> HomeKey {
        (self.operator.clone(), self.source.to_string())
    }
}

pub trait HomeStore: Send + Sync {
    /// Keeps a home, in the place of the same from before; of one account the newest `most`.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn keep<'a>(&'a self, home: &'a Home, most: u32) -> StoreFuture<'a, ()>;

    /// All homes, by account and source.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn homes(&self, after: Option<HomeKey>, limit: u32) -> StoreFuture<'_, Vec<Home>>;
}
