//! Whom an address stands for, where addresses are counted: of IPv6 a whole network is one's own, and who has one has
//! 2^64 addresses.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use super::canonical;

/// An IPv4 address, or the /64 of an IPv6 address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceNet(IpAddr);

/// The bits of an IPv6 address that are its network's.
const NETWORK: u128 = !(u64::MAX as u128);

impl SourceNet {
    pub fn of(address: IpAddr) -> Self {
        Self(match canonical(address) {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & NETWORK).into(),
            address => address,
        })
    }

    /// The address, or the first of the network.
    pub fn address(self) -> IpAddr {
        self.0
    }
}

impl fmt::Display for SourceNet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => f.pad(&address.to_string()),
            IpAddr::V6(network) => f.pad(&format!("{network}/64")),
        }
    }
}

impl serde::Serialize for SourceNet {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// The text is neither an address nor a network of 64 bits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an address: write 203.0.113.7, 2001:db8::7 or 2001:db8::/64")]
pub struct InvalidSourceNet(String);

impl FromStr for SourceNet {
    type Err = InvalidSourceNet;

    fn from_str(text: &str) -> Result<Self, InvalidSourceNet> {
        let address = text.strip_suffix("/64").unwrap_or(text);
        match address.parse::<IpAddr>() {
            Ok(IpAddr::V4(_)) if address.len() < text.len() => Err(InvalidSourceNet(text.to_owned())),
            Ok(address) => Ok(Self::of(address)),
            Err(_) => Err(InvalidSourceNet(text.to_owned())),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_counts_as_one_source() {
        for (text, want) in [
            ("203.0.113.7", "203.0.113.7"),
            ("::ffff:203.0.113.7", "203.0.113.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::/64", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(text.parse::<SourceNet>().unwrap().to_string(), want);
        }
        for bad in ["", "203.0.113.7/64", "203.0.113.0/24", "2001:db8::/48", "host", "203.0.113.7 "] {
            assert!(bad.parse::<SourceNet>().is_err(), "{bad}");
        }
    }
}
