//! Accounts that somebody disabled by hand. Lockdowns are kept apart (`lockdowns`): lifting one must not
//! enable an account that was disabled before it.

use jiff::Timestamp;

use super::future::StoreFuture;
use super::page::Listed;
use crate::domain::OperatorName;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disabled {
    pub operator: OperatorName,
    pub reason: String,
    pub at: Timestamp,
    pub by: String,
}

impl Listed for Disabled {
    type Key = OperatorName;

    fn key(&self) -> OperatorName {
        self.operator.clone()
    }
}

pub trait AccountStore: Send + Sync {
    /// Disables an account, and ends what was proven or begun by its factors; false when it was disabled before, and then
    /// the first reason stays.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn disable<'a>(&'a self, order: &'a Disabled) -> StoreFuture<'a, bool>;

    /// Enables an account; false when it was not disabled.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn enable<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, bool>;

    /// Why an account is disabled, if it is.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn disabled<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, Option<Disabled>>;

    /// Disabled accounts, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn list(&self, after: Option<OperatorName>, limit: u32) -> StoreFuture<'_, Vec<Disabled>>;
}
