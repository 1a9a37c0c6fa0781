//! A device: one machine that one operator reaches the gateway with, through a tunnel or with a certificate.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Timestamp;

use super::{DeviceId, DeviceName, Digest, OperatorName};

/// A device that was enrolled and not revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    pub id: DeviceId,
    pub operator: OperatorName,
    pub name: DeviceName,
    pub credential: DeviceCredential,
    pub enrolled_at: Timestamp,
}

/// What it proves itself with. The private halves are never kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceCredential {
    /// At least one address: what the peer may use inside of the tunnel.
    Wireguard { key: WireguardKey, v4: Option<Ipv4Addr>, v6: Option<Ipv6Addr> },
    /// SHA-256 of the certificate in DER.
    Tls { fingerprint: Digest, not_after: Timestamp },
}

impl DeviceCredential {
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Wireguard { .. } => "wireguard",
            Self::Tls { .. } => "tls",
        }
    }

    /// What it may use inside of the tunnel; none where there is none.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        let (v4, v6) = match self {
            Self::Wireguard { v4, v6, .. } => (*v4, *v6),
            Self::Tls { .. } => (None, None),
        };
        v4.map(IpAddr::V4).into_iter().chain(v6.map(IpAddr::V6))
    }

    /// When it is too old; a key never is.
    pub fn not_after(&self) -> Option<Timestamp> {
        match self {
            Self::Wireguard { .. } => None,
            Self::Tls { not_after, .. } => Some(*not_after),
        }
    }
}

/// The public key, or the certificate's fingerprint.
impl fmt::Display for DeviceCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wireguard { key, .. } => key.fmt(f),
            Self::Tls { fingerprint, .. } => fingerprint.fmt(f),
        }
    }
}

/// A Curve25519 public key (RFC 7748), as `wg` writes it: 44 characters of base 64.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WireguardKey([u8; 32]);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not a WireGuard public key: give the 44 characters that `wg pubkey` prints")]
pub struct InvalidWireguardKey;

impl WireguardKey {
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl FromStr for WireguardKey {
    type Err = InvalidWireguardKey;

    fn from_str(text: &str) -> Result<Self, InvalidWireguardKey> {
        let bytes = BASE64.decode(text.trim()).map_err(|_| InvalidWireguardKey)?;
        let key: [u8; 32] = bytes.try_into().map_err(|_| InvalidWireguardKey)?;
        // The highest bit means nothing (RFC 7748 §5): set, it would be a second name of the same key.
        if key.last().is_some_and(|last| last & 0x80 != 0) { Err(InvalidWireguardKey) } else { Ok(Self(key)) }
    }
}

impl fmt::Display for WireguardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&BASE64.encode(self.0))
    }
}

impl fmt::Debug for WireguardKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_key_reads_back_and_nothing_else_is_one() {
        let text = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";
        assert_eq!(text.parse::<WireguardKey>().unwrap().to_string(), text);
        let again = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Lg=";
        for wrong in ["", "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8D==", "AAAA", "!", again] {
            assert_eq!(wrong.parse::<WireguardKey>(), Err(InvalidWireguardKey), "{wrong}");
        }
    }
}
