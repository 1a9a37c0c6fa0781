//! Break-glass codes, as what they digest to. A code is spent by the write that finds it unspent.

use std::time::Duration;

use jiff::Timestamp;

use super::future::StoreFuture;
use super::given::Given;
use crate::domain::{Digest, OperatorName};

#[derive(Debug, Clone, Copy)]
pub struct NewCode {
    pub digest: Digest,
    /// How long it opens the account.
    pub opens: Duration,
}

pub trait BreakGlassStore: Send + Sync {
    /// Keeps codes of one account, all or none; those that it had are void. False when somebody else has settled the
    /// request.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn replace<'a>(
        &'a self,
        operator: &'a OperatorName,
        codes: &'a [NewCode],
        given: Given<'a>,
    ) -> StoreFuture<'a, bool>;

    /// How many unspent codes an account has.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn left<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, u64>;

    /// Spends a code; how long it opens the account, or `None` when there is no such unspent one.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn spend<'a>(
        &'a self,
        operator: &'a OperatorName,
        digest: Digest,
        at: Timestamp,
        from: &'a str,
    ) -> StoreFuture<'a, Option<Duration>>;
}
