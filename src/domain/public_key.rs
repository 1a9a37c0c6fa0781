//! A public key as OpenSSH writes it, `TYPE BASE64 COMMENT`, for those who need not check signatures by it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest as _, Sha256};

/// The type and its blob, which name the same type (RFC 4253 §6.6). A comment is dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKeyLine {
    kind: String,
    blob: Vec<u8>,
}

/// Bits of an RSA key, at least (NIST SP 800-131A), and at most: a longer one is somebody's way to burn time.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

impl PublicKeyLine {
    /// Reads one line without options before it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_ascii_whitespace();
        let (kind, blob) = (words.next()?, STANDARD.decode(words.next()?).ok()?);
        let (named, rest) = string(&blob)?;
        (named == kind.as_bytes() && !rest.is_empty()).then(|| Self { kind: kind.to_owned(), blob })
    }

    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    pub fn fingerprint(&self) -> String {
        format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(&self.blob)))
    }

    /// May it sign certificates: Ed25519, ECDSA, or RSA that is neither short nor endless?
    pub fn can_certify(&self) -> bool {
        match self.kind.as_str() {
            "ssh-ed25519" | "ecdsa-sha2-nistp256" | "ecdsa-sha2-nistp384" | "ecdsa-sha2-nistp521" => true,
            "ssh-rsa" => self.rsa_bits().is_some_and(|bits| RSA_BITS.contains(&bits)),
            _ => false,
        }
    }

    /// Of the modulus, which comes after the exponent (RFC 4253 §6.6).
    fn rsa_bits(&self) -> Option<usize> {
        let (_, rest) = string(&self.blob)?;
        let (_, rest) = string(rest)?;
        let (modulus, _) = string(rest)?;
        let start = modulus.iter().position(|byte| *byte != 0)?;
        let modulus = modulus.get(start..)?;
        let unused = usize::try_from(modulus.first()?.leading_zeros()).ok()?;
        Some(modulus.len() * 8 - unused)
    }
}

impl std::fmt::Display for PublicKeyLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind, STANDARD.encode(&self.blob))
    }
}

/// A string (RFC 4251 §5), and what comes after it.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_at_checked(4)?;
    let length = u32::from_be_bytes(length.try_into().ok()?);
    rest.split_at_checked(usize::try_from(length).ok()?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGVLJwRBjRqQ3Y5d3mOuLQ9Jl6V7QYg7mH2T0b6b0p3v";

    /// `ssh-rsa` with a modulus of so many bits.
    fn rsa(bits: usize) -> PublicKeyLine {
        let mut modulus = vec![0xff; bits / 8];
        modulus.insert(0, 0); // positive
        let field = |bytes: &[u8]| [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat();
        let blob = [field(b"ssh-rsa"), field(&[1, 0, 1]), field(&modulus)].concat();
        PublicKeyLine::parse(&format!("ssh-rsa {}", STANDARD.encode(blob))).unwrap()
    }

    #[test]
    fn a_key_has_a_type_and_its_blob() {
        let key = PublicKeyLine::parse(&format!("{KEY} root@db1")).unwrap();
        assert_eq!((key.to_string().as_str(), key.kind()), (KEY, "ssh-ed25519"));
        assert_eq!(key.fingerprint().len(), "SHA256:".len() + 43);
        let blob = KEY.trim_start_matches("ssh-ed25519 ");
        for bad in ["", "ssh-ed25519", &format!("ssh-rsa {blob}"), "ssh-ed25519 !!!!", blob] {
            assert_eq!(PublicKeyLine::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn who_may_certify_is_strong_enough_for_it() {
        assert!(PublicKeyLine::parse(KEY).unwrap().can_certify());
        assert_eq!([1024, 2048, 4096, 16384].map(|bits| rsa(bits).can_certify()), [false, true, true, false]);
    }
}
