//! Which accounts a list has.

use std::str::FromStr;

use jiff::Timestamp;

use crate::domain::{GroupName, VendorName};

/// A state that accounts are looked for by; each is the word that a list has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountState(pub(super) &'static str);

/// Nothing keeps it out.
pub(super) const ACTIVE: &str = "active";
/// A code to enrol with was given out, and is good.
pub(super) const INVITED: &str = "invited";
/// An order or a planned period does.
pub(super) const LOCKED_DOWN: &str = "locked-down";

impl AccountState {
    pub const ALL: [&str; 10] = [
        ACTIVE,
        "disabled",
        "not-yet-valid",
        "expired",
        "not-enrolled",
        INVITED,
        "incomplete",
        "locked",
        "idle",
        LOCKED_DOWN,
    ];
}

impl FromStr for AccountState {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|word| *word == text);
        found.map(Self).ok_or_else(|| format!("one of {}", Self::ALL.join(", ")))
    }
}

/// Every field narrows.
#[derive(Debug, Clone, Default)]
pub struct AccountFilter {
    /// Any of these.
    pub states: Vec<AccountState>,
    pub group: Option<GroupName>,
    pub vendor: Option<VendorName>,
    /// Its last day ends before this, and is not over.
    pub expires_before: Option<Timestamp>,
    /// It has factors, and was not used since.
    pub idle_since: Option<Timestamp>,
}
