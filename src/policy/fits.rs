//! Which requests a rule matches, field by field: one answer for deciding, explaining and linting.

use std::fmt;

use crate::domain::{FileAccess, Protocol};

use super::rule::{Attempt, Rule};
use super::word::Effect;
use super::{Asset, Operator};

/// A field of a rule that narrows what it matches, in the order in which files write them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    Operators,
    Sources,
    Via,
    Assets,
    Logins,
    MaxDanger,
    Protocols,
    Files,
    ForwardTo,
    Schedule,
}

impl Field {
    pub const ALL: [Self; 10] = [
        Self::Operators,
        Self::Sources,
        Self::Via,
        Self::Assets,
        Self::Logins,
        Self::MaxDanger,
        Self::Protocols,
        Self::Files,
        Self::ForwardTo,
        Self::Schedule,
    ];

    /// Those that the policy's index settles.
    const INDEXED: [Self; 7] = [
        Self::Protocols,
        Self::Files,
        Self::Via,
        Self::MaxDanger,
        Self::Logins,
        Self::Assets,
        Self::Operators,
    ];

    /// The others, the cheap ones first.
    const OPEN: [Self; 3] = [Self::ForwardTo, Self::Sources, Self::Schedule];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operators => "operators",
            Self::Sources => "sources",
            Self::Via => "via",
            Self::Assets => "assets",
            Self::Logins => "logins",
            Self::MaxDanger => "max_danger",
            Self::Protocols => "protocols",
            Self::Files => "files",
            Self::ForwardTo => "forward_to",
            Self::Schedule => "schedule",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl serde::Serialize for Field {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl Rule {
    /// Whether every field matches: what the index and [`Self::matches_indexed`] have to come to together.
    pub(super) fn matches(&self, attempt: &Attempt<'_>) -> bool {
        Field::INDEXED.iter().all(|field| self.fits(*field, attempt)) && self.matches_indexed(attempt)
    }

    /// Whether every field matches, of a rule that the index gave for the attempt.
    pub(super) fn matches_indexed(&self, attempt: &Attempt<'_>) -> bool {
        Field::OPEN.iter().all(|field| self.fits(*field, attempt))
    }

    /// Whether one field matches.
    pub(super) fn fits(&self, field: Field, attempt: &Attempt<'_>) -> bool {
        let Attempt { operator, asset, login, .. } = attempt;
        match field {
            Field::Operators => self.names_operator(operator),
            Field::Sources => self.sources.as_ref().is_none_or(|sources| sources.contain(attempt.source)),
            Field::Via => any(&self.via, |via| *via == attempt.via),
            Field::Assets => self.names_asset(asset),
            Field::Logins => self.names_login(login),
            Field::MaxDanger => self.dares(asset),
            Field::Protocols => self.names_protocol(attempt.protocol),
            Field::Files => self.fits_files(attempt.protocol, attempt.file),
            Field::ForwardTo => self.fits_forward(attempt),
            Field::Schedule => self.schedule.as_ref().is_none_or(|schedule| schedule.is_open(attempt.at)),
        }
    }

    pub(super) fn names_operator(&self, operator: &Operator) -> bool {
        any(&self.operators, |selector| selector.matches(&operator.account()))
    }

    pub(super) fn names_asset(&self, asset: &Asset) -> bool {
        any(&self.assets, |selector| selector.matches(&asset.name, &asset.groups))
    }

    pub(super) fn names_login(&self, login: &str) -> bool {
        any(&self.logins, |listed| listed.as_str() == login)
    }

    pub(super) fn names_protocol(&self, protocol: Protocol) -> bool {
        any(&self.protocols, |listed| *listed == protocol)
    }

    /// Whether the asset's danger is not too great.
    pub(super) fn dares(&self, asset: &Asset) -> bool {
        self.max_danger.is_none_or(|most| asset.danger <= most)
    }

    /// `files` and `forward_to` count for the protocols that they belong to. Left out, they allow the
    /// least (looking at names, forwarding nowhere) and deny the most.
    pub(super) fn fits_files(&self, protocol: Protocol, file: FileAccess) -> bool {
        match (protocol, &self.files) {
            (Protocol::Sftp | Protocol::Scp, Some(files)) => files.contains(&file),
            (Protocol::Sftp | Protocol::Scp, None) => self.effect == Effect::Deny || file == FileAccess::List,
            _ => true,
        }
    }

    fn fits_forward(&self, attempt: &Attempt<'_>) -> bool {
        match (attempt.protocol, &self.forward_to) {
            (Protocol::Forward, Some(allowed)) => attempt.forward_to.is_some_and(|to| allowed.contains(to)),
            (Protocol::Forward, None) => self.effect == Effect::Deny,
            _ => true,
        }
    }
}

fn any<T>(list: &Option<Vec<T>>, matches: impl FnMut(&T) -> bool) -> bool {
    list.as_ref().is_none_or(|list| list.iter().any(matches))
}
