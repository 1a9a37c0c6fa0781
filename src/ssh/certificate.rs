//! OpenSSH's user certificates (PROTOCOL.certkeys), read; what of them needs the key of the authority is checked here.

use russh::keys::ssh_key::certificate::CertType;
use russh::keys::{Algorithm, Certificate, HashAlg};

use super::PublicKey;
use crate::auth::certificate::{CertificateFault, CertificateId, UnfitCertificate, UserCertificate};

/// Whether it is whole: for a person, of keys that are accepted, and signed by the authority that it names. Whether that
/// authority is believed is not asked here.
pub(super) fn read(certificate: &Certificate) -> Result<UserCertificate, UnfitCertificate> {
    let id = CertificateId {
        authority: certificate.signature_key().fingerprint(HashAlg::Sha256).to_string(),
        key_id: certificate.key_id().to_owned(),
        serial: certificate.serial(),
    };
    let fault = |fault| UnfitCertificate { id: id.clone(), fault };
    let key = check(certificate).map_err(fault)?;
    Ok(UserCertificate {
        key: key.fingerprint(),
        principals: certificate.valid_principals().to_vec(),
        valid: (certificate.valid_after(), certificate.valid_before()),
        critical: certificate.critical_options().iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
        id,
    })
}

/// The key that it is for.
fn check(certificate: &Certificate) -> Result<PublicKey, CertificateFault> {
    let checked = |key: &russh::keys::ssh_key::public::KeyData| PublicKey::checked(key.clone().into());
    if certificate.cert_type() != CertType::User {
        return Err(CertificateFault::Host);
    }
    let key = checked(certificate.public_key()).map_err(|_| CertificateFault::Key)?;
    let authority = checked(certificate.signature_key());
    if authority.is_err() || is_sha1(&certificate.signature().algorithm()) {
        return Err(CertificateFault::Algorithm);
    }
    certificate.verify_signature().map_err(|_| CertificateFault::Signature)?;
    Ok(key)
}

/// `ssh-rsa` is the signature with SHA-1 (RFC 8332 §1).
pub(super) fn is_sha1(signature: &Algorithm) -> bool {
    matches!(signature, Algorithm::Rsa { hash: None })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use russh::keys::ssh_key::certificate::Builder;
    use russh::keys::ssh_key::public::{KeyData, SkEd25519};
    use russh::keys::{EcdsaCurve, PrivateKey};

    use super::*;

    fn draw(algorithm: Algorithm) -> PrivateKey {
        PrivateKey::random(&mut russh::keys::key::safe_rng(), algorithm).unwrap()
    }

    /// For a person, signed by `authority`, after `change`.
    fn certificate(key: KeyData, authority: &PrivateKey, change: impl FnOnce(&mut Builder)) -> Certificate {
        let mut builder = Builder::new(vec![7; 16], key, 100, 200).unwrap();
        builder.serial(7).unwrap().key_id("zhou@laptop").unwrap();
        builder.valid_principal("zhou").unwrap();
        change(&mut builder);
        builder.sign(authority).unwrap()
    }

    fn fault(certificate: &Certificate) -> &'static str {
        read(certificate).map_or_else(|unfit| unfit.fault.as_str(), |_| "read")
    }

    #[test]
    fn a_certificate_is_read_as_it_was_signed() {
        let (key, authority) =
            (draw(Algorithm::Ed25519), draw(Algorithm::Ecdsa { curve: EcdsaCurve::NistP256 }));
        let made = certificate(key.public_key().key_data().clone(), &authority, |builder| {
            builder.critical_option("source-address", "192.0.2.0/24").unwrap();
        });
        let found = read(&made).unwrap();
        assert_eq!(found.key, key.fingerprint(HashAlg::Sha256).to_string());
        assert_eq!(found.id.authority, authority.fingerprint(HashAlg::Sha256).to_string());
        assert_eq!((found.id.key_id.as_str(), found.id.serial, found.valid), ("zhou@laptop", 7, (100, 200)));
        assert_eq!(found.principals, ["zhou"]);
        assert_eq!(found.critical.get("source-address").map(String::as_str), Some("192.0.2.0/24"));
    }

    /// What ssh-keygen does not make, or its client does not offer.
    #[test]
    fn what_is_wrong_in_itself_is_told_apart() {
        let (key, authority) = (draw(Algorithm::Ed25519), draw(Algorithm::Ed25519));
        let key = key.public_key().key_data().clone();
        let host = certificate(key.clone(), &authority, |builder| drop(builder.cert_type(CertType::Host)));
        assert_eq!(fault(&host), "certificate-host");

        let whole = certificate(key.clone(), &authority, |_| ()).to_bytes().unwrap();
        let touched = |at: usize| {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fault(&Certificate::from_bytes(&bytes).unwrap())
        };
        assert_eq!(fault(&Certificate::from_bytes(&whole).unwrap()), "read");
        let serial = whole.windows(8).position(|bytes| bytes == 7u64.to_be_bytes()).unwrap();
        assert_eq!(touched(serial), "certificate-signature", "another serial");
        assert_eq!(touched(whole.len() - 1), "certificate-signature", "another signature");

        let security_key = KeyData::SkEd25519(SkEd25519::new(*key.ed25519().unwrap(), "ssh:".to_owned()));
        assert_eq!(fault(&certificate(security_key, &authority, |_| ())), "certificate-key");
    }

    #[test]
    fn sha1_is_a_signature_of_ssh_rsa_alone() {
        assert!(is_sha1(&Algorithm::Rsa { hash: None }));
        assert!(!is_sha1(&Algorithm::Rsa { hash: Some(HashAlg::Sha256) }) && !is_sha1(&Algorithm::Ed25519));
    }
}
