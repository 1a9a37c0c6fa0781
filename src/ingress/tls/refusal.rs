//! Why a TLS connection ended before SSH, as the journal says it.

use std::sync::Arc;

use tokio_rustls::rustls::{CertificateError, Error, OtherError};

use crate::access::live::DeviceRefused;
use crate::domain::DeviceId;

/// `device`: where it is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refusal {
    reason: &'static str,
    device: Option<DeviceId>,
}

impl Refusal {
    pub(super) fn new(reason: &'static str, device: Option<DeviceId>) -> Self {
        Self { reason, device }
    }

    pub(super) fn device(refused: DeviceRefused, device: Option<DeviceId>) -> Self {
        Self::new(refused.as_str(), device)
    }

    pub(in crate::ingress) fn into_parts(self) -> (&'static str, Option<DeviceId>) {
        (self.reason, self.device)
    }

    /// Through the library, which sends its alert.
    pub(super) fn into_error(self) -> Error {
        Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(self))))
    }

    /// What the library says, or what [`Self::into_error`] gave it.
    pub(super) fn of(error: &Error) -> Self {
        let reason = match error {
            Error::InvalidCertificate(CertificateError::Other(OtherError(cause))) => {
                let ours = cause.downcast_ref::<Self>().cloned();
                return ours.unwrap_or(Self::new("certificate", None));
            }
            Error::InvalidCertificate(fault) => Self::certificate(fault),
            Error::NoCertificatesPresented => "certificate-missing",
            Error::PeerIncompatible(_) => "tls-version",
            Error::AlertReceived(_) => "tls-alert",
            _ => "tls-malformed",
        };
        Self::new(reason, None)
    }

    pub(super) fn certificate(fault: &CertificateError) -> &'static str {
        match fault {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                DeviceRefused::Expired.as_str()
            }
            CertificateError::UnknownIssuer | CertificateError::BadSignature => "certificate-issuer",
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                "certificate-purpose"
            }
            _ => "certificate",
        }
    }
}
