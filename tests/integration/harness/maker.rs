//! A maker of security keys, in software: makes the statement that one of its keys would come with, and each that is wrong.

#![allow(dead_code, clippy::unwrap_used, clippy::indexing_slicing, unreachable_pub)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, IsCa, Issuer, KeyPair,
    PKCS_ECDSA_P256_SHA256, SigningKey as _, date_time_ymd,
};
use sha2::{Digest as _, Sha256};

/// Of the model that [`Made`] says it is, where nothing else is said.
pub const MODEL: &str = "2fc0579f-8113-47ea-b116-bb5a8db9202a";

pub struct Maker {
    issuer: Issuer<'static, KeyPair>,
    /// What an administrator names as the maker's authority.
    pub pem: String,
}

/// What a statement says. Each field can be wrong.
#[derive(Clone)]
pub struct Made {
    /// A line of `authorized_keys`.
    pub key: String,
    pub challenge: String,
    pub application: String,
    pub flags: u8,
    pub model: [u8; 16],
    /// The model in the certificate.
    pub certified: Option<[u8; 16]>,
    pub unit: &'static str,
    /// The years in which the certificate is valid.
    pub years: (i32, i32),
    /// Signed as U2F has it.
    pub u2f: bool,
    /// CBOR behind the key: extensions.
    pub behind: Vec<u8>,
}

impl Made {
    /// As a good key of [`MODEL`] would be made.
    pub fn new(key: &str, challenge: &str) -> Self {
        Self {
            key: key.to_owned(),
            challenge: challenge.to_owned(),
            application: "ssh:".to_owned(),
            flags: 0x41,
            model: model(MODEL),
            certified: Some(model(MODEL)),
            unit: "Authenticator Attestation",
            years: (2020, 2090),
            u2f: false,
            behind: Vec::new(),
        }
    }
}

/// The bytes of a model's number.
pub fn model(text: &str) -> [u8; 16] {
    hex::decode(text.replace('-', "")).unwrap().try_into().unwrap()
}

impl Maker {
    pub fn new(name: &str) -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, format!("{name} attestation root"));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// The statement that `ssh-keygen -O write-attestation` would write.
    pub fn statement(&self, made: &Made) -> Vec<u8> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let certificate = self.certificate(made, &key);
        let data = data(made);
        let challenge: [u8; 32] = Sha256::digest(&made.challenge).into();
        let signed = match made.u2f {
            true => [&[0][..], &data[..32], &challenge, HANDLE, &point(&made.key)].concat(),
            false => [data.as_slice(), &challenge].concat(),
        };
        wrapped("ssh-sk-attest-v01", &certificate, &key.sign(&signed).unwrap(), &bytes(&data))
    }

    fn certificate(&self, made: &Made, key: &KeyPair) -> Vec<u8> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::OrganizationalUnitName, made.unit);
        params.is_ca = IsCa::ExplicitNoCa;
        (params.not_before, params.not_after) =
            (date_time_ymd(made.years.0, 1, 1), date_time_ymd(made.years.1, 1, 1));
        if let Some(model) = made.certified {
            let content = [&[0x04, 0x10][..], &model].concat();
            let oid = [1, 3, 6, 1, 4, 1, 45724, 1, 1, 4];
            params.custom_extensions.push(CustomExtension::from_oid_content(&oid, content));
        }
        params.signed_by(key, &self.issuer).unwrap().der().to_vec()
    }
}

/// By which the device would find the key.
const HANDLE: &[u8] = &[7; 48];

/// A statement of these parts, whatever they are.
pub fn wrapped(magic: &str, certificate: &[u8], signature: &[u8], data: &[u8]) -> Vec<u8> {
    let mut all: Vec<u8> =
        [magic.as_bytes(), certificate, signature, data].into_iter().flat_map(string).collect();
    all.extend([0; 8]);
    all
}

/// What the authenticator says (WebAuthn §6.1).
fn data(made: &Made) -> Vec<u8> {
    let mut data = Sha256::digest(&made.application).to_vec();
    data.push(made.flags);
    data.extend([0, 0, 0, 1]);
    data.extend(made.model);
    data.extend(u16::try_from(HANDLE.len()).unwrap().to_be_bytes());
    data.extend(HANDLE);
    let point = point(&made.key);
    match point.len() {
        32 => {
            data.extend([&[0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20][..], &point].concat())
        }
        _ => {
            data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
            data.extend(&point[1..33]);
            data.extend([0x22, 0x58, 0x20]);
            data.extend(&point[33..]);
        }
    }
    data.extend(&made.behind);
    data
}

/// The point in a line of `authorized_keys`.
fn point(line: &str) -> Vec<u8> {
    let key = BASE64.decode(line.split(' ').nth(1).unwrap()).unwrap();
    let mut fields = key.as_slice();
    let mut next = || {
        let (length, rest) = fields.split_at(4);
        let (field, rest) = rest.split_at(u32::from_be_bytes(length.try_into().unwrap()) as usize);
        fields = rest;
        field.to_vec()
    };
    let kind = next();
    if kind.starts_with(b"sk-ecdsa") {
        next(); // the curve
    }
    next()
}

/// A string of bytes in CBOR.
fn bytes(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap().to_be_bytes();
    [&[0x59], &length[..], data].concat()
}

fn string(text: &[u8]) -> Vec<u8> {
    [&u32::try_from(text.len()).unwrap().to_be_bytes()[..], text].concat()
}
