//! Where somebody comes from.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{DeviceId, OperatorName};

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

/// A device that a connection came through: proven, in force when the connection began, and somebody's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    pub device: DeviceId,
    pub owner: OperatorName,
    /// Where the tunnel or the TLS connection comes from.
    pub outer: SocketAddr,
}

/// The far end of a connection, as the gateway itself saw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    address: IpAddr,
    port: u16,
    via: Via,
    arrival: Option<Arc<Arrival>>,
}

impl Origin {
    /// Without a device.
    pub fn new(peer: SocketAddr, via: Via) -> Self {
        Self { address: canonical(peer.ip()), port: peer.port(), via, arrival: None }
    }

    /// `peer` is the address that rules ask about: inside of a tunnel, its own.
    pub fn by_device(peer: SocketAddr, via: Via, arrival: Arrival) -> Self {
        Self { arrival: Some(Arc::new(arrival)), ..Self::new(peer, via) }
    }

    pub fn address(&self) -> IpAddr {
        self.address
    }

    pub fn via(&self) -> Via {
        self.via
    }

    pub fn arrival(&self) -> Option<&Arrival> {
        self.arrival.as_deref()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SocketAddr::new(self.address, self.port).fmt(f)
    }
}
