//! The database itself: whether it is built as it should be, and whole.

use std::pin::Pin;

use super::future::StoreFuture;

/// How the database differs from what it should be; each as `table journal`, `trigger x`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaFaults {
    pub missing: Vec<String>,
    pub altered: Vec<String>,
    pub added: Vec<String>,
}

/// What the database complains of in its own structures, in its words: lists go by indexes, and an index that leaves a
/// row out hides it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// An index does not say what its table says.
    Index {
        name: String,
        why: String,
    },
    Other(String),
}

pub(in crate::store) trait Upkeep: Send + Sync {
    /// Whether anything here was sealed by the vault: then a missing master key is a loss, and not a
    /// first start.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn holds_sealed(&self) -> StoreFuture<'_, bool>;

    /// Compares the database's schema with the one that this version makes.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn schema_faults(&self) -> StoreFuture<'_, SchemaFaults>;

    /// Whether an older version wrote the database, and a start brings it up to date.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn is_older(&self) -> StoreFuture<'_, bool>;

    /// Compares every index with its table, entry by entry, and looks at each page; the first hundred faults.
    ///
    /// # Errors
    /// When there is no connection. A check that breaks off says by what it did.
    fn damage(&self) -> StoreFuture<'_, Vec<Damage>>;

    /// Waits for what is under way and closes the database.
    fn close(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}
