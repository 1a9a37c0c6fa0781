//! Who did what the journal tells.

use serde::Serialize;

use crate::domain::OperatorName;

/// Who did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// The gateway itself.
    Gateway,
    /// A Unix user on the gateway's host: `local:NAME`.
    Local(String),
    /// A proven account.
    Operator(OperatorName),
    /// Somebody who has proven nothing: the name that was typed, shortened and freed of control characters.
    Unproven(String),
}

impl Actor {
    /// The name somebody claimed before proving it, safe to print. Prefixed, so that no typed name can
    /// pass for a proven one.
    pub fn unproven(typed: &str) -> Self {
        Self::Unproven(typed.chars().filter(|c| !c.is_control()).take(64).collect())
    }
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Gateway => f.write_str("gateway"),
            Self::Local(user) => write!(f, "local:{user}"),
            Self::Operator(name) => name.fmt(f),
            Self::Unproven(typed) => write!(f, "unproven:{typed}"),
        }
    }
}

impl Serialize for Actor {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}
