//! Where an asset listens and where a forward goes: a host and a port.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use crate::domain::canonical;

use crate::diagnostic::{Fault, as_in_files};

/// A host as it is written: an address, or a DNS name in lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Host {
    Ip(IpAddr),
    Name(Box<str>),
}

impl Host {
    /// Reads an IPv4 address, an IPv6 address (with or without brackets) or a DNS name.
    pub fn parse(text: &str) -> Result<Self, InvalidAddress> {
        let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        if let Some(bare) = bare {
            return bare.parse::<Ipv6Addr>().map(Self::ip).map_err(|_| InvalidAddress::Host);
        }
        if let Ok(ip) = text.parse::<IpAddr>() {
            return Ok(Self::ip(ip));
        }
        if is_dns_name(text) {
            Ok(Self::Name(text.to_ascii_lowercase().into()))
        } else {
            Err(InvalidAddress::Host)
        }
    }

    fn ip(ip: impl Into<IpAddr>) -> Self {
        Self::Ip(canonical(ip.into()))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ip(IpAddr::V6(ip)) => write!(f, "[{ip}]"),
            Self::Ip(ip) => ip.fmt(f),
            Self::Name(name) => f.write_str(name),
        }
    }
}

/// RFC 1123 §2.1, and underscores, which are common inside. A last label of digits only would be a
/// mistyped IPv4 address.
fn is_dns_name(text: &str) -> bool {
    let label = |label: &str| {
        let plain = label.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_'));
        plain && (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
    };
    let digits = |label: &str| label.bytes().all(|c| c.is_ascii_digit());
    text.len() <= 253 && text.split('.').all(label) && !text.rsplit('.').next().is_none_or(digits)
}

/// `host:port`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    pub host: Host,
    pub port: u16,
}

/// A text that is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAddress {
    #[error("the port is missing: HOST:PORT, or [IPV6]:PORT")]
    NoPort,
    #[error("the port must be a number from 1 to 65535")]
    Port,
    #[error("the host is neither an IPv4 address, nor an IPv6 address in brackets, nor a DNS name")]
    Host,
}

impl Address {
    /// Reads `HOST:PORT`, where an IPv6 address stands in brackets.
    pub fn parse(text: &str) -> Result<Self, InvalidAddress> {
        let (host, port) = text.rsplit_once(':').ok_or(InvalidAddress::NoPort)?;
        if host.contains(':') && !host.starts_with('[') {
            return Err(InvalidAddress::Host);
        }
        if port.is_empty() || !port.bytes().all(|c| c.is_ascii_digit()) {
            return Err(InvalidAddress::Port);
        }
        let port = port.parse().ok().filter(|port| *port > 0).ok_or(InvalidAddress::Port)?;
        Ok(Self { host: Host::parse(host)?, port })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

as_in_files!(InvalidAddress);

impl From<InvalidAddress> for Fault {
    fn from(error: InvalidAddress) -> Self {
        Self::new(error).hint("addresses look like 10.1.2.3:22, [2001:db8::1]:22 or db1.example.com:22")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_back() {
        for good in ["10.1.2.3:22", "[2001:db8:20::1]:22", "db1.example.com:2222", "localhost:1"] {
            assert_eq!(Address::parse(good).map(|a| a.to_string()).as_deref(), Ok(good));
        }
        for (text, same) in [("[::ffff:10.0.0.1]:22", "10.0.0.1:22"), ("DB1:22", "db1:22")] {
            assert_eq!(Address::parse(text), Address::parse(same));
        }
        for bad in [
            "",
            "db1",
            ":22",
            "db1:",
            "db1:0",
            "db1:65536",
            "db1:+22",
            "::1:22",
            "[10.0.0.1]:22",
            "10.1.2:22",
            "300.1.1.1:22",
            "a b:22",
            "-a:22",
            "a..b:22",
            "[fe80::1%eth0]:22",
        ] {
            assert!(Address::parse(bad).is_err(), "{bad}");
        }
    }
}
