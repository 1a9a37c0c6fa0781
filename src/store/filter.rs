//! What to look for in sessions and journal. Every field narrows; none is everything.

use std::net::{IpAddr, SocketAddr};

use ipnetwork::IpNetwork;
use jiff::Timestamp;

use crate::domain::{AssetName, OperatorName, SessionId, canonical};

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
    /// The newest so many.
    pub limit: Option<usize>,
}

impl Filter {
    /// Bounds that leave everything in when none is given.
    pub(super) fn span(&self) -> (i64, i64) {
        let micros = |at: Option<Timestamp>, none| at.map_or(none, Timestamp::as_microsecond);
        (micros(self.since, i64::MIN), micros(self.until, i64::MAX))
    }

    /// Whether a source as it was written down (an address, with or without a port) is looked for.
    pub(super) fn admits(&self, source: Option<&str>) -> bool {
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
