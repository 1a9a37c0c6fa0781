//! When a handshake's first message was made, by the clock of who made it. The library keeps that to itself; here it is
//! read a second time, for officers to see and for a handshake that was forgotten (the paper, §5.4.2).

use blake2::{Blake2s256, Digest};
use boringtun::noise::{Packet, Tunn};
use boringtun::x25519::{PublicKey, StaticSecret};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hmac::{Mac, SimpleHmac};
use jiff::Timestamp;

use super::tunnel::Identity;
use crate::domain::WireguardKey;

const CONSTRUCTION: &[u8] = b"Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s";
const IDENTIFIER: &[u8] = b"WireGuard v1 zx2c4 Jason@zx2c4.com";

/// TAI64's label of the beginning of 1970, as WireGuard's programs count: by 10 s, without leap seconds.
const EPOCH: u64 = 0x4000_0000_0000_000a;

type Key = [u8; 32];

/// The date of a good first message of this peer.
pub(super) fn dated(identity: &Identity, peer: &WireguardKey, initiation: &[u8]) -> Option<Timestamp> {
    let Ok(Packet::HandshakeInit(_)) = Tunn::parse_incoming_packet(initiation) else { return None };
    let (ephemeral, sealed_key) = (initiation.get(8..40)?, initiation.get(40..88)?);
    let sealed_date = initiation.get(88..116)?;
    let first = hash(&[CONSTRUCTION]);
    let chain = mix(&first, ephemeral)?.0;
    let (chain, _) = mix(&chain, &agree(identity.private(), ephemeral.try_into().ok()?))?;
    let (_, key) = mix(&chain, &agree(identity.private(), *peer.bytes()))?;
    let so_far = hash(&[&hash(&[&first, IDENTIFIER]), identity.public().as_bytes()]);
    let so_far = hash(&[&hash(&[&so_far, ephemeral]), sealed_key]);
    let cipher = ChaCha20Poly1305::new_from_slice(&key).ok()?;
    let opened = cipher.decrypt(&Nonce::default(), Payload { msg: sealed_date, aad: &so_far }).ok()?;
    date(opened.get(..8)?.try_into().ok()?, opened.get(8..12)?.try_into().ok()?)
}

fn hash(parts: &[&[u8]]) -> Key {
    let mut hash = Blake2s256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().into()
}

/// The paper's KDF of two: the next chaining key, and a key.
fn mix(chain: &Key, input: &[u8]) -> Option<(Key, Key)> {
    let secret = keyed(chain, &[input])?;
    let next = keyed(&secret, &[&[1]])?;
    Some((next, keyed(&secret, &[&next, &[2]])?))
}

fn keyed(key: &Key, parts: &[&[u8]]) -> Option<Key> {
    let mut mac = <SimpleHmac<Blake2s256> as hmac::KeyInit>::new_from_slice(key).ok()?;
    parts.iter().for_each(|part| mac.update(part));
    Some(mac.finalize().into_bytes().into())
}

fn agree(private: &StaticSecret, public: Key) -> Key {
    private.diffie_hellman(&PublicKey::from(public)).to_bytes()
}

/// A date that no calendar has is the end of it.
fn date(seconds: [u8; 8], nanoseconds: [u8; 4]) -> Option<Timestamp> {
    let since =
        i64::try_from(i128::from(u64::from_be_bytes(seconds)) - i128::from(EPOCH)).unwrap_or(i64::MAX);
    let nanoseconds =
        i32::try_from(u32::from_be_bytes(nanoseconds)).ok().filter(|nanos| *nanos < 1_000_000_000)?;
    let end = if since < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Some(Timestamp::new(since, nanoseconds).unwrap_or(end))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use boringtun::noise::TunnResult;

    use super::*;

    #[test]
    fn a_handshake_says_when_it_was_made() {
        let (gateway, device) = (Identity::new(&[7; 32]), Identity::new(&[9; 32]));
        let mut tunn = Tunn::new(device.private().clone(), *gateway.public(), None, None, 1, None);
        let mut room = [0; 256];
        let TunnResult::WriteToNetwork(initiation) = tunn.format_handshake_initiation(&mut room, false)
        else {
            panic!("no initiation");
        };
        let dated = dated(&gateway, &device.public_key(), initiation).unwrap();
        // The library counts leap seconds, where others do not.
        let off = Timestamp::now().duration_since(dated).abs();
        assert!(off < jiff::SignedDuration::from_mins(1), "{dated}");
        assert_eq!(super::dated(&gateway, &gateway.public_key(), initiation), None, "another's");
        assert_eq!(super::dated(&gateway, &device.public_key(), &[0; 148]), None);
    }

    #[test]
    fn any_date_can_be_told() {
        let of = |seconds: u64| date(seconds.to_be_bytes(), [0; 4]).unwrap();
        assert_eq!(of(EPOCH), Timestamp::UNIX_EPOCH);
        assert_eq!(of(EPOCH + 2_085_978_496).to_string(), "2036-02-07T06:28:16Z");
        assert_eq!((of(u64::MAX), of(0)), (Timestamp::MAX, Timestamp::MIN));
        assert_eq!(date(EPOCH.to_be_bytes(), u32::MAX.to_be_bytes()), None);
    }
}
