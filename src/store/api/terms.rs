//! Which version of the terms of work an account has accepted last.

use jiff::Timestamp;

use super::future::StoreFuture;
use crate::domain::OperatorName;

pub trait TermsStore: Send + Sync {
    /// The version that was accepted last.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn accepted<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, Option<String>>;

    /// # Errors
    /// When the database cannot be written.
    fn accept<'a>(
        &'a self,
        operator: &'a OperatorName,
        version: &'a str,
        at: Timestamp,
    ) -> StoreFuture<'a, ()>;
}
