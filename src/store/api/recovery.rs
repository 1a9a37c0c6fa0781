//! Recovery codes, as what they digest to. A code is spent by the write that finds it unspent.

use jiff::Timestamp;

use super::future::StoreFuture;
use crate::domain::{Digest, OperatorName};

pub trait RecoveryStore: Send + Sync {
    /// Keeps the codes of an account; those that it had are void. False: its factors were changed after `of`, the last
    /// change that whoever draws the codes knows of.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn replace<'a>(
        &'a self,
        operator: &'a OperatorName,
        codes: &'a [Digest],
        at: Timestamp,
        of: Timestamp,
    ) -> StoreFuture<'a, bool>;

    /// How many unspent codes an account has.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn left<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, u64>;

    /// Is this an unspent code of the account? For `None`, a name that nobody has, as much is asked of the database.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn holds<'a>(&'a self, operator: Option<&'a OperatorName>, digest: Digest) -> StoreFuture<'a, bool>;

    /// Spends a code: how many are left, or `None` when there is no such unspent one.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn spend<'a>(
        &'a self,
        operator: &'a OperatorName,
        digest: Digest,
        at: Timestamp,
        from: &'a str,
    ) -> StoreFuture<'a, Option<u64>>;
}
