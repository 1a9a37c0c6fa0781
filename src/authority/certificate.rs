//! What stands in the certificates, and what is read back from them.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, PublicKeyData, date_time_ymd,
};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::pem::Pem;
use x509_parser::prelude::FromDer;

use super::error::AuthorityError;
use super::names::Names;
use crate::domain::{DeviceId, DeviceName, OperatorName};

/// How long the authority itself is good for: devices trust the gateway by it, so a new one is new files for all.
const ROOT_LIFE: SignedDuration = SignedDuration::from_hours(20 * 366 * 24);
/// How long the server's certificate is good for.
const SERVER_LIFE: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Clocks of clients go wrong: what they check is good from a while before it was made.
const BACKDATED: SignedDuration = SignedDuration::from_hours(24);

/// The authority's own: it signs, and nothing below it may.
pub(super) fn of_root(now: Timestamp) -> CertificateParams {
    let mut params = between(before(now), later(now, ROOT_LIFE));
    params.distinguished_name = subject(&[(DnType::CommonName, "Juyong gateway authority")]);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params
}

pub(super) fn of_device(
    operator: &OperatorName,
    id: &DeviceId,
    name: &DeviceName,
    from: Timestamp,
    until: Timestamp,
) -> CertificateParams {
    let mut params = leaf(between(from, until), ExtendedKeyUsagePurpose::ClientAuth);
    params.distinguished_name = subject(&[
        (DnType::OrganizationName, operator.as_str()),
        (DnType::OrganizationalUnitName, name.as_str()),
        (DnType::CommonName, id.as_str()),
    ]);
    params
}

pub(super) fn of_server(names: &Names, now: Timestamp) -> Result<CertificateParams, AuthorityError> {
    let failed = |error: rcgen::Error| AuthorityError::Failed { reason: error.to_string() };
    let params = between(before(now), later(now, SERVER_LIFE));
    let mut params = leaf(params, ExtendedKeyUsagePurpose::ServerAuth);
    let names: Vec<_> = names.0.iter().cloned().collect();
    params.subject_alt_names = CertificateParams::new(names).map_err(failed)?.subject_alt_names;
    params.distinguished_name = subject(&[(DnType::CommonName, "Juyong gateway")]);
    Ok(params)
}

fn leaf(mut params: CertificateParams, purpose: ExtendedKeyUsagePurpose) -> CertificateParams {
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![purpose];
    params.use_authority_key_identifier_extension = true;
    params
}

fn between(from: Timestamp, until: Timestamp) -> CertificateParams {
    let mut params = CertificateParams::default();
    let seconds = |at: Timestamp| Duration::from_secs(at.as_second().try_into().unwrap_or(0));
    params.not_before = date_time_ymd(1970, 1, 1) + seconds(from);
    params.not_after = date_time_ymd(1970, 1, 1) + seconds(until);
    params
}

fn before(now: Timestamp) -> Timestamp {
    now.saturating_sub(BACKDATED).unwrap_or(now)
}

fn later(now: Timestamp, life: SignedDuration) -> Timestamp {
    now.saturating_add(life).unwrap_or(now)
}

fn subject(parts: &[(DnType, &str)]) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    for (kind, text) in parts {
        name.push(kind.clone(), *text);
    }
    name
}

/// From when until when the first certificate of this text is good.
pub fn lifetime(pem: &str) -> Option<(Timestamp, Timestamp)> {
    read(pem, |certificate| {
        let validity = certificate.validity();
        let at = |time: x509_parser::time::ASN1Time| Timestamp::from_second(time.timestamp()).ok();
        at(validity.not_before).zip(at(validity.not_after))
    })
}

/// Whose device a certificate in DER says that it is. It proves nothing: only the authority's signature does.
pub fn device(der: &[u8]) -> Option<DeviceId> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let name = certificate.subject().iter_common_name().next()?.as_str().ok()?;
    DeviceId::parse(name)
}

/// Is this certificate for this key?
pub(super) fn is_of(pem: &str, key: &KeyPair) -> bool {
    let expected = key.subject_public_key_info();
    read(pem, |certificate| Some(certificate.public_key().raw == expected)).unwrap_or(false)
}

/// May this server's certificate still be used?
pub(super) fn serves(pem: &str, key: &KeyPair, names: &Names, root: &str, now: Timestamp) -> bool {
    let fresh = lifetime(pem).is_some_and(|(from, until)| {
        let third = until.duration_since(from).checked_div(3).unwrap_or_default();
        now >= from && now < until.saturating_sub(third).unwrap_or(from)
    });
    let authority = read(root, |root| Some(root.public_key().raw.to_vec()));
    fresh && is_of(pem, key) && self::names(pem).as_ref() == Some(names) && signed_by(pem, authority)
}

fn signed_by(pem: &str, authority: Option<Vec<u8>>) -> bool {
    let verified = authority.and_then(|raw| {
        let (_, key) = x509_parser::x509::SubjectPublicKeyInfo::from_der(&raw).ok()?;
        read(pem, |certificate| certificate.verify_signature(Some(&key)).ok())
    });
    verified.is_some()
}

fn names(pem: &str) -> Option<Names> {
    let name = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => match *bytes {
            [a, b, c, d] => Some(IpAddr::from([*a, *b, *c, *d]).to_string()),
            bytes => Some(IpAddr::from(<[u8; 16]>::try_from(bytes).ok()?).to_string()),
        },
        _ => None,
    };
    read(pem, |certificate| {
        let found = certificate.subject_alternative_name().ok()?;
        let found: BTreeSet<_> =
            found.iter().flat_map(|found| found.value.general_names.iter().filter_map(name)).collect();
        Some(Names(found))
    })
}

/// Reads the first certificate of a text.
fn read<T>(pem: &str, with: impl FnOnce(&X509Certificate<'_>) -> Option<T>) -> Option<T> {
    let pem = Pem::iter_from_buffer(pem.as_bytes())
        .filter_map(Result::ok)
        .find(|pem| pem.label == "CERTIFICATE")?;
    with(&pem.parse_x509().ok()?)
}
