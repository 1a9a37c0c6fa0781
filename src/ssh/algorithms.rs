//! Which algorithms are offered, to whom, and why.
//!
//! Strong ones are open to everybody; of several the cheapest strong one should be taken. OpenSSH's client
//! prefers ChaCha20 to AES-GCM, which costs both sides a third more, so a client that lists GCM is offered GCM
//! alone. A client without X25519 (FIPS) is offered the NIST curves and the large finite-field groups, one without
//! encrypt-then-MAC (libssh2) the plain MACs: whoever has better is not offered these. So the client's list is read
//! before ours is sent; a client that waits for ours gets the modern one, with every strong cipher.

use std::borrow::Cow;
use std::time::Duration;

use russh::keys::{Algorithm, EcdsaCurve, HashAlg};
use russh::{KexOffer, Names, Preferred, cipher, compression, kex, mac};

use crate::domain::{Legacy, Use};

/// How long a client may take to show its list.
pub(super) const PATIENCE: Duration = Duration::from_secs(1);

const MODERN_KEX: [kex::Name; 3] =
    [kex::MLKEM768X25519_SHA256, kex::CURVE25519, kex::CURVE25519_PRE_RFC_8731];

/// For clients without X25519. No group exchange: it is the cheapest way to burn a server's time before login
/// (CVE-2002-20001).
const CLASSIC_KEX: [kex::Name; 6] = [
    kex::ECDH_SHA2_NISTP256,
    kex::ECDH_SHA2_NISTP384,
    kex::ECDH_SHA2_NISTP521,
    kex::DH_G16_SHA512,
    kex::DH_G18_SHA512,
    kex::DH_G14_SHA256,
];

/// Assets may be older than clients: what they still need, without SHA-1.
const KEX_TOWARDS_ASSETS: [kex::Name; 10] = [
    kex::MLKEM768X25519_SHA256,
    kex::CURVE25519,
    kex::CURVE25519_PRE_RFC_8731,
    kex::ECDH_SHA2_NISTP256,
    kex::ECDH_SHA2_NISTP384,
    kex::ECDH_SHA2_NISTP521,
    kex::DH_G16_SHA512,
    kex::DH_G18_SHA512,
    kex::DH_GEX_SHA256,
    kex::DH_G14_SHA256,
];

/// What is no key exchange, but stands in its list: extension negotiation, and strict key exchange.
const EXTENSIONS: [kex::Name; 4] = [
    kex::EXTENSION_SUPPORT_AS_CLIENT,
    kex::EXTENSION_SUPPORT_AS_SERVER,
    kex::EXTENSION_OPENSSH_STRICT_KEX_AS_CLIENT,
    kex::EXTENSION_OPENSSH_STRICT_KEX_AS_SERVER,
];

const GCM: [cipher::Name; 2] = [cipher::AES_256_GCM, cipher::AES_128_GCM];

/// AES-GCM before ChaCha20: with AES instructions it costs less than half.
const CIPHERS: [cipher::Name; 6] = [
    cipher::AES_256_GCM,
    cipher::AES_128_GCM,
    cipher::CHACHA20_POLY1305,
    cipher::AES_256_CTR,
    cipher::AES_192_CTR,
    cipher::AES_128_CTR,
];

const ENCRYPT_THEN_MAC: [mac::Name; 2] = [mac::HMAC_SHA512_ETM, mac::HMAC_SHA256_ETM];

const MACS: [mac::Name; 4] = [mac::HMAC_SHA512_ETM, mac::HMAC_SHA256_ETM, mac::HMAC_SHA512, mac::HMAC_SHA256];

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

/// What a client has of the best of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Client {
    gcm: bool,
    x25519: bool,
    encrypt_then_mac: bool,
    /// It can check the server's first host key.
    pub(super) host_key: bool,
}

impl Client {
    /// Of a client that has not said what it has.
    pub(super) const SILENT: Self = Self { gcm: false, x25519: true, encrypt_then_mac: true, host_key: true };

    /// Every kind of client.
    pub(super) fn kinds() -> impl Iterator<Item = Self> {
        let flag = |bits: u8, at: u8| bits & (1 << at) != 0;
        (0..16).map(move |bits| Self {
            gcm: flag(bits, 0),
            x25519: flag(bits, 1),
            encrypt_then_mac: flag(bits, 2),
            host_key: flag(bits, 3),
        })
    }

    /// `signs`: the algorithms of the server's first host key.
    pub(super) fn of(offer: &KexOffer, signs: &[Algorithm]) -> Self {
        fn has<N: AsRef<str>>(listed: &[String], ours: &[N]) -> bool {
            listed.iter().any(|name| ours.iter().any(|our| our.as_ref() == name))
        }
        Self {
            gcm: has(&offer.cipher, &GCM),
            x25519: has(&offer.kex, &MODERN_KEX),
            encrypt_then_mac: has(&offer.mac, &ENCRYPT_THEN_MAC),
            host_key: offer.key.iter().any(|name| signs.iter().any(|one| one.to_string() == *name)),
        }
    }

    pub(super) fn offered(self) -> Preferred {
        let mut kex = MODERN_KEX.to_vec();
        if !self.x25519 {
            kex.extend(CLASSIC_KEX);
        }
        kex.extend(EXTENSIONS);
        Preferred {
            kex: kex.into(),
            key: keys().into(),
            cipher: Cow::Borrowed(if self.gcm { &GCM } else { &CIPHERS }),
            mac: Cow::Borrowed(if self.encrypt_then_mac { &ENCRYPT_THEN_MAC } else { &MACS }),
            compression: Cow::Borrowed(&[compression::NONE]),
            ..Preferred::DEFAULT
        }
    }
}

/// `known` are the kinds of the keys pinned for the asset: asked for first, so that an asset with several
/// host keys shows the one we can check. `legacy` come last of their kind.
pub(super) fn towards_assets(known: &[Algorithm], legacy: &[Legacy]) -> Preferred {
    let is_known =
        |key: &Algorithm| known.iter().any(|k| std::mem::discriminant(k) == std::mem::discriminant(key));
    let mut keys = keys();
    keys.extend(weak(legacy, Use::Signature).map(|_| Algorithm::Rsa { hash: None }));
    keys.sort_by_key(|key| !is_known(key));
    let mut kex = KEX_TOWARDS_ASSETS.to_vec();
    kex.extend(weak(legacy, Use::KeyExchange).filter_map(|name| kex::Name::try_from(name).ok()));
    kex.extend(EXTENSIONS);
    let mut ciphers = CIPHERS.to_vec();
    ciphers.extend(weak(legacy, Use::Cipher).filter_map(|name| cipher::Name::try_from(name).ok()));
    let mut macs = MACS.to_vec();
    macs.extend(weak(legacy, Use::Mac).filter_map(|name| mac::Name::try_from(name).ok()));
    Preferred {
        kex: kex.into(),
        key: keys.into(),
        cipher: ciphers.into(),
        mac: macs.into(),
        compression: Cow::Borrowed(&[compression::NONE]),
        ..Preferred::DEFAULT
    }
}

fn weak(legacy: &[Legacy], wanted: Use) -> impl Iterator<Item = &'static str> {
    let mut sorted: Vec<Legacy> = legacy.iter().copied().filter(|one| one.is_for(wanted)).collect();
    sorted.sort_unstable();
    sorted.dedup();
    sorted.into_iter().map(Legacy::as_str)
}

/// Which of the weak algorithms were agreed on.
pub(super) fn weak_among(names: &Names) -> Vec<Legacy> {
    let key = names.key.to_string();
    let mut agreed = vec![names.kex.as_ref(), key.as_str(), names.cipher.as_ref()];
    // A cipher that authenticates by itself has no MAC, whatever was agreed on.
    if !GCM.contains(&names.cipher) && names.cipher != cipher::CHACHA20_POLY1305 {
        agreed.extend([names.client_mac.as_ref(), names.server_mac.as_ref()]);
    }
    let mut weak: Vec<Legacy> = agreed.iter().filter_map(|name| Legacy::parse(name).ok()).collect();
    weak.sort_unstable();
    weak.dedup();
    weak
}

/// Nothing that both sides have.
#[derive(Debug, Clone, thiserror::Error)]
#[error("no common {kind}: the other side offers only {offered}")]
pub struct Mismatch {
    pub(super) kind: &'static str,
    pub(super) offered: String,
}

impl Mismatch {
    /// What a peer may have a row say of its list, in bytes.
    const LONGEST: usize = 400;

    pub(super) fn of(error: &russh::Error) -> Option<Self> {
        use russh::AlgorithmKind;
        let russh::Error::NoCommonAlgo { kind, theirs, .. } = error else { return None };
        let kind = match kind {
            AlgorithmKind::Kex => "key exchange",
            AlgorithmKind::Key => "host key algorithm",
            AlgorithmKind::Cipher => "cipher",
            AlgorithmKind::Mac => "MAC",
            AlgorithmKind::Compression => "compression",
        };
        let mut offered = String::new();
        for name in theirs.iter().filter(|name| !EXTENSIONS.iter().any(|e| e.as_ref() == *name)) {
            if offered.len() + name.len() > Self::LONGEST {
                offered += ", …";
                break;
            }
            let comma = if offered.is_empty() { "" } else { ", " };
            offered += comma;
            offered.extend(name.chars().filter(char::is_ascii_graphic));
        }
        if offered.is_empty() {
            offered += "nothing";
        }
        Some(Self { kind, offered })
    }

    /// The names that the other side offers, as a list to read.
    pub fn offered(&self) -> &str {
        &self.offered
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::STRONG;

    fn offer(kex: &[&str], cipher: &[&str], mac: &[&str]) -> KexOffer {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        KexOffer { kex: owned(kex), key: owned(&["ssh-ed25519"]), cipher: owned(cipher), mac: owned(mac) }
    }

    fn client(kex: &[&str], cipher: &[&str], mac: &[&str]) -> Client {
        Client::of(&offer(kex, cipher, mac), &[Algorithm::Ed25519])
    }

    fn names<N: AsRef<str>>(list: &[N]) -> Vec<String> {
        list.iter().map(|name| name.as_ref().to_owned()).collect()
    }

    /// trial 5, trial 6: what a client has decides what it is offered.
    #[test]
    fn a_client_is_offered_what_fits_what_it_lists() {
        let openssh = client(
            &["sntrup761x25519-sha512@openssh.com", "curve25519-sha256"],
            &["chacha20-poly1305@openssh.com", "aes128-ctr", "aes128-gcm@openssh.com"],
            &["hmac-sha2-256-etm@openssh.com", "hmac-sha1"],
        );
        assert!(openssh.host_key);
        let openssh = openssh.offered();
        assert_eq!(names(&openssh.cipher), ["aes256-gcm@openssh.com", "aes128-gcm@openssh.com"]);
        assert!(!names(&openssh.kex).iter().any(|name| name.contains("nistp") || name.contains("group")));
        assert_eq!(openssh.mac.len(), 2);

        let no_gcm = client(&["curve25519-sha256"], &["aes256-ctr"], &["hmac-sha2-256"]).offered();
        assert_eq!((no_gcm.cipher.len(), no_gcm.mac.len()), (6, 4));

        let fips = offer(&["ecdh-sha2-nistp256"], &["aes256-gcm@openssh.com"], &[]);
        let fips = KexOffer { key: vec!["ecdsa-sha2-nistp256".into()], ..fips };
        let fips = Client::of(&fips, &[Algorithm::Ed25519]);
        assert!(!fips.host_key, "it is shown the other key");
        let fips = fips.offered();
        assert!(names(&fips.kex).contains(&"ecdh-sha2-nistp256".to_owned()));
        assert_eq!(fips.cipher.len(), 2);
        assert!(!names(&fips.kex).iter().any(|name| name.contains("exchange") || name.ends_with("sha1")));
    }

    #[test]
    fn every_kind_of_client_is_there_and_strict_exchange_stays() {
        assert_eq!(Client::kinds().count(), 16);
        assert!(Client::kinds().any(|kind| kind == Client::SILENT));
        for kind in Client::kinds() {
            assert!(kind.offered().kex.contains(&kex::EXTENSION_OPENSSH_STRICT_KEX_AS_SERVER));
        }
    }

    /// trial 7: group exchange always; weak algorithms for whoever asks for them, and last.
    #[test]
    fn assets_are_offered_what_is_strong_and_what_their_entry_asks_for() {
        let usual = towards_assets(&[], &[]);
        let keys: Vec<String> = usual.key.iter().map(ToString::to_string).collect();
        let offered = [names(&usual.kex), keys, names(&usual.cipher), names(&usual.mac)].concat();
        let mut offered: Vec<&str> =
            offered.iter().map(String::as_str).filter(|name| !name.contains("ext-info")).collect();
        offered.retain(|name| !name.starts_with("kex-strict"));
        let mut strong = STRONG.to_vec();
        offered.sort_unstable();
        strong.sort_unstable();
        assert_eq!(offered, strong);

        let all: Vec<Legacy> = Legacy::names().filter_map(|name| Legacy::parse(name).ok()).collect();
        let old = towards_assets(&[], &all);
        let last = |list: &[String]| {
            list.iter().rfind(|name| !EXTENSIONS.iter().any(|e| e.as_ref() == *name)).cloned()
        };
        assert_eq!(last(&names(&old.kex)).as_deref(), Some("diffie-hellman-group1-sha1"));
        assert_eq!(last(&names(&old.cipher)).as_deref(), Some("aes128-cbc"));
        assert_eq!(last(&names(&old.mac)).as_deref(), Some("hmac-sha1"));
        assert!(old.key.contains(&Algorithm::Rsa { hash: None }));
        let added = |old: usize, usual: usize| old - usual;
        assert_eq!(added(old.kex.len(), usual.kex.len()), 3, "each name is one that the library has");
        assert_eq!(added(old.cipher.len(), usual.cipher.len()), 3);
        assert_eq!(added(old.mac.len(), usual.mac.len()), 2);
    }

    #[test]
    fn what_a_peer_offers_is_told_in_bounds() {
        let error = |theirs: Vec<String>| russh::Error::NoCommonAlgo {
            kind: russh::AlgorithmKind::Kex,
            ours: vec![],
            theirs,
        };
        let one = Mismatch::of(&error(vec!["diffie-hellman-group1-sha1".into(), "ext-info-c".into()]));
        assert_eq!(
            one.map(|one| one.to_string()).as_deref(),
            Some("no common key exchange: the other side offers only diffie-hellman-group1-sha1"),
        );
        let long = Mismatch::of(&error(vec!["x\u{1b}y".repeat(90), "y".repeat(399), "z".into()]));
        let long = long.map(|long| long.offered).unwrap_or_default();
        assert!(long.len() < 410 && !long.contains('\u{1b}') && long.ends_with('…'), "{long}");
        assert!(Mismatch::of(&error(vec![])).is_some_and(|none| none.offered == "nothing"));
        assert!(Mismatch::of(&russh::Error::Disconnect).is_none());
    }
}
