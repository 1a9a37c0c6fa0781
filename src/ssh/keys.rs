//! Public and private keys as values; parsing refuses what cannot be checked.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use russh::keys::ssh_key::LineEnding;
use russh::keys::{Algorithm, EcdsaCurve, HashAlg};

use crate::domain::{Language, Secret, Tell, english, text};
use crate::platform::SystemError;
use crate::platform::key_file::{self, KeyFileFault};

#[derive(Debug, thiserror::Error)]
pub enum InvalidKey {
    NotPublic,
    Kind(String),
    ShortRsa,
    NotPrivate,
    Passphrase,
    File {
        path: String,
        error: SystemError,
    },
    /// Others can read it.
    Exposed {
        path: String,
    },
    /// There is a file, and it is not a key that can be used.
    Unusable {
        path: String,
        error: Box<Self>,
    },
    Sign(String),
}

english!(InvalidKey);

impl Tell for InvalidKey {
    fn told(&self, language: Language) -> String {
        match self {
            Self::NotPublic => text!(language, "key.not-public"),
            Self::Kind(kind) => text!(language, "key.kind", kind = kind),
            Self::ShortRsa => text!(language, "key.short-rsa"),
            Self::NotPrivate => text!(language, "key.not-private"),
            Self::Passphrase => text!(language, "key.passphrase"),
            Self::File { path, error } => {
                text!(language, "key.about", path = path, error = error.told(language))
            }
            Self::Exposed { path } => text!(language, "key.exposed", path = path),
            Self::Unusable { path, error } => {
                text!(language, "key.about", path = path, error = error.told(language))
            }
            Self::Sign(why) => text!(language, "key.sign", why = why),
        }
    }
}

/// 2048 bits (NIST SP 800-131A).
const MIN_RSA_BYTES: usize = 2048 / 8;

#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(pub(super) russh::keys::PublicKey);

impl PublicKey {
    /// Reads one line of an `authorized_keys` or `.pub` file, without options.
    pub fn parse(line: &str) -> Result<Self, InvalidKey> {
        let key = russh::keys::PublicKey::from_openssh(line.trim()).map_err(|_| InvalidKey::NotPublic)?;
        Self::checked(key)
    }

    /// The same of a key that a person logs in with: security keys (`sk-…`), too.
    pub fn parse_of_person(line: &str) -> Result<Self, InvalidKey> {
        let key = russh::keys::PublicKey::from_openssh(line.trim()).map_err(|_| InvalidKey::NotPublic)?;
        Self::of_person(key)
    }

    /// A key by which a person may be known. A security key proves itself with a touch, which machines have nobody for.
    pub(super) fn of_person(key: russh::keys::PublicKey) -> Result<Self, InvalidKey> {
        match key.algorithm() {
            Algorithm::SkEd25519 | Algorithm::SkEcdsaSha2NistP256 => Ok(Self(key)),
            _ => Self::checked(key),
        }
    }

    pub(super) fn is_security_key(&self) -> bool {
        matches!(self.0.algorithm(), Algorithm::SkEd25519 | Algorithm::SkEcdsaSha2NistP256)
    }

    /// A key by which anything may be known.
    pub(super) fn checked(key: russh::keys::PublicKey) -> Result<Self, InvalidKey> {
        let modulus = key.key_data().rsa().and_then(|rsa| rsa.n().as_positive_bytes().map(<[u8]>::len));
        match key.algorithm() {
            Algorithm::Rsa { .. } if modulus.is_none_or(|bytes| bytes < MIN_RSA_BYTES) => {
                Err(InvalidKey::ShortRsa)
            }
            Algorithm::Ed25519 | Algorithm::Ecdsa { .. } | Algorithm::Rsa { .. } => Ok(Self(key)),
            other => Err(InvalidKey::Kind(other.to_string())),
        }
    }

    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint(HashAlg::Sha256).to_string()
    }

    /// Kind and key, without the comment.
    pub fn line(&self) -> String {
        let bare = russh::keys::PublicKey::new(self.0.key_data().clone(), "");
        bare.to_openssh().unwrap_or_default().trim().to_owned()
    }

    /// The same key, whatever its comment says.
    pub fn same(&self, other: &Self) -> bool {
        self.0.key_data() == other.0.key_data()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fingerprint())
    }
}

#[derive(Clone)]
pub struct PrivateKey(pub(super) Arc<russh::keys::PrivateKey>);

impl PrivateKey {
    /// Reads an OpenSSH, PKCS#1 or PKCS#8 key without a passphrase.
    pub fn parse(text: &Secret) -> Result<Self, InvalidKey> {
        let text = text.expose_str().ok_or(InvalidKey::NotPrivate)?;
        match russh::keys::decode_secret_key(text, None) {
            Ok(key) if key.is_encrypted() => Err(InvalidKey::Passphrase),
            Ok(key) => Ok(Self(Arc::new(key))),
            Err(russh::keys::Error::KeyIsEncrypted) => Err(InvalidKey::Passphrase),
            Err(_) => Err(InvalidKey::NotPrivate),
        }
    }

    pub fn public(&self) -> Result<PublicKey, InvalidKey> {
        PublicKey::checked(self.0.public_key().clone())
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}

/// The key by which clients know the gateway.
#[derive(Clone, Debug)]
pub struct HostKey(pub(super) PrivateKey);

impl HostKey {
    /// Draws a new Ed25519 key.
    pub fn generate() -> Result<Self, InvalidKey> {
        Self::draw(Algorithm::Ed25519)
    }

    fn draw(algorithm: Algorithm) -> Result<Self, InvalidKey> {
        let key = russh::keys::PrivateKey::random(&mut rand_core(), algorithm)
            .map_err(|_| InvalidKey::NotPrivate)?;
        Ok(Self(PrivateKey(Arc::new(key))))
    }

    /// The ed25519 key of a seed that is known: for the demo alone.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let pair = russh::keys::ssh_key::private::Ed25519Keypair::from_seed(seed);
        Self(PrivateKey(Arc::new(pair.into())))
    }

    /// Reads the key at `path`, or makes an Ed25519 key there (mode 0600) when there is none.
    pub fn load_or_create(path: &Path) -> Result<Self, InvalidKey> {
        Self::load_or_draw(path, Algorithm::Ed25519)
    }

    /// The same with an ECDSA key on NIST's P-256, for clients that may not use Ed25519 (FIPS).
    pub fn load_or_create_ecdsa(path: &Path) -> Result<Self, InvalidKey> {
        Self::load_or_draw(path, Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 })
    }

    /// The algorithms by which it signs.
    pub(super) fn algorithms(&self) -> Vec<Algorithm> {
        match self.0.0.algorithm() {
            Algorithm::Rsa { .. } => {
                [HashAlg::Sha512, HashAlg::Sha256].map(|hash| Algorithm::Rsa { hash: Some(hash) }).to_vec()
            }
            other => vec![other],
        }
    }

    fn load_or_draw(path: &Path, algorithm: Algorithm) -> Result<Self, InvalidKey> {
        let shown = || path.display().to_string();
        let fault = |error: std::io::Error| InvalidKey::File { path: shown(), error: error.into() };
        match key_file::read(path) {
            Ok(secret) => PrivateKey::parse(&secret)
                .map(Self)
                .map_err(|error| InvalidKey::Unusable { path: shown(), error: Box::new(error) }),
            Err(KeyFileFault::Missing) => {
                let key = Self::draw(algorithm)?;
                key.write(path).map_err(fault)?;
                Ok(key)
            }
            Err(KeyFileFault::Exposed { .. }) => Err(InvalidKey::Exposed { path: shown() }),
            Err(KeyFileFault::Failed(error)) => Err(fault(error)),
        }
    }

    /// Writes the key into a new file of mode 0600.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        use std::io::Write;
        use std::os::unix::fs::OpenOptionsExt;
        let text = self.0.0.to_openssh(LineEnding::LF).map_err(std::io::Error::other)?;
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    }

    pub fn public(&self) -> Result<PublicKey, InvalidKey> {
        self.0.public()
    }

    /// An armoured signature (OpenSSH, PROTOCOL.sshsig) that `ssh-keygen -Y verify` checks. `purpose` is its
    /// namespace: what is signed for one purpose proves nothing for another, and no login either.
    pub fn sign(&self, purpose: &str, message: &[u8]) -> Result<String, InvalidKey> {
        let fault = |error: russh::keys::ssh_key::Error| InvalidKey::Sign(error.to_string());
        let signature = self.0.0.sign(purpose, HashAlg::Sha512, message).map_err(fault)?;
        signature.to_pem(LineEnding::LF).map_err(fault)
    }

    /// The private key in OpenSSH form, for the demo's asset credential.
    pub fn private_key(&self) -> Result<Secret, InvalidKey> {
        let text = self.0.0.to_openssh(LineEnding::LF).map_err(|_| InvalidKey::NotPrivate)?;
        Ok(Secret::new(text.as_bytes().to_vec()))
    }
}

fn rand_core() -> impl russh::keys::ssh_key::rand_core::CryptoRng {
    russh::keys::key::safe_rng()
}
