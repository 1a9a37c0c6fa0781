//! Orders that wait for a second person, until they are settled one way or the other.

use jiff::Timestamp;

use super::future::StoreFuture;
use super::page::Listed;
use crate::domain::RequestId;
use crate::lockdown::PendingRequest;

impl Listed for PendingRequest {
    type Key = (Timestamp, RequestId);

    fn key(&self) -> (Timestamp, RequestId) {
        (self.at, self.id.clone())
    }
}

pub trait RequestStore: Send + Sync {
    /// Writes a request down.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn add<'a>(&'a self, request: &'a PendingRequest) -> StoreFuture<'a, ()>;

    /// Those that nobody has settled, lapsed ones too, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn open<'a>(
        &'a self,
        after: Option<(Timestamp, RequestId)>,
        limit: u32,
    ) -> StoreFuture<'a, Vec<PendingRequest>>;

    /// Closes one that nobody is to confirm any more; false when it is settled already. It counts as lapsed, before its
    /// time and by somebody's word.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn withdraw<'a>(&'a self, id: &'a RequestId, at: Timestamp, by: &'a str) -> StoreFuture<'a, bool>;

    /// Closes those whose time is over, at most a page of them, and returns them; the rest wait for the next call.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    fn lapse(&self, now: Timestamp) -> StoreFuture<'_, Vec<PendingRequest>>;
}
