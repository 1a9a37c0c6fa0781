//! Rows that name the key which signs from there on.

use serde::Deserialize;

use crate::event::KeyCause;
use crate::evidence::log::LogKey;
use crate::store::{Filter, Store, StoreError};

/// A key as a row of the journal names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedKey {
    /// The row.
    pub seq: u64,
    pub at: jiff::Timestamp,
    pub epoch: u64,
    pub key: LogKey,
    pub cause: KeyCause,
}

pub(super) const KIND: &str = "log-key";

#[derive(Deserialize)]
struct Said {
    at: jiff::Timestamp,
    epoch: u64,
    key: String,
    cause: KeyCause,
}

impl NamedKey {
    /// Reads a row of this kind; none where its key is not one.
    pub fn read(seq: u64, body: &str) -> Option<Self> {
        let Said { at, epoch, key, cause } = serde_json::from_str(body).ok()?;
        Some(Self { seq, at, epoch, key: LogKey::parse(&key)?, cause })
    }

    /// The key that the running log began with, which people write down, and the one that signs now.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn first_and_current(store: &Store) -> Result<Option<(Self, Self)>, StoreError> {
        let Some(current) = Self::latest(store, 1).await?.pop() else { return Ok(None) };
        let first = match store.log().checkpoint(current.key.name(), 1).await? {
            // It was signed right behind the row that names its key.
            Some(row) => Self::before(store, Some(row.size.unsigned_abs() + 1), 1).await?.pop(),
            None => None,
        };
        let first = first.filter(|first| first.key.name() == current.key.name());
        Ok(Some((first.unwrap_or_else(|| current.clone()), current)))
    }

    /// The last ones that were named, the newest last.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn latest(store: &Store, count: usize) -> Result<Vec<Self>, StoreError> {
        Self::before(store, None, count).await
    }

    async fn before(store: &Store, before: Option<u64>, count: usize) -> Result<Vec<Self>, StoreError> {
        let kinds = vec![KIND.to_owned()];
        let filter = Filter { kinds, before, limit: Some(count), ..Filter::default() };
        let rows = store.journal().list(&filter, |_| true).await?;
        Ok(rows.iter().filter_map(|row| Self::read(row.seq, &row.body)).collect())
    }
}
