//! Splits what a request can say into the parts that the rules at hand tell apart: of each part, one
//! value speaks for all.

use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnetwork::IpNetwork;

use super::change::AccessKind;
use crate::domain::{FileAccess, Protocol};
use crate::policy::rule::Rule;
use crate::policy::sources::Sources;

/// Values that are not told apart, in their order; never empty.
pub(super) struct Atom<V> {
    pub(super) values: Vec<V>,
    /// What is said of each of them.
    pub(super) told: Vec<bool>,
}

/// Groups values by what is said of them.
pub(super) fn split<V>(values: impl IntoIterator<Item = V>, told: impl Fn(&V) -> Vec<bool>) -> Vec<Atom<V>> {
    let mut atoms: Vec<Atom<V>> = Vec::new();
    let mut known: HashMap<Vec<bool>, usize> = HashMap::new();
    for value in values {
        let told = told(&value);
        let at = *known.entry(told.clone()).or_insert(atoms.len());
        match atoms.get_mut(at) {
            Some(atom) => atom.values.push(value),
            None => atoms.push(Atom { values: vec![value], told }),
        }
    }
    atoms
}

impl<V> Atom<V> {
    /// The one that speaks for all.
    pub(super) fn first(&self) -> Option<&V> {
        self.values.first()
    }
}

/// Addresses from one on, up to where some range begins or ends.
pub(super) struct Block {
    pub(super) first: IpAddr,
    /// The narrowest range around it; `None` outside of all.
    pub(super) range: Option<IpNetwork>,
}

/// All addresses, cut where a range begins or ends.
pub(super) fn blocks<'a>(sources: impl Iterator<Item = &'a Sources>) -> Vec<Block> {
    let ranges: BTreeSet<IpNetwork> = sources.flat_map(|sources| sources.ranges().iter().copied()).collect();
    let starts = ranges.iter().flat_map(|range| [Some(range.network()), after(range)]).flatten();
    let lowest = [IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)];
    let starts: BTreeSet<IpAddr> = starts.chain(lowest).collect();
    let narrowest =
        |at: IpAddr| ranges.iter().copied().filter(|range| range.contains(at)).max_by_key(IpNetwork::prefix);
    starts.into_iter().map(|first| Block { first, range: narrowest(first) }).collect()
}

/// The first address beyond a range, if there is one.
fn after(range: &IpNetwork) -> Option<IpAddr> {
    match range.broadcast() {
        IpAddr::V4(last) => u32::from(last).checked_add(1).map(|next| IpAddr::V4(next.into())),
        IpAddr::V6(last) => u128::from(last).checked_add(1).map(|next| IpAddr::V6(next.into())),
    }
}

impl Block {
    pub(super) fn label(&self) -> String {
        match (self.range, self.first) {
            (Some(range), _) if range.prefix() == if range.is_ipv4() { 32 } else { 128 } => {
                range.ip().to_string()
            }
            (Some(range), _) => range.to_string(),
            (None, IpAddr::V4(_)) => "other IPv4".to_owned(),
            (None, IpAddr::V6(_)) => "other IPv6".to_owned(),
        }
    }
}

/// Everything that can be done on an asset. A forward to where no rule leads is never allowed.
pub(super) fn accesses(rules: &[&Rule]) -> Vec<AccessKind> {
    let plain = |protocol| AccessKind { protocol, file: None, forward_to: None };
    let kinds = [FileAccess::List, FileAccess::Download, FileAccess::Upload, FileAccess::Change];
    let of_files = |protocol| kinds.map(|kind| AccessKind { file: Some(kind), ..plain(protocol) });
    let places: BTreeSet<_> = rules.iter().filter_map(|rule| rule.forward_to.as_ref()).flatten().collect();
    let forwards =
        places.into_iter().map(|to| AccessKind { forward_to: Some(to.clone()), ..plain(Protocol::Forward) });
    let mut all = vec![plain(Protocol::Shell), plain(Protocol::Exec)];
    all.extend(of_files(Protocol::Sftp).into_iter().chain(of_files(Protocol::Scp)).chain(forwards));
    all
}
