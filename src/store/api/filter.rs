//! What to look for in sessions and journal. Every field narrows; none is everything.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

use ipnetwork::IpNetwork;
use jiff::Timestamp;

use super::journal_row::JournalRow;
use crate::domain::{AssetName, OperatorName, SessionId, canonical};
use crate::policy::Sources;

#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub operator: Option<OperatorName>,
    pub asset: Option<AssetName>,
    pub source: Option<IpNetwork>,
    pub session: Option<SessionId>,
    /// What was still going on at this instant, or came later.
    pub since: Option<Timestamp>,
    /// What began before this instant.
    pub until: Option<Timestamp>,
    /// Kinds of the journal's rows; empty is every one.
    pub kinds: Vec<String>,
    /// Only what has a smaller number, in the journal or among the sessions.
    pub before: Option<u64>,
    /// Only what has a greater number.
    pub after: Option<u64>,
    /// The newest so many; with `after` the first so many.
    pub limit: Option<usize>,
    /// Where whoever asks can see anything at all.
    pub within: Within,
}

/// What a scope leaves in at most. It only saves reading: who may see a row is asked of each row.
#[derive(Debug, Clone, Default)]
pub struct Within {
    pub operators: Option<BTreeSet<String>>,
    pub assets: Option<BTreeSet<String>>,
    pub sources: Option<Sources>,
}

impl Filter {
    /// Whether to read from the end: the newest are asked for.
    pub fn backwards(&self) -> bool {
        self.limit.is_some() && self.after.is_none()
    }

    /// The actor of rows in which somebody typed this name and proved nothing.
    pub(in crate::store) fn unproven(operator: &OperatorName) -> String {
        format!("unproven:{operator}")
    }

    /// Whether a row of the journal is looked for.
    pub(in crate::store) fn takes(&self, row: &JournalRow) -> bool {
        let (since, until) = self.span();
        let is = |name: &str, text: &Option<String>| text.as_deref() == Some(name);
        let operator = |name: &OperatorName| {
            row.actor == name.as_str()
                || row.actor == Self::unproven(name)
                || is(name.as_str(), &row.operator)
        };
        (since..until).contains(&row.at.as_microsecond())
            && (self.kinds.is_empty() || self.kinds.contains(&row.event))
            && self.operator.as_ref().is_none_or(operator)
            && self.asset.as_ref().is_none_or(|name| is(name.as_str(), &row.asset))
            && self.session.as_ref().is_none_or(|id| is(id.as_str(), &row.session))
            && self.admits(row.whence())
    }

    /// Bounds that leave everything in when none is given.
    pub(in crate::store) fn span(&self) -> (i64, i64) {
        let micros = |at: Option<Timestamp>, none| at.map_or(none, Timestamp::as_microsecond);
        (micros(self.since, i64::MIN), micros(self.until, i64::MAX))
    }

    /// Whether a source as it was written down (an address, with or without a port) is looked for.
    pub(in crate::store) fn admits(&self, source: Option<&str>) -> bool {
        let Some(network) = self.source else { return true };
        source.and_then(address).is_some_and(|address| network.contains(address))
    }
}

fn address(text: &str) -> Option<IpAddr> {
    let bare = text.parse::<IpAddr>().ok();
    bare.or_else(|| text.parse::<SocketAddr>().ok().map(|socket| socket.ip())).map(canonical)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_source_is_found_by_network_with_or_without_port() {
        let filter = Filter { source: Some("203.0.113.0/24".parse().unwrap()), ..Filter::default() };
        for inside in ["203.0.113.7", "203.0.113.7:50022", "[::ffff:203.0.113.7]:1"] {
            assert!(filter.admits(Some(inside)), "{inside}");
        }
        for outside in [Some("203.0.114.7"), Some("local"), None] {
            assert!(!filter.admits(outside), "{outside:?}");
        }
        assert!(Filter::default().admits(None));
    }
}
