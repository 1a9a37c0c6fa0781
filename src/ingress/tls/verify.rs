//! Whose a client's certificate is, and whether it may be used now.

use std::fmt;
use std::sync::Arc;

use tokio_rustls::rustls::client::danger::HandshakeSignatureValid;
use tokio_rustls::rustls::crypto::CryptoProvider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, UnixTime};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use tokio_rustls::rustls::{DigitallySignedStruct, DistinguishedName, Error, RootCertStore, SignatureScheme};

use super::error::TlsError;
use super::refusal::Refusal;
use crate::access::live::{DeviceRefused, LiveState};
use crate::authority;
use crate::config::TlsClient;
use crate::domain::{Device, DeviceId};
use crate::platform::clock::Clock;

/// The devices, as they are at the instant of the question.
#[derive(Clone)]
pub(super) struct Devices {
    live: LiveState,
    clock: Clock,
}

impl Devices {
    pub(super) fn new(live: LiveState, clock: Clock) -> Self {
        Self { live, clock }
    }

    /// Whose certificate this is, whether it may be used or not.
    fn enrolled(&self, certificate: &CertificateDer<'_>) -> Option<DeviceId> {
        let fingerprint = authority::fingerprint(certificate);
        self.live.standing().devices.by_certificate(&fingerprint).map(|device| device.id.clone())
    }

    /// The device that this certificate of ours was issued to, if it may be used now. Found by the certificate
    /// itself: what is written in it only names the device that is refused.
    pub(super) fn holder(&self, certificate: &CertificateDer<'_>) -> Result<Device, Refusal> {
        let standing = self.live.standing();
        let fingerprint = authority::fingerprint(certificate);
        let Some(device) = standing.devices.by_certificate(&fingerprint) else {
            return Err(Refusal::device(DeviceRefused::Unknown, authority::device(certificate)));
        };
        let usable = standing.device(&device.id, self.clock.decisive());
        usable.cloned().map_err(|refused| Refusal::device(refused, Some(device.id.clone())))
    }
}

/// The library's own checks (issuer, time, purpose), and then ours.
pub(super) struct Verifier {
    devices: Devices,
    chain: Arc<dyn ClientCertVerifier>,
}

impl Verifier {
    pub(super) fn new(
        devices: Devices,
        root: &str,
        provider: Arc<CryptoProvider>,
        asked: TlsClient,
    ) -> Result<Self, TlsError> {
        let root = CertificateDer::from_pem_slice(root.as_bytes())
            .map_err(|error| TlsError::Root(error.to_string()))?;
        let mut roots = RootCertStore::empty();
        roots.add(root)?;
        let chain = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        let chain = if asked == TlsClient::Required { chain } else { chain.allow_unauthenticated() };
        let chain = chain.build().map_err(|error| TlsError::Root(error.to_string()))?;
        Ok(Self { devices, chain })
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chain.fmt(f)
    }
}

impl ClientCertVerifier for Verifier {
    fn verify_client_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        match self.chain.verify_client_cert(certificate, intermediates, now) {
            Ok(verified) => match self.devices.holder(certificate) {
                Ok(_) => Ok(verified),
                Err(refusal) => Err(refusal.into_error()),
            },
            Err(Error::InvalidCertificate(fault)) => {
                let device = self.devices.enrolled(certificate);
                Err(Refusal::new(Refusal::certificate(&fault), device).into_error())
            }
            Err(error) => Err(error),
        }
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.chain.root_hint_subjects()
    }

    fn client_auth_mandatory(&self) -> bool {
        self.chain.client_auth_mandatory()
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chain.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.chain.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.chain.supported_verify_schemes()
    }
}
