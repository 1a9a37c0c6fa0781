//! The PROXY protocol, version 2, in binary (its specification, §2.2): a load balancer says whose connection it
//! hands on. Parsed here and not by a crate: little of it is wanted, and all else must be refused.

use std::io;
use std::net::{IpAddr, SocketAddr};

use tokio::io::{AsyncRead, AsyncReadExt};

/// No SSH client and no TLS client begins like this.
pub const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";

/// Signature, version and command, family and protocol, length.
const PREFIX: usize = 16;
/// Most bytes that may follow: addresses and a few hundred bytes of whatever else a balancer wants to say.
const MAX_REST: u16 = 520;

const PROXY_BY_STREAM_OF_IPV4: (u8, u8) = (0x21, 0x11);
const PROXY_BY_STREAM_OF_IPV6: (u8, u8) = (0x21, 0x21);
const LOCAL: u8 = 0x20;

/// What a header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyHeader {
    /// The connection is the balancer's own: it looks whether we live.
    Local,
    /// It is from there.
    From(SocketAddr),
}

/// Why there is no header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("no PROXY header of version 2 stands at the beginning")]
    Absent,
    #[error("its command, family or protocol is not served: TCP by IPv4 or IPv6 is")]
    Kind,
    #[error("its length does not fit")]
    Length,
}

/// Reads a whole header, and nothing but a header.
///
/// # Errors
/// When it is none, is cut short, is for something else than TCP, or has more behind it.
pub fn parse(bytes: &[u8]) -> Result<ProxyHeader, Malformed> {
    let (prefix, rest) = bytes.split_first_chunk::<PREFIX>().ok_or(Malformed::Absent)?;
    if rest.len() != usize::from(rest_of(prefix)?) {
        return Err(Malformed::Length);
    }
    let [.., command, family, _, _] = *prefix;
    match (command, family) {
        (LOCAL, _) => Ok(ProxyHeader::Local),
        PROXY_BY_STREAM_OF_IPV4 => source::<4, 8>(rest),
        PROXY_BY_STREAM_OF_IPV6 => source::<16, 32>(rest),
        _ => Err(Malformed::Kind),
    }
}

/// How many bytes belong to the header behind its prefix.
fn rest_of(prefix: &[u8; PREFIX]) -> Result<u16, Malformed> {
    if !prefix.starts_with(&SIGNATURE) {
        return Err(Malformed::Absent);
    }
    let [.., high, low] = *prefix;
    let rest = u16::from_be_bytes([high, low]);
    if rest > MAX_REST { Err(Malformed::Length) } else { Ok(rest) }
}

/// The source's address of `N` bytes stands first; behind both addresses its port. What else follows is skipped.
fn source<const N: usize, const PORTS: usize>(rest: &[u8]) -> Result<ProxyHeader, Malformed>
where
    IpAddr: From<[u8; N]>,
{
    let address = rest.first_chunk::<N>().ok_or(Malformed::Length)?;
    let ports = rest.get(PORTS..).and_then(<[u8]>::first_chunk::<4>).ok_or(Malformed::Length)?;
    let [high, low, ..] = *ports;
    let address = IpAddr::from(*address).to_canonical();
    Ok(ProxyHeader::From(SocketAddr::new(address, u16::from_be_bytes([high, low]))))
}

/// Takes the header off a stream, and not one byte more. `None`: the stream ended before its first byte.
///
/// # Errors
/// When the stream fails, ends within the header, or begins otherwise.
pub async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<ProxyHeader>> {
    let broken = |fault: Malformed| io::Error::new(io::ErrorKind::InvalidData, fault);
    let mut bytes = [0; PREFIX + MAX_REST as usize];
    let (prefix, rest) = bytes.split_first_chunk_mut::<PREFIX>().ok_or_else(|| broken(Malformed::Length))?;
    let (first, others) = prefix.split_at_mut(1);
    if stream.read(first).await? == 0 {
        return Ok(None);
    }
    stream.read_exact(others).await?;
    let length = usize::from(rest_of(prefix).map_err(broken)?);
    stream.read_exact(rest.get_mut(..length).unwrap_or_default()).await?;
    parse(bytes.get(..PREFIX + length).unwrap_or_default()).map(Some).map_err(broken)
}

#[cfg(test)]
mod tests;
