//! What a server is called.

use std::net::IpAddr;

/// The names of a server, each an address or a host's name.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Names(pub(super) std::collections::BTreeSet<String>);

impl Names {
    /// Leaves out what cannot be the name of a host.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        let host = |name: &String| {
            let label = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            name.parse::<IpAddr>().is_ok() || (!name.is_empty() && name.chars().all(label))
        };
        Self(names.into_iter().filter(host).collect())
    }
}
