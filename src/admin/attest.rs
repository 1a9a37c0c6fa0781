//! What is told of a security key that is not taken.

use super::error::{AdminError, AdminErrorKind};
use super::say::say;
use crate::access::Services;
use crate::access::attestation::{Unattested, challenge, makers};
use crate::domain::OperatorName;

/// Why the key is not taken, and how one is made that is.
pub(super) fn told(services: &Services, operator: &OperatorName, error: &Unattested) -> AdminError {
    if let Unattested::NoMakers(error) = error {
        tracing::error!(%error, "the makers of security keys cannot be read");
    }
    let kind = match error {
        Unattested::NoMakers(_) => AdminErrorKind::Failed,
        Unattested::Missing | Unattested::NotAsked => AdminErrorKind::Invalid,
        Unattested::Refused(_) => AdminErrorKind::Refused,
    };
    let text = say!(services, error.key());
    match error {
        Unattested::NoMakers(_) | Unattested::NotAsked => AdminError::new(kind, text),
        Unattested::Missing | Unattested::Refused(_) => {
            let (makers, challenge) = (makers(services), challenge(services, operator));
            let mend = say!(services, "attest.mend", makers = makers, challenge = challenge);
            AdminError::new(kind, text).mend(mend)
        }
    }
}
