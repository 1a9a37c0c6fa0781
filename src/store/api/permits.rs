//! Temporary access past a lockdown: a row for each, kept when it is over.

use jiff::Timestamp;

use super::future::StoreFuture;
use super::given::Given;
use super::page::Listed;
use crate::domain::PermitId;
use crate::lockdown::Permit;

/// A permit, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermitRow {
    pub permit: Permit,
    pub given_at: Timestamp,
    pub given_by: String,
    pub confirmed_by: Option<String>,
    /// When it was seen to be over.
    pub ended_at: Option<Timestamp>,
}

impl Listed for PermitRow {
    type Key = (Timestamp, PermitId);

    fn key(&self) -> (Timestamp, PermitId) {
        (self.given_at, self.permit.id.clone())
    }
}

pub trait PermitStore: Send + Sync {
    /// Writes a permit down. False when somebody else has settled the request.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn add<'a>(&'a self, permit: &'a Permit, given: Given<'a>) -> StoreFuture<'a, bool>;

    /// Notes that a permit is over.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn end<'a>(&'a self, id: &'a PermitId, at: Timestamp) -> StoreFuture<'a, ()>;

    /// Those that were not seen to end, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn open(&self, after: Option<(Timestamp, PermitId)>, limit: u32) -> StoreFuture<'_, Vec<PermitRow>>;

    /// All that were ever given, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn list(&self, after: Option<(Timestamp, PermitId)>, limit: u32) -> StoreFuture<'_, Vec<PermitRow>>;
}
