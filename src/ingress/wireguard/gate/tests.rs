#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;

use std::net::{Ipv4Addr, Ipv6Addr};

use super::*;

const PORT_OF_LOGIN: u16 = 22;

fn gate() -> PacketGate {
    let own = Addresses { v4: "10.99.0.1".parse().ok(), v6: "fd00::1".parse().ok() };
    let peer = Addresses { v4: "10.99.0.7".parse().ok(), v6: "fd00::7".parse().ok() };
    PacketGate { own, port: PORT_OF_LOGIN, peer }
}

fn v4(from: &str, to: &str, protocol: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, protocol, 0, 0];
    for address in [from, to] {
        packet.extend(address.parse::<Ipv4Addr>().unwrap().octets());
    }
    packet.extend(payload);
    let length = u16::try_from(packet.len()).unwrap();
    packet[2..4].copy_from_slice(&length.to_be_bytes());
    packet
}

fn v6(from: &str, to: &str, protocol: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x60, 0, 0, 0, 0, 0, protocol, 64];
    packet[4..6].copy_from_slice(&u16::try_from(payload.len()).unwrap().to_be_bytes());
    for address in [from, to] {
        packet.extend(address.parse::<Ipv6Addr>().unwrap().octets());
    }
    packet.extend(payload);
    packet
}

fn tcp(port: u16, flags: u8, data: &[u8]) -> Vec<u8> {
    let mut segment = vec![0; 20];
    segment[0..2].copy_from_slice(&40_000_u16.to_be_bytes());
    segment[2..4].copy_from_slice(&port.to_be_bytes());
    segment[12] = 5 << 4;
    segment[13] = flags;
    segment.extend(data);
    segment
}

fn segment(passage: Result<Passage, Dropped>) -> Segment {
    match passage.unwrap() {
        Passage::Tcp(segment) => segment,
        Passage::Echo => panic!("an echo"),
    }
}

#[test]
fn the_login_and_a_ping_pass_in_both_families() {
    let gate = gate();
    let opens = segment(gate.judge(&v4("10.99.0.7", "10.99.0.1", TCP, &tcp(22, SYN, b""))));
    assert_eq!(opens.from, "10.99.0.7:40000".parse().unwrap());
    assert_eq!(opens.to, "10.99.0.1:22".parse().unwrap());
    assert!(opens.opens && !opens.only_acknowledges);
    let data = segment(gate.judge(&v6("fd00::7", "fd00::1", TCP, &tcp(22, ACK, b"SSH"))));
    assert!(!data.opens && !data.only_acknowledges);
    assert_eq!(data.from, "[fd00::7]:40000".parse().unwrap());
    let echo = [8, 0, 0, 0, 0, 1, 0, 1];
    assert_eq!(gate.judge(&v4("10.99.0.7", "10.99.0.1", ICMP, &echo)), Ok(Passage::Echo));
    let echo = [128, 0, 0, 0, 0, 1, 0, 1];
    assert_eq!(gate.judge(&v6("fd00::7", "fd00::1", ICMPV6, &echo)), Ok(Passage::Echo));
}

#[test]
fn what_brings_nothing_new_is_told_apart() {
    let only = |flags, data: &[u8]| {
        segment(gate().judge(&v4("10.99.0.7", "10.99.0.1", TCP, &tcp(22, flags, data)))).only_acknowledges
    };
    assert!(only(ACK, b""));
    for (flags, data) in
        [(ACK, &b"x"[..]), (ACK | FIN, b""), (SYN, b""), (RST, b""), (RST | ACK, b""), (0, b"")]
    {
        assert!(!only(flags, data), "{flags:#b} {data:?}");
    }
}

#[test]
fn all_else_is_dropped_by_its_word() {
    let (peer, own) = ("10.99.0.7", "10.99.0.1");
    let syn = tcp(22, SYN, b"");
    let with = |at: usize, value: u8| {
        let mut packet = v4(peer, own, TCP, &syn);
        packet[at] = value;
        packet
    };
    let cases: Vec<(Dropped, Vec<u8>)> = vec![
        (MALFORMED, vec![]),
        (MALFORMED, vec![0x45]),
        (MALFORMED, with(0, 0x35)),
        (MALFORMED, with(3, 39)),
        (MALFORMED, with(20 + 12, 4 << 4)),
        (MALFORMED, with(20 + 12, 15 << 4)),
        (MALFORMED, v4(peer, own, TCP, &syn[..13])),
        (OPTIONS, with(0, 0x46)),
        (FRAGMENT, with(6, 0x20)),
        (FRAGMENT, with(7, 1)),
        (SOURCE, v4("10.99.0.8", own, TCP, &syn)),
        (SOURCE, v4(own, own, TCP, &syn)),
        (SOURCE, v6("fd00::8", "fd00::1", TCP, &syn)),
        (SOURCE, v6("::ffff:10.99.0.7", "fd00::1", TCP, &syn)),
        (DESTINATION, v4(peer, "10.99.0.8", TCP, &syn)),
        (DESTINATION, v4(peer, "255.255.255.255", TCP, &syn)),
        (DESTINATION, v4(peer, "127.0.0.1", TCP, &syn)),
        (DESTINATION, v6("fd00::7", "ff02::1", ICMPV6, &[128, 0])),
        (PORT, v4(peer, own, TCP, &tcp(23, SYN, b""))),
        (PORT, v6("fd00::7", "fd00::1", TCP, &tcp(0, SYN, b""))),
        (PROTOCOL, v4(peer, own, 17, &[0; 8])),
        (PROTOCOL, v4(peer, own, ICMP, &[13, 0, 0, 0])),
        (PROTOCOL, v4(peer, own, ICMP, &[8, 1, 0, 0])),
        (PROTOCOL, v4(peer, own, ICMPV6, &[128, 0, 0, 0])),
        (PROTOCOL, v6("fd00::7", "fd00::1", ICMPV6, &[135, 0, 0, 0])),
        (OPTIONS, v6("fd00::7", "fd00::1", 0, &[6, 0, 0, 0, 0, 0, 0, 0])),
        (FRAGMENT, v6("fd00::7", "fd00::1", 44, &[6, 0, 0, 0, 0, 0, 0, 0])),
    ];
    for (word, packet) in cases {
        assert_eq!(gate().judge(&packet), Err(word), "{packet:?}");
    }
}

#[test]
fn a_peer_without_an_address_of_a_family_sends_nothing_in_it() {
    let gate = PacketGate { peer: Addresses { v6: None, ..gate().peer }, ..gate() };
    assert_eq!(gate.judge(&v6("fd00::7", "fd00::1", TCP, &tcp(22, SYN, b""))), Err(SOURCE));
}

proptest! {
    /// Whatever passes is the peer's own, to the login or an echo.
    #[test]
    fn nothing_else_passes(mut packet in prop::collection::vec(any::<u8>(), 0..120), shape in 0_u8..4) {
        // Bytes by chance alone would hardly ever come past the first check.
        let length = packet.len();
        if shape & 1 == 1 && length >= 40 {
            packet[0] = 0x45;
            packet[2..4].copy_from_slice(&u16::try_from(length).unwrap().to_be_bytes());
            packet[12..16].copy_from_slice(&[10, 99, 0, 7]);
            packet[16..20].copy_from_slice(&[10, 99, 0, 1]);
            packet[9] %= 8;
            if shape & 2 == 2 {
                packet[6..8].copy_from_slice(&[0, 0]);
                packet[22..24].copy_from_slice(&22_u16.to_be_bytes());
            }
        }
        match gate().judge(&packet) {
            Ok(Passage::Tcp(segment)) => {
                prop_assert!(has(&gate().peer, segment.from.ip()) && has(&gate().own, segment.to.ip()));
                prop_assert_eq!(segment.to.port(), PORT_OF_LOGIN);
            }
            Ok(Passage::Echo) => prop_assert!(packet.len() >= 22),
            Err(word) => prop_assert!(word.starts_with("inner-")),
        }
    }
}
