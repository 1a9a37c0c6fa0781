//! Which host keys of assets are trusted, and on whose word.

use jiff::Timestamp;

use super::future::StoreFuture;
use super::page::Listed;
use crate::domain::AssetName;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedHostKey {
    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
    /// As in an OpenSSH public key file.
    pub line: String,
    /// How it came to be trusted: `pinned`, `first-use` …
    pub how: String,
    pub at: Timestamp,
    pub by: String,
}

impl Listed for TrustedHostKey {
    type Key = (Timestamp, String);

    fn key(&self) -> (Timestamp, String) {
        (self.at, self.fingerprint.clone())
    }
}

pub trait HostKeyStore: Send + Sync {
    /// Trusts a key beside those that are trusted already; false when it was one of them.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn trust<'a>(&'a self, asset: &'a AssetName, key: &'a TrustedHostKey) -> StoreFuture<'a, bool>;

    /// Trusts a key only if none is trusted yet, decided in one step: of two first connections at
    /// once, one wins. False when there was one.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn trust_first<'a>(&'a self, asset: &'a AssetName, key: &'a TrustedHostKey) -> StoreFuture<'a, bool>;

    /// The trusted keys of an asset, oldest first. Asked whole, since each of them counts: they are few, at most
    /// `MOST_KEYS`, and more are an error.
    ///
    /// # Errors
    /// When there are more, or the database cannot be read.
    fn trusted<'a>(&'a self, asset: &'a AssetName) -> StoreFuture<'a, Vec<TrustedHostKey>>;

    /// Trusts a key no longer; false when it was not trusted.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn distrust<'a>(&'a self, asset: &'a AssetName, fingerprint: &'a str) -> StoreFuture<'a, bool>;
}

/// Keys that one asset may have: a cluster's hosts, each with several kinds.
pub(in crate::store) const MOST_KEYS: usize = 1000;
