//! The gateway's own small certificate authority: it signs the certificates of devices, and the server's own where
//! none is configured. The only place that names rcgen and x509-parser.
//!
//! Its key is sealed by the vault. It is made when it is first needed; nothing is read before.

mod certificate;
mod error;
mod names;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rcgen::{CertificateParams, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256};
use sha2::{Digest as _, Sha256};

pub use certificate::{device, lifetime};
pub use error::AuthorityError;
pub use names::Names;

use crate::domain::{DeviceId, DeviceName, Digest, OperatorName, Secret};
use crate::platform::key_file::{self, KeyFileFault};
use crate::vault::Vault;

/// Where the key opens, and nowhere else.
const KEY_CONTEXT: &str = "authority/key";
const SERVER_CONTEXT: &str = "authority/server";

/// The authority of one data directory.
#[derive(Debug, Clone)]
pub struct Authority {
    dir: PathBuf,
    vault: Vault,
}

/// A device's certificate and all that its holder needs. The key is kept nowhere.
#[derive(Debug)]
pub struct Issued {
    /// PEM.
    pub certificate: String,
    /// PEM, PKCS#8.
    pub key: Secret,
    /// PEM: what the device knows the gateway by, where no other server's certificate is configured.
    pub authority: String,
    /// SHA-256 of the certificate in DER.
    pub fingerprint: Digest,
}

/// A certificate (or a chain of them) and its key, both in PEM.
#[derive(Debug)]
pub struct Pair {
    pub certificate: String,
    pub key: Secret,
}

impl Authority {
    pub fn new(data_dir: &Path, vault: Vault) -> Self {
        Self { dir: data_dir.to_owned(), vault }
    }

    /// Was one made in this directory? Then what is sealed there must go on to open.
    pub fn exists(data_dir: &Path) -> bool {
        ["authority.pem", "authority.key"].iter().any(|name| data_dir.join(name).exists())
    }

    /// A certificate for one device, to log in with and for nothing else.
    ///
    /// # Errors
    /// When the authority cannot be read or made, or does not last as long.
    pub fn issue(
        &self,
        operator: &OperatorName,
        id: &DeviceId,
        name: &DeviceName,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Issued, AuthorityError> {
        let root = self.root(from)?;
        if until > root.until {
            return Err(AuthorityError::TooLong { until: root.until });
        }
        let (certificate, key) =
            self.sign(&root, &certificate::of_device(operator, id, name, from, until))?;
        Ok(Issued {
            certificate: certificate.pem(),
            key: Secret::new(key.serialize_pem()),
            authority: root.certificate,
            fingerprint: fingerprint(certificate.der()),
        })
    }

    /// The authority's own certificate, in PEM.
    ///
    /// # Errors
    /// When it cannot be read or made.
    pub fn certificate(&self, now: Timestamp) -> Result<String, AuthorityError> {
        self.root(now).map(|root| root.certificate)
    }

    /// The end of the authority's own time.
    ///
    /// # Errors
    /// When it cannot be read or made.
    pub fn until(&self, now: Timestamp) -> Result<Timestamp, AuthorityError> {
        self.root(now).map(|root| root.until)
    }

    /// The server's own pair. A new one is made where there is none yet, where it has less than a third of its life
    /// before it, and where it is for other names or from another authority.
    ///
    /// # Errors
    /// When the authority cannot be read or made, or the pair cannot be kept.
    pub fn server(&self, names: &Names, now: Timestamp) -> Result<Pair, AuthorityError> {
        if let Some(pair) = self.kept(names, now)? {
            return Ok(pair);
        }
        let root = self.root(now)?;
        let (certificate, key) = self.sign(&root, &certificate::of_server(names, now)?)?;
        let pair = Pair { certificate: certificate.pem(), key: Secret::new(key.serialize_pem()) };
        // The key first: a certificate without its key is made anew, too.
        self.keep(&self.server_key(), &self.vault.seal(SERVER_CONTEXT, &pair.key)?)?;
        self.keep(&self.server_certificate(), pair.certificate.as_bytes())?;
        Ok(pair)
    }

    /// The server's pair as it is kept, if it is still to be used.
    fn kept(&self, names: &Names, now: Timestamp) -> Result<Option<Pair>, AuthorityError> {
        let (Some(certificate), Some(sealed)) =
            (optional(&self.server_certificate())?, optional(&self.server_key())?)
        else {
            return Ok(None);
        };
        let Some(root) = optional(&self.root_certificate())? else { return Ok(None) };
        let key = self.vault.open(SERVER_CONTEXT, sealed.expose())?;
        let pair = Pair { certificate: String::from_utf8_lossy(certificate.expose()).into_owned(), key };
        let root = String::from_utf8_lossy(root.expose());
        let fits = key_of(&pair.key)
            .is_some_and(|key| certificate::serves(&pair.certificate, &key, names, &root, now));
        Ok(fits.then_some(pair))
    }

    fn sign(
        &self,
        root: &Root,
        params: &CertificateParams,
    ) -> Result<(rcgen::Certificate, KeyPair), AuthorityError> {
        let failed = |error: rcgen::Error| AuthorityError::Failed { reason: error.to_string() };
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(failed)?;
        Ok((params.signed_by(&key, &root.issuer).map_err(failed)?, key))
    }

    /// Reads the authority, or makes it.
    fn root(&self, now: Timestamp) -> Result<Root, AuthorityError> {
        let key = self.root_key()?;
        let file = self.root_certificate();
        if !file.exists() {
            let made = certificate::of_root(now).self_signed(&key);
            let made = made.map_err(|error| AuthorityError::Failed { reason: error.to_string() })?;
            key_file::make(&file, made.pem().as_bytes())
                .map_err(|error| AuthorityError::kept(&file, &error))?;
        }
        let certificate = read(&file)?;
        let certificate = String::from_utf8_lossy(certificate.expose()).into_owned();
        let broken = || AuthorityError::Broken { file: file.clone() };
        let (_, until) = lifetime(&certificate).ok_or_else(broken)?;
        if !certificate::is_of(&certificate, &key) {
            return Err(broken());
        }
        if now >= until {
            return Err(AuthorityError::Expired { file });
        }
        let issuer = Issuer::from_ca_cert_pem(&certificate, key).map_err(|_| broken())?;
        Ok(Root { certificate, issuer, until })
    }

    /// The sealed key. It is made before the certificate, so that one without a key is a key that was lost.
    fn root_key(&self) -> Result<KeyPair, AuthorityError> {
        let file = self.dir.join("authority.key");
        if !file.exists() && !self.root_certificate().exists() {
            let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)
                .map_err(|error| AuthorityError::Failed { reason: error.to_string() })?;
            let sealed = self.vault.seal(KEY_CONTEXT, &Secret::new(key.serialize_pem()))?;
            key_file::make(&file, &sealed).map_err(|error| AuthorityError::kept(&file, &error))?;
        }
        let opened = self.vault.open(KEY_CONTEXT, read(&file)?.expose());
        let opened = opened.map_err(|error| AuthorityError::Sealed { file: file.clone(), error })?;
        key_of(&opened).ok_or(AuthorityError::Broken { file })
    }

    fn keep(&self, file: &Path, bytes: &[u8]) -> Result<(), AuthorityError> {
        key_file::replace(file, bytes).map_err(|error| AuthorityError::kept(file, &error))
    }

    fn root_certificate(&self) -> PathBuf {
        self.dir.join("authority.pem")
    }

    fn server_certificate(&self) -> PathBuf {
        self.dir.join("tls_server.pem")
    }

    fn server_key(&self) -> PathBuf {
        self.dir.join("tls_server.key")
    }
}

/// The authority, read and whole.
struct Root {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
    until: Timestamp,
}

/// SHA-256 of a certificate in DER: what a device is found by.
pub fn fingerprint(der: &[u8]) -> Digest {
    Digest(Sha256::digest(der).into())
}

fn key_of(pem: &Secret) -> Option<KeyPair> {
    KeyPair::from_pem(pem.expose_str()?).ok()
}

fn read(file: &Path) -> Result<Secret, AuthorityError> {
    key_file::read(file).map_err(|fault| AuthorityError::unread(file, fault))
}

fn optional(file: &Path) -> Result<Option<Secret>, AuthorityError> {
    match key_file::read(file) {
        Err(KeyFileFault::Missing) => Ok(None),
        read => read.map(Some).map_err(|fault| AuthorityError::unread(file, fault)),
    }
}

#[cfg(test)]
mod tests;
