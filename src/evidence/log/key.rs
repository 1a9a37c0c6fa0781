//! Keys that sign checkpoints (Ed25519, RFC 8032), and those that verify them as people pass them on (C2SP signed-note).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::name::is_name;
use super::signature::NoteSignature;

/// What stands before an Ed25519 key, so that it cannot be taken for another algorithm's.
const ED25519: u8 = 1;

/// The public half of a key, with the name of the log that it speaks for.
#[derive(Clone, PartialEq, Eq)]
pub struct LogKey {
    name: String,
    public: VerifyingKey,
}

impl LogKey {
    /// Reads `NAME+ID+KEY`; a key of another kind is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once('+')?;
        let (id, key) = rest.split_once('+')?;
        let bytes = BASE64.decode(key).ok()?;
        let (&ED25519, public) = bytes.split_first()? else { return None };
        let public = VerifyingKey::from_bytes(public.try_into().ok()?).ok()?;
        let key = Self { name: name.to_owned(), public };
        (is_name(name) && id == hex::encode(key.id())).then_some(key)
    }

    /// The log that it signs for.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn public(&self) -> &[u8; 32] {
        self.public.as_bytes()
    }

    /// Whether the log is named after this key.
    pub fn begins_its_log(&self) -> bool {
        self.name == log_name(&self.public)
    }

    /// What a signature names its key by: short, and no proof of anything.
    pub fn id(&self) -> [u8; 4] {
        let whole: [u8; 32] = Sha256::new()
            .chain_update(self.name.as_bytes())
            .chain_update([b'\n', ED25519])
            .chain_update(self.public.as_bytes())
            .finalize()
            .into();
        let [a, b, c, d, ..] = whole;
        [a, b, c, d]
    }

    /// Whether a signature says that it is this key's.
    pub fn made(&self, signature: &NoteSignature) -> bool {
        signature.name == self.name && signature.key_id == self.id()
    }

    /// Whether it really is.
    pub fn verifies(&self, text: &str, signature: &NoteSignature) -> bool {
        let Ok(bytes) = Signature::from_slice(&signature.signature) else { return false };
        self.made(signature) && self.public.verify_strict(text.as_bytes(), &bytes).is_ok()
    }
}

impl fmt::Display for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key: Vec<u8> = [ED25519].into_iter().chain(*self.public.as_bytes()).collect();
        write!(f, "{}+{}+{}", self.name, hex::encode(self.id()), BASE64.encode(key))
    }
}

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn log_name(first: &VerifyingKey) -> String {
    let digest: [u8; 32] = Sha256::digest(first.as_bytes()).into();
    format!("juyong.log/{}", hex::encode(digest).get(..16).unwrap_or_default())
}

/// Both halves of an epoch's key. The private one is wiped when dropped.
pub struct EpochKey(SigningKey);

impl EpochKey {
    /// The key of 32 random bytes.
    pub fn new(seed: &Zeroizing<[u8; 32]>) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The name of the log that begins with this key: nobody finds another key for it.
    pub fn log_name(&self) -> String {
        log_name(&self.0.verifying_key())
    }

    /// The public half, in a log's name.
    pub fn public(&self, log: &str) -> LogKey {
        LogKey { name: log.to_owned(), public: self.0.verifying_key() }
    }

    /// Its signature under a text, in a log's name.
    pub fn sign(&self, log: &str, text: &str) -> NoteSignature {
        let key = self.public(log);
        let signature = self.0.sign(text.as_bytes()).to_bytes().to_vec();
        NoteSignature { key_id: key.id(), name: key.name, signature }
    }
}

impl fmt::Debug for EpochKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EpochKey(…)")
    }
}
