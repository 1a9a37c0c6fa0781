//! Are two persons two? An account is whoever can prove its factors, and so it may be whoever has set them.

use std::time::Duration;

use jiff::Timestamp;

use super::objection::Objection;
use crate::domain::{OperatorName, Role};

/// Somebody who gives their word, and by what they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// Whoever can reach the gateway's host: one person, by whatever name.
    Host,
    Account {
        name: OperatorName,
        role: Role,
        /// `None`: they are gone.
        factors: Option<FactorProvenance>,
    },
}

/// How an account came by its factors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorProvenance {
    pub set_at: Timestamp,
    /// As in the journal. Where it is not known it may have been anybody on the host.
    pub set_by: String,
    /// The role that the account had then.
    pub set_as: Option<Role>,
}

/// What counts now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    pub now: Timestamp,
    /// How long factors confirm nothing after somebody else has set them.
    pub after: Duration,
    /// The beginning of the oldest lockdown that is in force.
    pub locked_since: Option<Timestamp>,
}

impl Known {
    /// The hand by which the account's factors were set; `None`: its own.
    fn hand(&self) -> Option<&str> {
        match self {
            Self::Host => Some("local:"),
            Self::Account { name, factors: Some(factors), .. } if factors.set_by == name.as_str() => None,
            Self::Account { factors: Some(factors), .. } if factors.set_by.is_empty() => Some("local:"),
            Self::Account { factors: Some(factors), .. } => Some(&factors.set_by),
            Self::Account { factors: None, .. } => None,
        }
    }

    fn is_host(&self) -> bool {
        *self == Self::Host
    }

    /// Has that person set this one's factors?
    fn is_made_by(&self, other: &Self) -> bool {
        match (self.hand(), other) {
            (Some(hand), Self::Host) => hand.starts_with("local:"),
            (Some(hand), Self::Account { name, .. }) => hand == name.as_str(),
            (None, _) => false,
        }
    }

    /// May this person's word count as the second, beside that of `asker`?
    pub fn is_second_to(&self, asker: &Self, terms: Terms) -> Result<(), Objection> {
        if self.is_host() && asker.is_host() {
            return Err(Objection::SameHost);
        }
        if self.is_made_by(asker) || asker.is_made_by(self) {
            return Err(Objection::OneHand);
        }
        self.is_settled(terms)
    }

    /// Are these factors the person's own by now?
    pub fn is_settled(&self, terms: Terms) -> Result<(), Objection> {
        let Self::Account { name, role, factors } = self else { return Ok(()) };
        let Some(factors) = factors else { return Err(Objection::SetInOtherRole) };
        if factors.set_as != Some(*role) {
            return Err(Objection::SetInOtherRole);
        }
        if factors.set_by == name.as_str() {
            return Ok(());
        }
        let until = factors.set_at.saturating_add(terms.after).unwrap_or(Timestamp::MAX);
        match terms.locked_since {
            _ if terms.now < until => Err(Objection::Fresh(until)),
            Some(since) if since <= factors.set_at => Err(Objection::SetInLockdown),
            _ => Ok(()),
        }
    }
}
