//! Makers of security keys, and the certificates that speak for their keys.

use std::time::Duration;

use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use serde::{Deserialize, Serialize};
use webpki::aws_lc_rs::ECDSA_P256_SHA256;
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, Error, KeyUsage, anchor_from_trusted_cert};
use x509_parser::der_parser::{Oid, oid};

use super::aaguid::Aaguid;
use super::fault::AttestationFault;

/// Certificates of one maker's authority, at most.
const MOST_AUTHORITIES: usize = 64;

/// `id-fido-gen-ce-aaguid`: for which model a certificate speaks (WebAuthn §8.2.1).
const MODEL: Oid<'static> = oid!(1.3.6.1.4.1.45724.1.1.4);

/// What a certificate of a FIDO2 key calls itself (WebAuthn §8.2.1): what else its authority may sign is not one.
const UNIT: &str = "Authenticator Attestation";

/// Whose make a key is: who says so, and which model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyMake {
    /// By the name that the configuration has.
    pub maker: String,
    pub aaguid: Aaguid,
}

/// A maker whose keys are taken.
#[derive(Debug, Clone)]
pub struct KeyMaker {
    pub name: String,
    authorities: Vec<CertificateDer<'static>>,
    /// The models that are taken; empty: all.
    pub models: Vec<Aaguid>,
}

/// Why a file does not name an authority.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAuthorities {
    #[error("there is no certificate in it: write those of the maker's authority in PEM")]
    None,
    #[error("there are more than {MOST_AUTHORITIES} certificates in it")]
    Many,
    #[error("certificate {0} in it cannot be read: {1}")]
    Unread(usize, String),
}

impl KeyMaker {
    /// `pem`: the certificates that sign those of its keys, each believed by itself.
    pub fn new(name: String, pem: &[u8], models: Vec<Aaguid>) -> Result<Self, InvalidAuthorities> {
        let mut authorities = Vec::new();
        for (at, read) in CertificateDer::pem_slice_iter(pem).enumerate() {
            let unread =
                |error: &dyn std::fmt::Display| InvalidAuthorities::Unread(at + 1, error.to_string());
            let authority = read.map_err(|error| unread(&error))?;
            anchor_from_trusted_cert(&authority).map_err(|error| unread(&error))?;
            if authorities.len() == MOST_AUTHORITIES {
                return Err(InvalidAuthorities::Many);
            }
            authorities.push(authority);
        }
        if authorities.is_empty() {
            Err(InvalidAuthorities::None)
        } else {
            Ok(Self { name, authorities, models })
        }
    }

    fn anchors(&self) -> Vec<TrustAnchor<'_>> {
        self.authorities.iter().filter_map(|authority| anchor_from_trusted_cert(authority).ok()).collect()
    }

    fn takes(&self, model: Aaguid) -> bool {
        self.models.is_empty() || self.models.contains(&model)
    }
}

/// The certificate in a statement, for the model that the key says it is. Nobody has asked yet who has signed it.
pub(super) struct MakersCertificate<'a> {
    der: CertificateDer<'a>,
    model: Aaguid,
}

impl<'a> MakersCertificate<'a> {
    pub(super) fn read(der: &'a [u8], model: Aaguid) -> Result<Self, AttestationFault> {
        let unfit = AttestationFault::Certificate;
        let (_, read) = x509_parser::parse_x509_certificate(der).map_err(|_| unfit)?;
        let mut units = read.subject().iter_organizational_unit();
        if model != Aaguid::U2F && !units.any(|unit| unit.as_str() == Ok(UNIT)) {
            return Err(unfit);
        }
        if let Some(named) = read.get_extension_unique(&MODEL).map_err(|_| unfit)? {
            // A string of 16 bytes, in DER.
            let bytes = named.value.strip_prefix(&[0x04, 0x10]).and_then(|bytes| bytes.try_into().ok());
            if Aaguid::new(bytes.ok_or(unfit)?) != model {
                return Err(AttestationFault::OtherModel);
            }
        }
        Ok(Self { der: CertificateDer::from(der), model })
    }

    /// The first maker who has signed it and whose model this is. What ended says nothing of today, of a maker either: a
    /// certificate that is over is not believed.
    pub(super) fn made_by(
        &self,
        makers: &[KeyMaker],
        unix_seconds: u64,
    ) -> Result<KeyMake, AttestationFault> {
        let mut fault = AttestationFault::Maker;
        for maker in makers {
            match self.signed_by(maker, unix_seconds) {
                Ok(()) if maker.takes(self.model) => {
                    return Ok(KeyMake { maker: maker.name.clone(), aaguid: self.model });
                }
                Ok(()) => fault = AttestationFault::Model,
                Err(AttestationFault::Maker) => {}
                Err(other) => fault = other,
            }
        }
        Err(fault)
    }

    fn signed_by(&self, maker: &KeyMaker, unix_seconds: u64) -> Result<(), AttestationFault> {
        let now = UnixTime::since_unix_epoch(Duration::from_secs(unix_seconds));
        let (anchors, usage) = (maker.anchors(), KeyUsage::client_auth());
        let read = EndEntityCert::try_from(&self.der).map_err(|_| AttestationFault::Certificate)?;
        let verified = read.verify_for_usage(ALL_VERIFICATION_ALGS, &anchors, &[], now, usage, None, None);
        verified.map(drop).map_err(|error| match error {
            Error::CertExpired { .. } => AttestationFault::Expired,
            Error::CertNotValidYet { .. } => AttestationFault::NotYetValid,
            Error::UnknownIssuer | Error::InvalidSignatureForPublicKey => AttestationFault::Maker,
            _ => AttestationFault::Certificate,
        })
    }

    /// Whether its key has signed this: with ECDSA on P-256, as FIDO's keys do.
    pub(super) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let read = EndEntityCert::try_from(&self.der);
        read.is_ok_and(|read| read.verify_signature(ECDSA_P256_SHA256, message, signature).is_ok())
    }
}
