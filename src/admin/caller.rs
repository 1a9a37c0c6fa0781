//! Who asks.

use crate::access::Authenticated;
use crate::domain::Origin;
use crate::event::Actor;

/// Who orders something, or asks for it.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "one a command, and passed by reference")]
pub enum Caller {
    /// A Unix user on the gateway's host. Whoever can reach the data directory could do all of it anyway.
    Local(String),
    Operator(Authenticated),
}

impl Caller {
    pub fn actor(&self) -> Actor {
        match self {
            Self::Local(user) => Actor::Local(user.clone()),
            Self::Operator(who) => who.actor(),
        }
    }

    pub fn origin(&self) -> Option<&Origin> {
        match self {
            Self::Local(_) => None,
            Self::Operator(who) => Some(who.origin()),
        }
    }
}
