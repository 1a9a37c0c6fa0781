//! An order that waits for a second person.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::deed::Deed;
use super::order::Lockdown;
use super::permit::Permit;
use crate::domain::{LockdownId, OperatorName, RequestId};

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "lowercase")]
pub enum Act {
    Start(Lockdown),
    Lift {
        lockdown: LockdownId,
        reason: String,
    },
    Allow(Permit),
    Codes {
        operator: OperatorName,
        count: u16,
        seconds: u32,
    },
    /// The factors themselves are kept beside the request.
    Enrol {
        operator: OperatorName,
        factors: Vec<String>,
    },
    /// Lets somebody set their factors by themself. Whoever confirms is told the code.
    Invite {
        operator: OperatorName,
    },
    /// Takes all factors away.
    Reset {
        operator: OperatorName,
    },
}

/// It is carried out when another person confirms it before it lapses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingRequest {
    pub id: RequestId,
    pub act: Act,
    /// As in the journal: an account's name, or `local:NAME`.
    pub by: String,
    pub at: Timestamp,
    /// The first instant at which it cannot be confirmed any more.
    pub lapses: Timestamp,
}

impl Act {
    pub fn deed(&self) -> Deed {
        match self {
            Self::Start(_) => Deed::Start,
            Self::Lift { .. } => Deed::Lift,
            Self::Allow(_) => Deed::Allow,
            Self::Codes { .. } => Deed::Codes,
            Self::Enrol { .. } | Self::Invite { .. } | Self::Reset { .. } => Deed::Factors,
        }
    }

    pub fn lockdown(&self) -> Option<&LockdownId> {
        match self {
            Self::Start(lockdown) => Some(&lockdown.id),
            Self::Lift { lockdown, .. } => Some(lockdown),
            Self::Allow(permit) => Some(&permit.lockdown),
            Self::Codes { .. } | Self::Enrol { .. } | Self::Invite { .. } | Self::Reset { .. } => None,
        }
    }

    /// The account that it would open.
    pub fn opens(&self) -> Option<&OperatorName> {
        match self {
            Self::Start(_) | Self::Lift { .. } => None,
            Self::Allow(Permit { operator, .. })
            | Self::Codes { operator, .. }
            | Self::Enrol { operator, .. }
            | Self::Invite { operator }
            | Self::Reset { operator } => Some(operator),
        }
    }
}

impl PendingRequest {
    pub fn is_local(&self) -> bool {
        self.by.starts_with("local:") // no account's name has a colon in it
    }
}
