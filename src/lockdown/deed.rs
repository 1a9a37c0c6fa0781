//! What can be done about a lockdown, and in which of its states.

use serde::{Deserialize, Serialize};

use super::objection::Objection;
use super::state::State;

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

impl State {
    /// Can this be done to an order that stands there? `Start` is its confirmation.
    pub fn admits(self, deed: Deed) -> Result<(), Objection> {
        match (deed, self) {
            (Deed::Start, Self::Requested)
            | (Deed::Lift, Self::InForce)
            | (Deed::Allow, Self::InForce | Self::Planned)
            | (Deed::Codes | Deed::Factors, _) => Ok(()),
            _ => Err(Objection::State(self)),
        }
    }
}
