//! Seals what the database must not know: credentials and one-time-code secrets. AES-256-GCM
//! (NIST SP 800-38D) under one master key, which lies beside the database and not in it.
//!
//! A sealed value is `version ‖ nonce ‖ ciphertext ‖ tag`. Its context (`credential/db1/root`,
//! `totp/wang-fang`) is authenticated but not stored: moved to another row, it does not open.

use std::path::Path;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::auth::PaperCode;
use crate::auth::code::CodeKind;
use crate::domain::{AssetName, Digest, LoginName, OperatorName, Secret};
use crate::platform::random;

mod error;
mod key;

pub use error::VaultError;

/// Version, nonce and ciphertext as above. A later cipher gets a later number.
const VERSION: u8 = 1;
/// 96 bits drawn at random: fine for far fewer than 2^32 values under one key.
const NONCE_LEN: usize = 12;

/// The master key, ready to use. It is wiped when dropped.
#[derive(Clone)]
pub struct Vault {
    cipher: Aes256Gcm,
    /// Of the digests: a key of its own, made of the master key.
    digests: Zeroizing<[u8; 32]>,
}

/// What to do where there is no master key yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfMissing {
    /// The first start: nothing was sealed before.
    Make,
    /// Something was sealed before: a new key would only hide that the old one is lost.
    Refuse,
}

impl Vault {
    /// Reads the master key of `data_dir`.
    ///
    /// # Errors
    /// When it is missing (see [`IfMissing`]), is no key, or others may read it.
    pub fn unlock(data_dir: &Path, if_missing: IfMissing) -> Result<Self, VaultError> {
        let file = data_dir.join("master.key");
        if if_missing == IfMissing::Make && !file.exists() {
            key::make(&file)?;
        }
        Ok(Self::new(&*key::read(&file)?))
    }

    fn new(key: &[u8; 32]) -> Self {
        let digests = Zeroizing::new(keyed(key, &[b"juyong: digests of codes"]));
        Self { cipher: Aes256Gcm::new(key.into()), digests }
    }

    /// What is kept of a code that opens something in this place: whoever has the database alone can neither make nor
    /// guess one.
    pub fn digest(&self, context: &str, code: &Secret) -> Digest {
        Digest(keyed(&self.digests, &[context.as_bytes(), &[0], code.expose()]))
    }

    /// Seals a secret for one place.
    ///
    /// # Errors
    /// When the system gives no randomness.
    pub fn seal(&self, context: &str, secret: &Secret) -> Result<Vec<u8>, VaultError> {
        let nonce: [u8; NONCE_LEN] = random::bytes()?;
        let payload = Payload { msg: secret.expose(), aad: context.as_bytes() };
        let ciphertext = self.cipher.encrypt(&Nonce::from(nonce), payload);
        let ciphertext = ciphertext.map_err(|_| VaultError::Unsealable { context: context.to_owned() })?;
        Ok([&[VERSION], nonce.as_slice(), &ciphertext].concat())
    }

    /// Opens what [`Vault::seal`] sealed for the same place.
    ///
    /// # Errors
    /// When it was sealed with another key or for another place, or is not what was sealed.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Secret, VaultError> {
        let unopened = || VaultError::Unopened { context: context.to_owned() };
        let (&version, rest) = sealed.split_first().ok_or_else(unopened)?;
        let (nonce, msg) = rest.split_first_chunk::<NONCE_LEN>().ok_or_else(unopened)?;
        if version != VERSION {
            return Err(unopened());
        }
        let payload = Payload { msg, aad: context.as_bytes() };
        let opened = self.cipher.decrypt(&Nonce::from(*nonce), payload);
        opened.map(Secret::new).map_err(|_| unopened())
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(…)")
    }
}

/// HMAC-SHA256 (RFC 2104) of what these parts say together.
fn keyed(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // A key that is shorter than a block is filled up with zeros.
    let mut block = Zeroizing::new([0; 64]);
    block.iter_mut().zip(key).for_each(|(place, byte)| *place = *byte);
    let mut mac = <Hmac<Sha256> as KeyInit>::new((&*block).into());
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

/// Where an asset's credential is kept: a sealed value opens only in the place that it was sealed for.
pub fn credential_context(asset: &AssetName, login: &LoginName) -> String {
    format!("credential/{asset}/{login}")
}

/// Where an operator's secret for one-time codes of a kind is kept.
pub fn otp_context(kind: CodeKind, operator: &OperatorName) -> String {
    format!("{}/{operator}", kind.factor().as_str())
}

/// What the digest of an account's code of this kind is bound to. A name that nobody has costs as much.
pub fn code_context(kind: PaperCode, operator: Option<&OperatorName>) -> String {
    format!("{}/{}", kind.as_str(), operator.map_or("", OperatorName::as_str))
}

/// What the challenge is bound to that the keys of an account are made with.
pub fn attestation_context(operator: &OperatorName) -> String {
    format!("attestation/{operator}")
}

#[cfg(test)]
mod tests;
