//! What an authenticator says of a key that it has made (WebAuthn §6.1), and what its maker signs.

use ciborium::Value;

use super::aaguid::Aaguid;
use super::fault::AttestationFault;
use super::key::KeyPoint;

/// Deeper than anything in it nests.
const DEPTH: usize = 8;

/// Bits of the flags.
const USER_PRESENT: u8 = 0x01;
const BACKUP_ELIGIBLE: u8 = 0x08;
const HAS_KEY: u8 = 0x40;
const HAS_EXTENSIONS: u8 = 0x80;

pub(super) struct AuthenticatorData {
    /// As it is signed.
    pub(super) raw: Vec<u8>,
    /// SHA-256 of the application that the key was made for.
    pub(super) application: [u8; 32],
    flags: u8,
    pub(super) aaguid: Aaguid,
    /// By which the device finds the private key.
    pub(super) handle: Vec<u8>,
    pub(super) point: KeyPoint,
}

impl AuthenticatorData {
    pub(super) fn read(raw: Vec<u8>) -> Result<Self, AttestationFault> {
        let malformed = AttestationFault::Malformed;
        let (application, rest) = raw.split_first_chunk::<32>().ok_or(malformed)?;
        let (&[flags, _, _, _, _], rest) = rest.split_first_chunk::<5>().ok_or(malformed)?;
        if flags & HAS_KEY == 0 {
            return Err(malformed);
        }
        let (aaguid, rest) = rest.split_first_chunk::<16>().ok_or(malformed)?;
        let (length, rest) = rest.split_first_chunk::<2>().ok_or(malformed)?;
        let (handle, mut rest) =
            rest.split_at_checked(u16::from_be_bytes(*length).into()).ok_or(malformed)?;
        let point = point(&item(&mut rest)?).ok_or(malformed)?;
        if flags & HAS_EXTENSIONS != 0 {
            item(&mut rest)?;
        }
        if !rest.is_empty() {
            return Err(AttestationFault::Trailing);
        }
        let (application, aaguid, handle) = (*application, Aaguid::new(*aaguid), handle.to_vec());
        Ok(Self { application, flags, aaguid, handle, point, raw })
    }

    pub(super) fn is_touched(&self) -> bool {
        self.flags & USER_PRESENT != 0
    }

    /// Passkeys that a phone or a browser carries from one device to the next say so.
    pub(super) fn is_copyable(&self) -> bool {
        self.flags & BACKUP_ELIGIBLE != 0
    }
}

/// The next item of CBOR (RFC 8949), taken off the front.
pub(super) fn item(bytes: &mut &[u8]) -> Result<Value, AttestationFault> {
    ciborium::de::from_reader_with_recursion_limit(bytes, DEPTH).map_err(|_| AttestationFault::Malformed)
}

/// A public key in COSE's form (RFC 9053 §7).
fn point(key: &Value) -> Option<KeyPoint> {
    let map = key.as_map()?;
    let of = |label: i8| {
        let is_it = |(key, _): &&(Value, Value)| key.as_integer() == Some(label.into());
        map.iter().find(is_it).map(|(_, value)| value)
    };
    let number = |label| of(label)?.as_integer().map(i128::from);
    let half = |label| <[u8; 32]>::try_from(of(label)?.as_bytes()?.as_slice()).ok();
    match (number(1)?, number(3)?, number(-1)?) {
        (1, -8, 6) => half(-2).map(KeyPoint::Ed25519),
        (2, -7, 1) => {
            let point = [&[4][..], &half(-2)?, &half(-3)?].concat();
            point.try_into().ok().map(KeyPoint::P256)
        }
        _ => None,
    }
}
