//! Where somebody comes from.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use serde::{Deserialize, Serialize};

/// How an operator reached the gateway.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Via {
    #[default]
    Direct,
    Tunnel,
    Tls,
}

/// An IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) is the IPv4 address that it maps: a dual-stack
/// listener must not open a second way around an IPv4 rule.
pub fn canonical(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

/// The far end of a connection, as the gateway itself saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    address: IpAddr,
    port: u16,
    via: Via,
}

impl Origin {
    pub fn new(peer: SocketAddr, via: Via) -> Self {
        Self { address: canonical(peer.ip()), port: peer.port(), via }
    }

    pub fn address(&self) -> IpAddr {
        self.address
    }

    pub fn via(&self) -> Via {
        self.via
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SocketAddr::new(self.address, self.port).fmt(f)
    }
}
