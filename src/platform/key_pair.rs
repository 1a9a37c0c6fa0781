//! Key pairs of WireGuard (X25519, RFC 7748): the gateway's own, which lies in the data directory, and those that
//! are drawn for a device. Text is base 64, as `wg genkey` and `wg pubkey` print it.

use std::fmt;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use x25519_dalek::{X25519_BASEPOINT_BYTES, x25519};
use zeroize::Zeroizing;

use crate::domain::{Language, Secret, Tell, WireguardKey, english, text};
use crate::platform::SystemError;
use crate::platform::key_file::{self, KeyFileFault};
use crate::platform::random::{self, RandomError};

/// Its name in the data directory.
const FILE: &str = "wireguard_key";

/// Both halves. The private one is wiped when dropped.
#[derive(Clone)]
pub struct KeyPair {
    private: Zeroizing<[u8; 32]>,
    public: WireguardKey,
}

#[derive(Debug, thiserror::Error)]
pub enum KeyPairError {
    NoKey { file: PathBuf },
    Exposed { file: PathBuf, mode: u32 },
    Failed { file: PathBuf, reason: SystemError },
    Random(#[from] RandomError),
}

english!(KeyPairError);

impl Tell for KeyPairError {
    fn told(&self, language: Language) -> String {
        match self {
            Self::NoKey { file } => text!(language, "wireguard.no-key", file = file.display()),
            Self::Exposed { file, mode } => {
                text!(language, "wireguard.exposed", file = file.display(), mode = format!("{mode:04o}"))
            }
            Self::Failed { file, reason } => {
                text!(language, "wireguard.failed", file = file.display(), reason = reason.told(language))
            }
            Self::Random(error) => error.told(language),
        }
    }
}

impl KeyPair {
    fn new(private: Zeroizing<[u8; 32]>) -> Self {
        let public = WireguardKey::new(x25519(*private, X25519_BASEPOINT_BYTES));
        Self { private, public }
    }

    /// Draws a new pair.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn draw() -> Result<Self, RandomError> {
        let mut private = Zeroizing::new(random::bytes::<32>()?);
        // What `wg genkey` does, too (RFC 7748 §5): the same key, written in one way.
        let [first, .., last] = &mut *private;
        *first &= 0xf8;
        *last = *last & 0x7f | 0x40;
        Ok(Self::new(private))
    }

    /// The gateway's own: reads it, or makes it (mode 0600) where there is none.
    ///
    /// # Errors
    /// When it is no key, or others may read it.
    pub fn load_or_create(data_dir: &Path) -> Result<Self, KeyPairError> {
        let file = data_dir.join(FILE);
        let text = match key_file::read(&file) {
            Err(KeyFileFault::Missing) => {
                let line = Zeroizing::new(format!("{}\n", *Self::draw()?.private_text()));
                key_file::make(&file, line.as_bytes()).map_err(|error| failed(&file, &error))?;
                key_file::read(&file)
            }
            other => other,
        };
        let text = text.map_err(|fault| match fault {
            KeyFileFault::Missing => failed(&file, &std::io::ErrorKind::NotFound.into()),
            KeyFileFault::Exposed { mode } => KeyPairError::Exposed { file: file.clone(), mode },
            KeyFileFault::Failed(error) => failed(&file, &error),
        })?;
        Self::parse(&text).ok_or(KeyPairError::NoKey { file })
    }

    fn parse(text: &Secret) -> Option<Self> {
        let bytes = Zeroizing::new(BASE64.decode(text.expose().trim_ascii()).ok()?);
        let private: [u8; 32] = bytes.as_slice().try_into().ok()?;
        Some(Self::new(Zeroizing::new(private)))
    }

    pub fn public(&self) -> WireguardKey {
        self.public
    }

    /// The private half, for the one place that uses it.
    pub fn expose(&self) -> &[u8; 32] {
        &self.private
    }

    /// The private half as a client file has it.
    pub fn private_text(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64.encode(*self.private))
    }

    /// Whether this key agrees with anybody's on a secret that everybody knows (RFC 7748 §6.1): whoever has it
    /// proves nothing.
    pub fn is_void(&self, key: &WireguardKey) -> bool {
        *Zeroizing::new(x25519(*self.private, *key.bytes())) == [0; 32]
    }
}

fn failed(file: &Path, error: &std::io::Error) -> KeyPairError {
    KeyPairError::Failed { file: file.to_owned(), reason: error.into() }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPair({})", self.public)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::os::unix::fs::PermissionsExt;

    use super::*;

    /// As OpenSSL computes it from the same private half.
    #[test]
    fn the_public_half_is_as_others_have_it() {
        let private = std::array::from_fn(|at| u8::try_from(at).unwrap());
        let public = "8f40c5adb68f25624ae5b214ea767a6ec94d829d3d7b5e1ad1ba6f3e2138285f";
        assert_eq!(hex::encode(KeyPair::new(Zeroizing::new(private)).public().bytes()), public);
    }

    #[test]
    fn the_gateways_key_stays_and_is_private() {
        let dir = tempfile::tempdir().unwrap();
        let first = KeyPair::load_or_create(dir.path()).unwrap();
        let again = KeyPair::load_or_create(dir.path()).unwrap();
        assert_eq!(first.public(), again.public());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "no second copy");
        let file = dir.path().join(FILE);
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(text, format!("{}\n", *first.private_text()));
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o7777, 0o600);
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        let error = KeyPair::load_or_create(dir.path()).unwrap_err().to_string();
        assert!(error.ends_with("(mode 0640): run chmod 600 on it"), "{error}");
    }

    #[test]
    fn what_is_no_key_is_refused_and_stays() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(FILE);
        for text in ["", "short", "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8D"] {
            std::fs::write(&file, text).unwrap();
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
            let error = KeyPair::load_or_create(dir.path()).unwrap_err();
            assert!(matches!(error, KeyPairError::NoKey { .. }), "{error}");
            assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
        }
    }

    #[test]
    fn a_key_that_proves_nothing_is_known() {
        let own = KeyPair::draw().unwrap();
        let mut one = [0; 32];
        one[0] = 1;
        assert!(own.is_void(&WireguardKey::new([0; 32])) && own.is_void(&WireguardKey::new(one)));
        assert!(!own.is_void(&KeyPair::draw().unwrap().public()));
    }
}
