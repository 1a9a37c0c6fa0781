//! Where requests may come from: address ranges.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use ipnetwork::IpNetwork;

use crate::domain::canonical;

use crate::diagnostic::Fault;

/// A union of ranges. IPv4 and IPv6 never match each other, not even `0.0.0.0/0` and `::/0`. A copy shares them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources(Arc<Ranges>);

#[derive(Debug, Default, PartialEq, Eq)]
struct Ranges {
    written: Vec<IpNetwork>,
    /// Those that lie in no other, in the order of their addresses: an address is looked up, not searched for.
    outermost: Vec<IpNetwork>,
}

impl Sources {
    pub(super) fn new(written: Vec<IpNetwork>) -> Self {
        let mut outermost = written.clone();
        // Two ranges are apart or one holds the other. Of those that begin together the widest comes first.
        outermost.sort_unstable();
        outermost.dedup_by(|inner, outer| outer.contains(inner.network()));
        Self(Arc::new(Ranges { written, outermost }))
    }

    /// All of them together.
    pub(super) fn union(all: &[Self]) -> Self {
        match all {
            [one] => one.clone(),
            more => Self::new(more.iter().flat_map(|sources| sources.ranges().iter().copied()).collect()),
        }
    }

    /// Whether an address is in one of the ranges; an IPv4-mapped one counts as the IPv4 address.
    pub fn contain(&self, address: IpAddr) -> bool {
        let (address, outermost) = (canonical(address), &self.0.outermost);
        let before = outermost.partition_point(|range| range.ip() <= address);
        outermost.get(..before).and_then(<[_]>::last).is_some_and(|range| range.contains(address))
    }

    pub fn ranges(&self) -> &[IpNetwork] {
        &self.0.written
    }

    /// Whether some address is in both.
    pub(super) fn overlap(&self, other: &Self) -> bool {
        // Two ranges overlap only if one holds the other whole, and then it holds its first address.
        let meet = |a: &IpNetwork, b: &IpNetwork| a.contains(b.network()) || b.contains(a.network());
        self.ranges().iter().any(|a| other.ranges().iter().any(|b| meet(a, b)))
    }

    /// Whether each range of the other lies in one of these. Several that only together hold one do not
    /// count: whoever asks may rely on a yes.
    pub(super) fn hold(&self, other: &Self) -> bool {
        let inside =
            |b: &IpNetwork| self.ranges().iter().any(|a| a.prefix() <= b.prefix() && a.contains(b.network()));
        other.ranges().iter().all(inside)
    }
}

/// Reads a CIDR range or a single address. IPv4-mapped ranges become IPv4 ones.
pub(super) fn parse_range(text: &str) -> Result<IpNetwork, Fault> {
    let wrong = || {
        let fault = Fault::new(format_args!("{text:?} is neither an address nor a CIDR range"));
        fault.hint("write 203.0.113.7, 203.0.113.0/24 or 2001:db8::/32")
    };
    if let Some((network, length)) = masked(text) {
        return Err(wrong().hint(format_args!("write {network}/{length}")));
    }
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(parse_prefix(prefix).ok_or_else(wrong)?)),
        None => (text, None),
    };
    let written: IpAddr = address.parse().map_err(|_| wrong())?;
    let full = if written.is_ipv4() { 32 } else { 128 };
    let prefix = prefix.unwrap_or(full);
    if prefix > full {
        return Err(wrong().hint(format_args!("the prefix of this address is at most /{full}")));
    }
    let (address, prefix) = match (canonical(written), prefix.checked_sub(96)) {
        (IpAddr::V4(mapped), Some(rest)) if written.is_ipv6() => (IpAddr::V4(mapped), rest),
        _ => (written, prefix),
    };
    let range = IpNetwork::new(address, prefix).map_err(|_| wrong())?;
    exact(text, range)
}

/// `10.0.0.0/255.255.255.0`, as address and length of the prefix.
fn masked(text: &str) -> Option<(Ipv4Addr, u8)> {
    let (address, mask) = text.split_once('/')?;
    let mask: Ipv4Addr = mask.parse().ok()?;
    Some((address.parse().ok()?, ipnetwork::ipv4_mask_to_prefix(mask).ok()?))
}

fn parse_prefix(text: &str) -> Option<u8> {
    text.bytes().all(|c| c.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// `10.0.0.5/24` may be meant as one host or as its whole network: better ask than guess.
fn exact(text: &str, range: IpNetwork) -> Result<IpNetwork, Fault> {
    if range.ip() == range.network() {
        return Ok(range);
    }
    let fault = Fault::new(format_args!("{text:?} has bits set beyond its prefix"));
    Err(fault.hint(format_args!("write {}/{} or {}", range.network(), range.prefix(), range.ip())))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn contains(range: &str, address: &str) -> bool {
        Sources::new(vec![parse_range(range).unwrap()]).contain(address.parse().unwrap())
    }

    #[test]
    fn a_mapped_address_is_the_ipv4_address() {
        assert!(contains("203.0.113.0/24", "::ffff:203.0.113.7"));
        assert!(contains("::ffff:203.0.113.0/120", "203.0.113.7"));
        assert!(contains("::ffff:203.0.113.7", "203.0.113.7"));
        assert!(!contains("203.0.113.0/24", "::203.0.113.7"));
        assert!(!contains("::/0", "::ffff:203.0.113.7"));
        assert!(!contains("0.0.0.0/0", "2001:db8::1"));
    }

    #[test]
    fn the_widest_and_the_narrowest_range_work() {
        assert!(contains("0.0.0.0/0", "255.255.255.255") && contains("::/0", "2001:db8::1"));
        assert!(contains("2001:db8::1/128", "2001:db8::1") && !contains("2001:db8::1/128", "2001:db8::2"));
        assert!(contains("2001:db8:10::/48", "2001:db8:10:ffff:ffff:ffff:ffff:ffff"));
        assert!(
            contains("203.0.113.128/25", "203.0.113.255") && !contains("203.0.113.128/25", "203.0.113.127")
        );
    }

    #[test]
    fn many_ranges_hold_what_one_of_them_holds() {
        let texts = [
            "10.0.0.0/8",
            "10.1.0.0/16",
            "10.1.2.3",
            "10.0.0.0/8",
            "10.255.255.255",
            "192.0.2.128/25",
            "192.0.2.0/26",
            "2001:db8::/32",
            "2001:db8:ffff::/48",
            "::1",
            "fe80::/10",
        ];
        let ranges: Vec<IpNetwork> = texts.iter().map(|text| parse_range(text).unwrap()).collect();
        let sources = Sources::new(ranges.clone());
        assert_eq!(sources.ranges(), ranges);
        let held = [
            "10.0.0.0",
            "10.1.2.3",
            "10.255.255.255",
            "192.0.2.0",
            "192.0.2.63",
            "192.0.2.255",
            "::ffff:10.9.9.9",
            "::1",
            "2001:db8::",
            "2001:db8:ffff::1",
            "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
            "febf::",
        ];
        let others = [
            "0.0.0.0",
            "9.255.255.255",
            "11.0.0.0",
            "192.0.2.64",
            "192.0.2.127",
            "192.0.3.0",
            "255.255.255.255",
            "::",
            "::2",
            "::10.1.2.3",
            "2001:db7:ffff::",
            "2001:db9::",
            "fec0::",
        ];
        for (addresses, want) in [(&held[..], true), (&others[..], false)] {
            for address in addresses {
                let address: IpAddr = address.parse().unwrap();
                let one = ranges.iter().any(|range| range.contains(canonical(address)));
                assert_eq!((sources.contain(address), one), (want, want), "{address}");
            }
        }
        assert!(!Sources::default().contain("::".parse().unwrap()));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for bad in [
            "",
            "/24",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "10.0.0.0/255.0.0.0",
            "10.0.0",
            "10.0.0.1/24",
            "2001:db8::1/64",
            "@office",
            "010.0.0.1",
        ] {
            assert!(parse_range(bad).is_err(), "{bad}");
        }
    }
}
