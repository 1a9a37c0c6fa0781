//! Every policy that was ever applied, as numbered versions with the files themselves: what was in
//! force at any moment can be read again.
//!
//! In force is what the journal tells of last. A version is kept before its row is written, so one whose
//! row never came (the disk was full, the gateway died) is kept and never was in force.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::future::StoreFuture;
use super::page::Listed;
use crate::domain::Digest;

#[derive(Debug, Clone)]
pub struct NewPolicy<'a> {
    pub digest: Digest,
    pub author: &'a str,
    pub reason: &'a str,
    pub at: Timestamp,
    /// File name to content.
    pub files: &'a BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyVersion {
    /// Counts from 1.
    pub version: u64,
    pub digest: Digest,
    pub author: String,
    pub reason: String,
    pub applied_at: Timestamp,
    /// Whether it ever came into force.
    pub applied: bool,
}

impl Listed for PolicyVersion {
    type Key = u64;

    fn key(&self) -> u64 {
        self.version
    }
}

/// A version with its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFiles {
    pub version: PolicyVersion,
    pub files: BTreeMap<String, String>,
}

pub trait PolicyStore: Send + Sync {
    /// Keeps a policy as the next version and returns its number. It comes into force by its row in the
    /// journal.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn add<'a>(&'a self, new: &'a NewPolicy<'a>) -> StoreFuture<'a, u64>;

    /// The version that was applied last, if any was.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn in_force(&self) -> StoreFuture<'_, Option<PolicyFiles>>;

    /// One version, whether it came into force or not.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn version(&self, number: u64) -> StoreFuture<'_, Option<PolicyFiles>>;

    /// The versions, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn history(&self, after: Option<u64>, limit: u32) -> StoreFuture<'_, Vec<PolicyVersion>>;
}
