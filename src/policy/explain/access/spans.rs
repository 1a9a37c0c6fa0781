//! All addresses, cut where some range begins or ends: between two cuts every policy says the same.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnetwork::IpNetwork;

use crate::domain::canonical;
use crate::policy::Sources;

/// Addresses in a row of one family, as numbers; both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    bits: u8,
    first: u128,
    last: u128,
}

/// Every address, cut at the ends of the given ranges.
pub(super) fn cut(sources: &[&Sources]) -> Vec<Span> {
    [32, 128].into_iter().flat_map(|bits| cut_family(bits, sources)).collect()
}

fn cut_family(bits: u8, sources: &[&Sources]) -> Vec<Span> {
    let last = u128::MAX >> (128 - u32::from(bits));
    let mut starts = BTreeSet::from([0]);
    for range in sources.iter().flat_map(|sources| sources.ranges()).map(|range| Span::of(*range)) {
        if range.bits == bits {
            starts.insert(range.first);
            starts.extend(range.last.checked_add(1).filter(|after| *after <= last));
        }
    }
    let ends = starts.iter().skip(1).map(|start| start - 1).chain([last]);
    starts.iter().zip(ends).map(|(first, last)| Span { bits, first: *first, last }).collect()
}

impl Span {
    fn of(range: IpNetwork) -> Self {
        let (bits, first, wide) = match range {
            IpNetwork::V4(range) => (32, u128::from(range.network().to_bits()), range.prefix()),
            IpNetwork::V6(range) => (128, range.network().to_bits(), range.prefix()),
        };
        Self { bits, first, last: first | low_bits(bits.saturating_sub(wide)) }
    }

    fn holds(self, other: &Self) -> bool {
        self.bits == other.bits && self.first <= other.first && other.last <= self.last
    }

    /// An address that stands for all of it. An IPv4-mapped one is an IPv4 address and can stand for no
    /// other; a span that holds nothing else has none.
    pub(super) fn example(self) -> Option<IpAddr> {
        let own = |address: &IpAddr| canonical(*address) == *address;
        [self.first, self.last].into_iter().map(|number| self.address(number)).find(own)
    }

    fn address(self, number: u128) -> IpAddr {
        match u32::try_from(number) {
            Ok(number) if self.bits == 32 => IpAddr::V4(Ipv4Addr::from_bits(number)),
            _ => IpAddr::V6(Ipv6Addr::from_bits(number)),
        }
    }

    /// The fewest ranges that hold it and nothing else.
    fn ranges(self, ranges: &mut Vec<IpNetwork>) {
        let mut first = self.first;
        loop {
            let aligned = if first == 0 { self.bits } else { bits(first.trailing_zeros()).min(self.bits) };
            let fits = |width: &u8| first | low_bits(*width) <= self.last;
            let width = (0..=aligned).rev().find(fits).unwrap_or_default();
            ranges.extend(IpNetwork::new(self.address(first), self.bits - width));
            match (first | low_bits(width)).checked_add(1).filter(|next| *next <= self.last) {
                Some(next) => first = next,
                None => return,
            }
        }
    }
}

fn bits(number: u32) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

fn low_bits(width: u8) -> u128 {
    if width == 0 { 0 } else { u128::MAX >> (128 - u32::from(width)) }
}

/// Where spans lie, the short way: ranges, and what of these is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Whence {
    pub(super) within: Vec<IpNetwork>,
    pub(super) except: Vec<IpNetwork>,
}

impl Whence {
    /// Of all the spans that `known` cut, those in `chosen`: told by a range of the policy and what it lacks
    /// where that takes fewer words.
    pub(super) fn of(chosen: &[Span], all: &[Span], known: &[&Sources]) -> Self {
        let plain = |range| (range, Vec::new());
        let mut told: Vec<(IpNetwork, Vec<IpNetwork>)> = ranges(chosen).into_iter().map(plain).collect();
        let words = |told: &[(IpNetwork, Vec<IpNetwork>)]| -> usize {
            told.iter().map(|(_, except)| 1 + except.len()).sum()
        };
        // Ranges lie in each other or apart: the narrow ones first, and each choice is the best so far.
        for range in narrowest_first(known) {
            let lacks = |span: &&Span| range.holds(span) && !chosen.contains(span);
            let holes = ranges(&all.iter().filter(lacks).copied().collect::<Vec<_>>());
            let (inside, mut others): (Vec<_>, Vec<_>) =
                told.iter().cloned().partition(|(told, _)| range.holds(&Span::of(*told)));
            if 1 + holes.len() < words(&inside) {
                others.extend(ranges(&[range]).into_iter().map(|range| (range, holes.clone())));
                told = others;
            }
        }
        told.sort();
        let (within, except): (Vec<_>, Vec<_>) = told.into_iter().unzip();
        Self { within, except: except.into_iter().flatten().collect() }
    }
}

fn narrowest_first(known: &[&Sources]) -> Vec<Span> {
    let named = known.iter().flat_map(|sources| sources.ranges()).map(|range| Span::of(*range));
    let mut ranges: Vec<Span> = cut(&[]).into_iter().chain(named).collect();
    ranges.sort_by_key(|range| range.last - range.first);
    ranges
}

/// Spans in order, as ranges; what touches becomes one.
fn ranges(spans: &[Span]) -> Vec<IpNetwork> {
    let mut joined: Vec<Span> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(before) if before.bits == span.bits && before.last.checked_add(1) == Some(span.first) => {
                before.last = span.last;
            }
            _ => joined.push(*span),
        }
    }
    let mut ranges = Vec::new();
    joined.into_iter().for_each(|span| span.ranges(&mut ranges));
    ranges
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::policy::sources::parse_range;

    fn sources(ranges: &[&str]) -> Sources {
        Sources::new(ranges.iter().map(|range| parse_range(range).unwrap()).collect())
    }

    fn texts(spans: &[Span]) -> Vec<String> {
        ranges(spans).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn all_addresses_are_there_and_cut_where_a_range_ends() {
        assert_eq!(texts(&cut(&[])), ["0.0.0.0/0", "::/0"]);
        let sources = sources(&["10.0.0.0/8", "255.255.255.255", "8000::/1", "::/128"]);
        let spans = cut(&[&sources]);
        assert_eq!(texts(&spans), ["0.0.0.0/0", "::/0"]);
        let examples: Vec<_> = spans.iter().map(|span| span.example().unwrap().to_string()).collect();
        assert_eq!(examples, ["0.0.0.0", "10.0.0.0", "11.0.0.0", "255.255.255.255", "::", "::1", "8000::"]);
    }

    #[test]
    fn ranges_hold_the_spans_and_nothing_else() {
        let sources = sources(&["203.0.113.128/25", "203.0.113.0/24", "10.0.0.1"]);
        let spans: Vec<Span> = cut(&[&sources]).into_iter().filter(|span| span.bits == 32).collect();
        let within = |text: &str| {
            let range = parse_range(text).unwrap();
            let inside = |span: &&Span| range.contains(span.example().unwrap());
            texts(&spans.iter().filter(inside).copied().collect::<Vec<_>>())
        };
        assert_eq!(within("203.0.113.0/24"), ["203.0.113.0/24"]);
        assert_eq!(within("203.0.113.0/25"), ["203.0.113.0/25"]);
        assert_eq!(within("10.0.0.1/32"), ["10.0.0.1/32"]);
        let odd = Span { bits: 32, first: 1, last: 6 };
        assert_eq!(texts(&[odd]), ["0.0.0.1/32", "0.0.0.2/31", "0.0.0.4/31", "0.0.0.6/32"]);
    }

    #[test]
    fn what_is_left_out_is_told_where_that_is_shorter() {
        let told = |known: &[&str], denied: &[&str]| {
            let (known, denied) = (sources(known), sources(denied));
            let all = cut(&[&known, &denied]);
            let open = |span: &Span| {
                known.contain(span.example().unwrap()) && !denied.contain(span.example().unwrap())
            };
            let chosen: Vec<Span> = all.iter().filter(|span| open(span)).copied().collect();
            let Whence { within, except } = Whence::of(&chosen, &all, &[&known, &denied]);
            let text =
                |ranges: &[IpNetwork]| ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
            format!("{} - {}", text(&within), text(&except))
        };
        let all = ["0.0.0.0/0", "::/0"];
        assert_eq!(told(&all, &["203.0.113.128/25"]), "0.0.0.0/0 ::/0 - 203.0.113.128/25");
        assert_eq!(told(&["10.0.0.0/8"], &["10.1.2.3"]), "10.0.0.0/8 - 10.1.2.3/32");
        assert_eq!(told(&["10.0.0.0/24"], &["10.0.0.128/25"]), "10.0.0.0/25 - ");
        assert_eq!(told(&["10.0.0.0/24"], &["10.0.0.0/8"]), " - ");
    }

    #[test]
    fn a_mapped_address_stands_for_no_other() {
        let before = sources(&["::fffe:0:0/96"]);
        for span in cut(&[&before]).into_iter().filter(|span| span.bits == 128) {
            let example = span.example().unwrap();
            assert_eq!(canonical(example), example);
        }
        let mapped = Span { bits: 128, first: 0xffff << 32, last: (0xffff << 32) + 5 };
        assert_eq!(mapped.example(), None);
    }
}
