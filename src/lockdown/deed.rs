//! Who may do what about a lockdown: one person of role security, or two where the configuration asks for
//! two.

use serde::{Deserialize, Serialize};

use super::{Request, State};
use crate::domain::{OperatorName, Role};

/// What needs somebody's word, and may need a second person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Deed {
    Start,
    Lift,
    Allow,
    /// Drawing break-glass codes.
    Codes,
    /// Setting or taking away the factors of an officer or an auditor. It takes two persons wherever anything does.
    Factors,
}

impl Deed {
    pub const ALL: [Self; 5] = [Self::Start, Self::Lift, Self::Allow, Self::Codes, Self::Factors];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Lift => "lift",
            Self::Allow => "allow",
            Self::Codes => "codes",
            Self::Factors => "factors",
        }
    }
}

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

/// Why not. Each says the mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Objection {
    #[error("lockdowns are for role security: ask an officer")]
    Role,
    #[error("a lockdown covers your own account: somebody whom it does not cover must do this")]
    Covered,
    #[error("this would open your own account: somebody else must do it")]
    OwnAccount,
    #[error("you asked for this yourself: another person of role security must confirm it")]
    OwnRequest,
    #[error(
        "it was asked for on this host: whoever is here counts once; an officer must confirm it over SSH"
    )]
    SameHost,
    #[error(
        "one of you has set the other's factors: whoever is on this host, and whoever has set an account's factors, \
         counts once; another officer must confirm it"
    )]
    OneHand,
    #[error("your factors were set by somebody else: they confirm nothing until {0}")]
    Fresh(jiff::Timestamp),
    #[error("your factors were set by somebody else during a lockdown: they confirm nothing while it lasts")]
    SetInLockdown,
    #[error("your factors were set when your account was not of this role: they must be set anew")]
    SetInOtherRole,
    #[error("the lockdown is {}: see `juyong lockdown status`", .0.as_str())]
    State(State),
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
    pub fn may_confirm(&self, request: &Request) -> Result<(), Objection> {
        match self {
            Self::Local(_) if request.is_local() => Err(Objection::SameHost),
            Self::Account { name, .. } if request.by == name.as_str() => Err(Objection::OwnRequest),
            _ => self.may_order(request.act.opens()),
        }
    }
}
