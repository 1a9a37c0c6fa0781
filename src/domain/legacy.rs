//! Algorithms of SSH that are too weak to be offered to everybody, by the names of the protocol: an asset's
//! entry may ask for single ones (`legacy = ["ssh-rsa"]`).

use std::fmt;

/// What a weak algorithm is for. Each asset negotiates one of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    KeyExchange,
    /// Host keys, and signatures by the gateway's own key.
    Signature,
    Cipher,
    Mac,
}

/// Strongest first within each kind: that is the order in which they are offered.
const WEAK: [(&str, Use); 9] = [
    ("diffie-hellman-group-exchange-sha1", Use::KeyExchange),
    ("diffie-hellman-group14-sha1", Use::KeyExchange),
    ("diffie-hellman-group1-sha1", Use::KeyExchange),
    ("ssh-rsa", Use::Signature),
    ("aes256-cbc", Use::Cipher),
    ("aes192-cbc", Use::Cipher),
    ("aes128-cbc", Use::Cipher),
    ("hmac-sha1-etm@openssh.com", Use::Mac),
    ("hmac-sha1", Use::Mac),
];

/// What every asset is offered, so that asking for it would say nothing.
pub const STRONG: [&str; 26] = [
    "mlkem768x25519-sha256",
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group14-sha256",
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
    "aes256-gcm@openssh.com",
    "aes128-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
    "aes256-ctr",
    "aes192-ctr",
    "aes128-ctr",
    "hmac-sha2-512-etm@openssh.com",
    "hmac-sha2-256-etm@openssh.com",
    "hmac-sha2-512",
    "hmac-sha2-256",
];

/// A weak algorithm that an asset's entry asks for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Legacy(usize);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLegacy {
    #[error("{0:?} is offered to every asset: it needs no `legacy`")]
    Strong(String),
    #[error("{0:?} is not an algorithm that the gateway has")]
    Unknown(String),
}

impl Legacy {
    pub fn parse(text: &str) -> Result<Self, InvalidLegacy> {
        match WEAK.iter().position(|(name, _)| *name == text) {
            Some(at) => Ok(Self(at)),
            None if STRONG.contains(&text) => Err(InvalidLegacy::Strong(text.to_owned())),
            None => Err(InvalidLegacy::Unknown(text.to_owned())),
        }
    }

    /// Every name that may be asked for.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        WEAK.iter().map(|(name, _)| *name)
    }

    pub fn as_str(self) -> &'static str {
        WEAK.get(self.0).map_or("", |(name, _)| name)
    }

    pub fn is_for(self, wanted: Use) -> bool {
        WEAK.get(self.0).is_some_and(|(_, used)| *used == wanted)
    }
}

impl fmt::Display for Legacy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Legacy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl serde::Serialize for Legacy {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_weak_and_known_is_legacy() {
        for name in Legacy::names() {
            assert_eq!(Legacy::parse(name).map(Legacy::as_str), Ok(name));
            assert!(!STRONG.contains(&name), "{name}");
        }
        for strong in STRONG {
            assert_eq!(Legacy::parse(strong), Err(InvalidLegacy::Strong(strong.to_owned())));
        }
        for unknown in ["", "none", "ssh-dss", "3des-cbc", "hmac-md5", "SSH-RSA", "ssh-rsa "] {
            assert_eq!(Legacy::parse(unknown), Err(InvalidLegacy::Unknown(unknown.to_owned())));
        }
    }
}
