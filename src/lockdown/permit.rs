//! Temporary access: one person's way past one lockdown.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{AssetName, LockdownId, OperatorName, PermitId};

/// It opens nothing by itself: what the lockdown does not forbid any more, a rule has to allow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permit {
    pub id: PermitId,
    pub lockdown: LockdownId,
    pub operator: OperatorName,
    /// `None`: every asset.
    pub asset: Option<AssetName>,
    /// The first instant at which it does not hold; `None`: as long as the lockdown.
    pub until: Option<Timestamp>,
    /// The paper behind it.
    pub ticket: String,
}

impl Permit {
    pub fn holds(&self, at: Timestamp) -> bool {
        self.until.is_none_or(|until| at < until)
    }

    /// Does it lead this person past this lockdown to that asset? `None` is the login itself: who may go
    /// somewhere may log in.
    pub(super) fn pierces(
        &self,
        lockdown: &LockdownId,
        operator: &OperatorName,
        asset: Option<&str>,
        at: Timestamp,
    ) -> bool {
        let there = match (&self.asset, asset) {
            (Some(own), Some(wanted)) => own.as_str() == wanted,
            _ => true,
        };
        there && self.lockdown == *lockdown && self.operator == *operator && self.holds(at)
    }
}
