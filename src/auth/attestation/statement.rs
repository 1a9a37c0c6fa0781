use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ciborium::Value;
use sha2::{Digest as _, Sha256};

use super::aaguid::Aaguid;
use super::data::{AuthenticatorData, item};
use super::fault::AttestationFault;
use super::key::{KeyPoint, SecurityKey};
use super::maker::{KeyMake, KeyMaker, MakersCertificate};
use super::wire::Fields;

/// Longest statement in bytes, ten times what they have.
const LONGEST: usize = 16 * 1024;

/// What a maker says of one key, as OpenSSH keeps it (PROTOCOL.u2f).
pub struct AttestationStatement {
    certificate: Vec<u8>,
    signature: Vec<u8>,
    data: AuthenticatorData,
}

impl AttestationStatement {
    /// Reads a file of `ssh-keygen -O write-attestation`, or the same in Base64.
    pub fn read(given: &[u8]) -> Result<Self, AttestationFault> {
        if given.len() > LONGEST {
            return Err(AttestationFault::Size);
        }
        // A statement begins with the length of a short text, and so with a zero.
        if given.first().is_none_or(|first| *first == 0) {
            return Self::parse(given);
        }
        let text: Vec<u8> = given.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        Self::parse(&BASE64.decode(text).map_err(|_| AttestationFault::Magic)?)
    }

    fn parse(bytes: &[u8]) -> Result<Self, AttestationFault> {
        let mut fields = Fields::new(bytes);
        match fields.string() {
            Some(b"ssh-sk-attest-v01") => {}
            Some(magic) if magic.starts_with(b"ssh-sk-attest-v") => return Err(AttestationFault::Version),
            _ => return Err(AttestationFault::Magic),
        }
        let mut string = || fields.string().ok_or(AttestationFault::Malformed);
        let (certificate, signature, data) = (string()?.to_vec(), string()?.to_vec(), string()?);
        // Reserved: that something stands there would mean what nobody knows yet.
        if fields.number() != Some(0) || fields.string() != Some(&[]) {
            return Err(AttestationFault::Malformed);
        }
        if !fields.is_over() {
            return Err(AttestationFault::Trailing);
        }
        if certificate.is_empty() {
            return Err(AttestationFault::NoCertificate);
        }
        Ok(Self { certificate, signature, data: AuthenticatorData::read(bare(data)?)? })
    }

    /// Whose make this key is, where one of these makers says so, at this time, and was given this challenge.
    pub fn check(
        &self,
        key: &SecurityKey,
        challenge: &[u8],
        makers: &[KeyMaker],
        unix_seconds: u64,
    ) -> Result<KeyMake, AttestationFault> {
        if self.data.point != key.point {
            return Err(AttestationFault::Key);
        }
        if self.data.application != key.application {
            return Err(AttestationFault::Application);
        }
        if !self.data.is_touched() {
            return Err(AttestationFault::Untouched);
        }
        if self.data.is_copyable() {
            return Err(AttestationFault::Copyable);
        }
        let certificate = MakersCertificate::read(&self.certificate, self.data.aaguid)?;
        let make = certificate.made_by(makers, unix_seconds)?;
        let holds = |digest: [u8; 32]| certificate.signed(&self.signed(digest), &self.signature);
        if digests(challenge).any(holds) { Ok(make) } else { Err(AttestationFault::Signature) }
    }

    /// What the maker has signed: WebAuthn §8.2, or, of a key that knows only U2F, "FIDO U2F Raw Message Formats" §4.3.
    fn signed(&self, challenge: [u8; 32]) -> Vec<u8> {
        let AuthenticatorData { raw, application, handle, point, aaguid, .. } = &self.data;
        match point {
            KeyPoint::P256(point) if *aaguid == Aaguid::U2F => {
                [&[0][..], application, &challenge, handle, point].concat()
            }
            _ => [raw.as_slice(), &challenge].concat(),
        }
    }
}

/// The bytes of what is one string of bytes in CBOR.
fn bare(mut data: &[u8]) -> Result<Vec<u8>, AttestationFault> {
    let Value::Bytes(bytes) = item(&mut data)? else { return Err(AttestationFault::Malformed) };
    if data.is_empty() { Ok(bytes) } else { Err(AttestationFault::Trailing) }
}

/// What devices may have signed of a challenge. The ends behind it are what an editor or `echo` adds, in one shell or another.
fn digests(challenge: &[u8]) -> impl Iterator<Item = [u8; 32]> {
    let digest = move |end: &[u8]| Sha256::digest([challenge, end].concat()).into();
    [&b""[..], b"\n", b"\r\n", b" \r\n"].into_iter().map(digest)
}
