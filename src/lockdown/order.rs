//! One order: whom it covers, and until when.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::scope::Scope;
use crate::domain::{Account, LockdownId, OperatorName, OperatorSelector};

/// One order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lockdown {
    pub id: LockdownId,
    pub reason: String,
    /// The number of the paper order behind it.
    pub order: Option<String>,
    pub scope: Scope,
    pub except: Vec<OperatorSelector>,
    pub started_at: Timestamp,
    pub started_by: String,
    /// The first instant at which it no longer covers anybody.
    pub until: Option<Timestamp>,
    /// Whom it covered when it began: they stay covered, whatever a later policy makes of their groups. Of an order
    /// that is only asked for or planned, nobody.
    #[serde(skip)]
    pub held: Arc<BTreeSet<OperatorName>>,
}

impl Lockdown {
    /// `started_at` is not asked: an order holds from when it is known, even if the clock steps back.
    pub fn covers(&self, account: &Account<'_>, at: Timestamp) -> bool {
        self.holds(at) && self.names(account) && !self.exempts(account)
    }

    /// In its scope, and left out.
    pub fn spares(&self, account: &Account<'_>) -> bool {
        self.names(account) && self.exempts(account)
    }

    /// In its scope, or covered since its beginning.
    pub fn names(&self, account: &Account<'_>) -> bool {
        self.held.contains(account.name) || self.scope.covers(account)
    }

    /// The same order, in force, and these are the accounts that it does not let go.
    pub fn holding(self, held: Arc<BTreeSet<OperatorName>>) -> Self {
        Self { held, ..self }
    }

    /// Everything that names somebody in it.
    pub fn selectors(&self) -> impl Iterator<Item = &OperatorSelector> {
        self.scope.selectors().iter().chain(&self.except)
    }

    pub(super) fn holds(&self, at: Timestamp) -> bool {
        self.until.is_none_or(|until| at < until)
    }

    fn exempts(&self, account: &Account<'_>) -> bool {
        !self.held.contains(account.name) && self.except.iter().any(|selector| selector.matches(account))
    }
}
