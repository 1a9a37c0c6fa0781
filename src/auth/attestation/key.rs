use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest as _, Sha256};

use super::wire::Fields;

/// What a security key signs with, as far as everybody may know it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyPoint {
    Ed25519([u8; 32]),
    /// Uncompressed (SEC 1 §2.3.3).
    P256([u8; 65]),
}

/// A security key that somebody offers.
pub struct SecurityKey {
    pub(super) point: KeyPoint,
    /// For whom it signs, as a digest; OpenSSH makes keys for `ssh:` and what begins so.
    pub(super) application: [u8; 32],
}

impl SecurityKey {
    /// From a line of `authorized_keys` without options. `None`: that is not a security key.
    pub fn read(line: &str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let (kind, key) = (words.next()?, BASE64.decode(words.next()?).ok()?);
        let mut fields = Fields::new(&key);
        if fields.string()? != kind.as_bytes() {
            return None;
        }
        let point = match kind {
            "sk-ssh-ed25519@openssh.com" => KeyPoint::Ed25519(fields.string()?.try_into().ok()?),
            "sk-ecdsa-sha2-nistp256@openssh.com" => {
                fields.string().filter(|curve| curve == b"nistp256")?;
                KeyPoint::P256(fields.string()?.try_into().ok()?)
            }
            _ => return None,
        };
        let application = Sha256::digest(fields.string()?).into();
        fields.is_over().then_some(Self { point, application })
    }
}
