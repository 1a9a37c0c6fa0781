//! Which algorithms are offered: modern ones only, post-quantum key exchange first.

use std::borrow::Cow;

use russh::keys::{Algorithm, EcdsaCurve, HashAlg};
use russh::{Preferred, cipher, compression, kex, mac};

/// No finite-field groups: every client since 2014 has curve25519, and a group exchange is the cheapest
/// way to burn the gateway's time before login (CVE-2002-20001).
const KEX: &[kex::Name] = &[
    kex::MLKEM768X25519_SHA256,
    kex::CURVE25519,
    kex::CURVE25519_PRE_RFC_8731,
    kex::EXTENSION_SUPPORT_AS_CLIENT,
    kex::EXTENSION_SUPPORT_AS_SERVER,
    kex::EXTENSION_OPENSSH_STRICT_KEX_AS_CLIENT,
    kex::EXTENSION_OPENSSH_STRICT_KEX_AS_SERVER,
];

/// Assets may be older than clients: what they still need, without SHA-1.
const KEX_TOWARDS_ASSETS: &[kex::Name] = &[
    kex::MLKEM768X25519_SHA256,
    kex::CURVE25519,
    kex::CURVE25519_PRE_RFC_8731,
    kex::ECDH_SHA2_NISTP256,
    kex::ECDH_SHA2_NISTP384,
    kex::ECDH_SHA2_NISTP521,
    kex::DH_G16_SHA512,
    kex::DH_G14_SHA256,
    kex::EXTENSION_SUPPORT_AS_CLIENT,
    kex::EXTENSION_SUPPORT_AS_SERVER,
    kex::EXTENSION_OPENSSH_STRICT_KEX_AS_CLIENT,
    kex::EXTENSION_OPENSSH_STRICT_KEX_AS_SERVER,
];

/// AES-GCM before ChaCha20: with AES instructions it costs less than half.
const CIPHERS: &[cipher::Name] = &[
    cipher::AES_256_GCM,
    cipher::AES_128_GCM,
    cipher::CHACHA20_POLY1305,
    cipher::AES_256_CTR,
    cipher::AES_192_CTR,
    cipher::AES_128_CTR,
];

/// OpenSSH prefers ChaCha20 and CTR to AES-GCM, which costs both sides a third as much. It has had GCM since
/// 6.2 (2013), so it is offered nothing else.
const CIPHERS_FOR_OPENSSH: &[cipher::Name] = &[cipher::AES_128_GCM, cipher::AES_256_GCM];

const MACS: &[mac::Name] = &[mac::HMAC_SHA512_ETM, mac::HMAC_SHA256_ETM];

/// Servers of old have no encrypt-then-mac.
const MACS_TOWARDS_ASSETS: &[mac::Name] =
    &[mac::HMAC_SHA512_ETM, mac::HMAC_SHA256_ETM, mac::HMAC_SHA512, mac::HMAC_SHA256];

/// Signatures and host keys; `ssh-rsa` with SHA-1 is absent (RFC 8332).
fn keys() -> Vec<Algorithm> {
    let mut keys = vec![Algorithm::Ed25519];
    keys.extend(
        [EcdsaCurve::NistP256, EcdsaCurve::NistP384, EcdsaCurve::NistP521]
            .map(|curve| Algorithm::Ecdsa { curve }),
    );
    keys.extend([HashAlg::Sha512, HashAlg::Sha256].map(|hash| Algorithm::Rsa { hash: Some(hash) }));
    keys
}

pub(super) fn towards_clients() -> Preferred {
    Preferred {
        kex: Cow::Borrowed(KEX),
        key: Cow::Owned(keys()),
        cipher: Cow::Borrowed(CIPHERS),
        mac: Cow::Borrowed(MACS),
        compression: Cow::Borrowed(&[compression::NONE]),
        ..Preferred::DEFAULT
    }
}

pub(super) fn towards_openssh() -> Preferred {
    Preferred { cipher: Cow::Borrowed(CIPHERS_FOR_OPENSSH), ..towards_clients() }
}

/// Is this OpenSSH's own client (RFC 4253 §4.2), of a version that has AES-GCM?
pub(super) fn is_openssh(identification: &[u8]) -> bool {
    let version = identification.strip_prefix(b"SSH-2.0-OpenSSH_").unwrap_or_default();
    let major: Vec<u8> = version.iter().copied().take_while(u8::is_ascii_digit).collect();
    std::str::from_utf8(&major)
        .ok()
        .and_then(|major| major.parse::<u32>().ok())
        .is_some_and(|major| major >= 7)
}

/// `known` are the kinds of the keys pinned for the asset: asked for first, so that an asset with several
/// host keys shows the one we can check.
pub(super) fn towards_assets(known: &[Algorithm]) -> Preferred {
    let is_known =
        |key: &Algorithm| known.iter().any(|k| std::mem::discriminant(k) == std::mem::discriminant(key));
    let mut keys = keys();
    keys.sort_by_key(|key| !is_known(key));
    Preferred {
        kex: Cow::Borrowed(KEX_TOWARDS_ASSETS),
        key: Cow::Owned(keys),
        cipher: Cow::Borrowed(CIPHERS),
        mac: Cow::Borrowed(MACS_TOWARDS_ASSETS),
        compression: Cow::Borrowed(&[compression::NONE]),
        ..Preferred::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::is_openssh;

    #[test]
    fn only_a_recent_openssh_is_openssh() {
        for yes in ["SSH-2.0-OpenSSH_9.2p1 Debian-2", "SSH-2.0-OpenSSH_for_Windows"] {
            assert_eq!(is_openssh(yes.as_bytes()), yes.contains("9.2"), "{yes}");
        }
        for no in [
            "SSH-2.0-OpenSSH_5.3",
            "SSH-2.0-PuTTY_Release_0.78",
            "SSH-2.0-dropbear_2022.83",
            "",
            "SSH-2.0-OpenSSH_",
        ] {
            assert!(!is_openssh(no.as_bytes()), "{no}");
        }
    }
}
