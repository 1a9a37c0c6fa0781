//! Who may do what about a lockdown: one person of role security, or two where the configuration asks for
//! two.

use super::objection::Objection;
use super::request::PendingRequest;
use crate::domain::{OperatorName, Role};

/// Who gives the word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Person {
    /// A Unix user on the gateway's host: `local:NAME`.
    Local(String),
    Account {
        name: OperatorName,
        role: Role,
        /// Some lockdown covers the account, whatever permit it has.
        covered: bool,
    },
}

impl Person {
    /// May this person order it at all, be it that another has to confirm? `whom` is the account that it
    /// would open.
    pub fn may_order(&self, whom: Option<&OperatorName>) -> Result<(), Objection> {
        let Self::Account { name, role, covered } = self else { return Ok(()) };
        match () {
            () if *role != Role::Security => Err(Objection::Role),
            () if *covered => Err(Objection::Covered),
            () if whom == Some(name) => Err(Objection::OwnAccount),
            () => Ok(()),
        }
    }

    /// May this person confirm what somebody else asked for? All who can reach the host are one person: its
    /// administrator can be any of them.
    pub fn may_confirm(&self, request: &PendingRequest) -> Result<(), Objection> {
        match self {
            Self::Local(_) if request.is_local() => Err(Objection::SameHost),
            Self::Account { name, .. } if request.by == name.as_str() => Err(Objection::OwnRequest),
            _ => self.may_order(request.act.opens()),
        }
    }
}
