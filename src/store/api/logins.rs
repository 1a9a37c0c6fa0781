//! When an account logged in last. It is written with the row in the journal, and so says what that says.

use jiff::Timestamp;

use super::future::StoreFuture;
use super::page::Listed;
use crate::domain::OperatorName;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginSeen {
    pub at: Timestamp,
    /// An address, without the port.
    pub source: String,
}

/// What is known of an account's logins. Refused ones count as far as each has a row of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastLogins {
    pub last: Option<LoginSeen>,
    /// Refused since then.
    pub failures: u64,
    /// The one before the last.
    pub before: Option<LoginSeen>,
    /// Refused between the two.
    pub failures_before: u64,
    /// When the account was enabled by hand.
    pub enabled_at: Option<Timestamp>,
}

/// What is known of one account's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLogins {
    pub operator: OperatorName,
    pub logins: LastLogins,
}

impl Listed for AccountLogins {
    type Key = OperatorName;

    fn key(&self) -> OperatorName {
        self.operator.clone()
    }
}

pub trait LoginStore: Send + Sync {
    /// # Errors
    /// When the database cannot be read.
    fn of<'a>(&'a self, operator: &'a OperatorName) -> StoreFuture<'a, LastLogins>;

    /// Of everybody of whom something is known, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn everybodys(&self, after: Option<OperatorName>, limit: u32) -> StoreFuture<'_, Vec<AccountLogins>>;

    /// Notes that an account was enabled by hand.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn enabled<'a>(&'a self, operator: &'a OperatorName, at: Timestamp) -> StoreFuture<'a, ()>;
}
