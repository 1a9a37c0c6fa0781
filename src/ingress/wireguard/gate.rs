//! What may come out of a tunnel: a peer's own packets to the gateway's login, and a ping of its address.
//!
//! Everything else is dropped without a word, so that a scan from inside finds one open port. Bytes in, an answer
//! out: nothing is kept here.

use std::net::{IpAddr, SocketAddr};

use crate::device::Addresses;

/// What may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    Echo,
    Tcp(Segment),
}

/// A TCP segment to the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    pub from: SocketAddr,
    pub to: SocketAddr,
    /// It asks for a connection.
    pub opens: bool,
    /// It brings nothing new: no byte, no beginning and no end.
    pub only_acknowledges: bool,
}

/// Where a peer's packets may go.
#[derive(Debug, Clone, Copy)]
pub struct PacketGate {
    pub own: Addresses,
    pub port: u16,
    pub peer: Addresses,
}

/// A fixed word for what was wrong.
pub type Dropped = &'static str;

const MALFORMED: Dropped = "inner-malformed";
const SOURCE: Dropped = "inner-source";
const DESTINATION: Dropped = "inner-destination";
const FRAGMENT: Dropped = "inner-fragment";
const OPTIONS: Dropped = "inner-options";
const PROTOCOL: Dropped = "inner-protocol";
const PORT: Dropped = "inner-port";

/// Protocol numbers (IANA); those of IPv6's extension headers that stand between a header and its payload.
const ICMP: u8 = 1;
const TCP: u8 = 6;
const ICMPV6: u8 = 58;
const EXTENSIONS: [u8; 6] = [0, 43, 50, 51, 60, 135];
const FRAGMENT_HEADER: u8 = 44;

/// The TCP flags (RFC 9293 §3.1).
const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const ACK: u8 = 16;

/// What the IP header says.
struct Header<'a> {
    from: IpAddr,
    to: IpAddr,
    protocol: u8,
    payload: &'a [u8],
}

impl PacketGate {
    /// May this packet pass? `packet` is exactly one IP packet.
    ///
    /// # Errors
    /// The word for why it is dropped.
    pub fn judge(&self, packet: &[u8]) -> Result<Passage, Dropped> {
        let header = header(packet)?;
        match (header.from, header.protocol) {
            _ if !has(&self.peer, header.from) => Err(SOURCE),
            _ if !has(&self.own, header.to) => Err(DESTINATION),
            (_, FRAGMENT_HEADER) => Err(FRAGMENT),
            (IpAddr::V6(_), protocol) if EXTENSIONS.contains(&protocol) => Err(OPTIONS),
            (_, TCP) => self.segment(&header).map(Passage::Tcp),
            (IpAddr::V4(_), ICMP) => echo(header.payload, 8),
            (IpAddr::V6(_), ICMPV6) => echo(header.payload, 128),
            _ => Err(PROTOCOL),
        }
    }

    fn segment(&self, header: &Header<'_>) -> Result<Segment, Dropped> {
        let payload = header.payload;
        let (source, destination) = (word(payload, 0)?, word(payload, 2)?);
        let length = usize::from(byte(payload, 12)? >> 4) * 4;
        let flags = byte(payload, 13)?;
        if length < 20 || length > payload.len() {
            return Err(MALFORMED);
        }
        if destination != self.port {
            return Err(PORT);
        }
        Ok(Segment {
            from: SocketAddr::new(header.from, source),
            to: SocketAddr::new(header.to, destination),
            opens: flags & (SYN | ACK | RST) == SYN,
            only_acknowledges: payload.len() == length && flags & (FIN | SYN | RST | ACK) == ACK,
        })
    }
}

fn has(addresses: &Addresses, address: IpAddr) -> bool {
    addresses.iter().any(|own| own == address)
}

fn echo(payload: &[u8], request: u8) -> Result<Passage, Dropped> {
    let is = byte(payload, 0)? == request && byte(payload, 1)? == 0;
    if is { Ok(Passage::Echo) } else { Err(PROTOCOL) }
}

fn header(packet: &[u8]) -> Result<Header<'_>, Dropped> {
    match byte(packet, 0)? >> 4 {
        4 => header_v4(packet),
        6 => header_v6(packet),
        _ => Err(MALFORMED),
    }
}

/// RFC 791 §3.1. Options are refused with the source: nothing that comes by a tunnel needs any.
fn header_v4(packet: &[u8]) -> Result<Header<'_>, Dropped> {
    if usize::from(word(packet, 2)?) != packet.len() {
        return Err(MALFORMED);
    }
    let (from, to) = (array::<4>(packet, 12)?.into(), array::<4>(packet, 16)?.into());
    let (options, fragment) = (byte(packet, 0)? != 0x45, word(packet, 6)? & 0x3fff != 0);
    let protocol = match (options, fragment) {
        (true, _) => return Err(OPTIONS),
        (_, true) => FRAGMENT_HEADER,
        _ => byte(packet, 9)?,
    };
    Ok(Header { from: IpAddr::V4(from), to: IpAddr::V4(to), protocol, payload: rest(packet, 20)? })
}

/// RFC 8200 §3.
fn header_v6(packet: &[u8]) -> Result<Header<'_>, Dropped> {
    let payload = rest(packet, 40)?;
    if usize::from(word(packet, 4)?) != payload.len() {
        return Err(MALFORMED);
    }
    let (from, to) = (array::<16>(packet, 8)?.into(), array::<16>(packet, 24)?.into());
    Ok(Header { from: IpAddr::V6(from), to: IpAddr::V6(to), protocol: byte(packet, 6)?, payload })
}

fn byte(bytes: &[u8], at: usize) -> Result<u8, Dropped> {
    bytes.get(at).copied().ok_or(MALFORMED)
}

fn word(bytes: &[u8], at: usize) -> Result<u16, Dropped> {
    array(bytes, at).map(u16::from_be_bytes)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], Dropped> {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().ok_or(MALFORMED)
}

fn rest(bytes: &[u8], from: usize) -> Result<&[u8], Dropped> {
    bytes.get(from..).ok_or(MALFORMED)
}

#[cfg(test)]
mod tests;
