//! One peer's keys: opens what it sent and seals what goes to it. A thin skin over `boringtun::noise::Tunn`, in
//! which wrong use cannot panic and every refusal has a word.

use std::sync::Arc;

use boringtun::noise::errors::WireGuardError;
use boringtun::noise::rate_limiter::RateLimiter;
use boringtun::noise::{Tunn, TunnResult};
use boringtun::x25519::{PublicKey, StaticSecret};

use super::burst::Burst;
use super::wire::MTU;
use crate::domain::WireguardKey;

/// What sealing adds: header and tag of a data message.
const OVERHEAD: usize = 32;

/// The library writes handshake messages into the same room.
const LEAST_ROOM: usize = 148;

/// Counters from here on are refused (the paper's Reject-After-Messages): no peer comes there, and the library
/// would count past the end of its number.
const LAST_COUNTER: u64 = u64::MAX - (1 << 13);

/// The gateway's own key, and what every peer's cookies are made with.
#[derive(Clone)]
pub struct Identity {
    private: StaticSecret,
    public: PublicKey,
    /// Checks that a handshake was made for our key. That there are too many is found before: see `handshake`.
    calm: Arc<RateLimiter>,
}

impl Identity {
    pub fn new(private: &[u8; 32]) -> Self {
        let private = StaticSecret::from(*private);
        let public = PublicKey::from(&private);
        let calm = Arc::new(RateLimiter::new(&public, u64::MAX));
        Self { private, public, calm }
    }

    pub fn public_key(&self) -> WireguardKey {
        WireguardKey::new(self.public.to_bytes())
    }

    pub(super) fn private(&self) -> &StaticSecret {
        &self.private
    }

    pub(super) fn public(&self) -> &PublicKey {
        &self.public
    }

    pub(super) fn calm(&self) -> &RateLimiter {
        &self.calm
    }
}

/// What a datagram was.
#[derive(Debug, PartialEq, Eq)]
pub enum Decapsulated<'a> {
    /// Proven to be the peer's: an inner packet, or nothing but a sign of life.
    Packet(&'a [u8]),
    Alive,
    /// A good handshake, to be answered with this.
    Answer(&'a [u8]),
    /// Good, and of no consequence.
    Nothing,
}

/// One peer's handshake and sessions.
pub struct Tunnel {
    tunn: Box<Tunn>,
    identity: Identity,
}

impl Tunnel {
    /// `index` has 24 bits and is the peer's alone: it stands in the messages that the peer sends.
    pub fn new(identity: &Identity, peer: &WireguardKey, index: u32) -> Self {
        let peer = PublicKey::from(*peer.bytes());
        let limiter = Some(Arc::clone(&identity.calm));
        let tunn = Tunn::new(identity.private.clone(), peer, None, None, index, limiter);
        Self { tunn: Box::new(tunn), identity: identity.clone() }
    }

    /// Opens a datagram into `room`, which is longer than any.
    ///
    /// # Errors
    /// A fixed word for why it counts for nothing.
    pub fn open<'a>(
        &mut self,
        datagram: &[u8],
        room: &'a mut [u8],
    ) -> Result<Decapsulated<'a>, &'static str> {
        let kind = datagram.first().copied().unwrap_or(0);
        if datagram.is_empty() || room.len() < datagram.len().max(LEAST_ROOM) {
            return Err("datagram-malformed");
        }
        if kind == DATA && counter(datagram).is_none_or(|counter| counter >= LAST_COUNTER) {
            return Err("data-counter");
        }
        if kind == INITIATION {
            self.tick(&mut Burst::default()); // the library dates a session by the last time it looked
        }
        match self.tunn.decapsulate(None, datagram, room) {
            TunnResult::Done if kind == DATA => Ok(Decapsulated::Alive),
            TunnResult::Done => Ok(Decapsulated::Nothing),
            TunnResult::WriteToNetwork(answer) => Ok(Decapsulated::Answer(answer)),
            TunnResult::WriteToTunnelV4(packet, _) | TunnResult::WriteToTunnelV6(packet, _) => {
                Ok(Decapsulated::Packet(packet))
            }
            TunnResult::Err(error) => Err(word(&error)),
        }
    }

    /// Seals an inner packet. Without a session there is none to seal for: the packet is dropped, and TCP sends it
    /// again.
    pub fn seal(&mut self, packet: &[u8], burst: &mut Burst) {
        let padded = packet.len().next_multiple_of(16).min(MTU);
        let mut room = [0; MTU];
        let Some(head) = room.get_mut(..packet.len()) else { return };
        head.copy_from_slice(packet);
        let Some(plain) = room.get(..padded) else { return };
        let (tunn, most) = (&mut self.tunn, (padded + OVERHEAD).max(LEAST_ROOM));
        burst.push(most, |room| match tunn.encapsulate(plain, room) {
            TunnResult::WriteToNetwork(sealed) => Some(sealed.len()),
            _ => None,
        });
    }

    /// What waited for a session.
    pub fn seal_waiting(&mut self, burst: &mut Burst) {
        loop {
            let (tunn, mut more) = (&mut self.tunn, false);
            burst.push(MTU + OVERHEAD, |room| match tunn.decapsulate(None, &[], room) {
                TunnResult::WriteToNetwork(sealed) => {
                    more = true;
                    Some(sealed.len())
                }
                _ => None,
            });
            if !more {
                return;
            }
        }
    }

    /// Lets time pass: sessions end, what is due is sent.
    pub fn tick(&mut self, burst: &mut Burst) {
        let tunn = &mut self.tunn;
        burst.push(MTU + OVERHEAD, |room| match tunn.update_timers(room) {
            TunnResult::WriteToNetwork(due) => Some(due.len()),
            _ => None,
        });
    }

    /// Forgets every session. What it knows of the last handshake stays, so that none is taken twice.
    pub fn forget_sessions(&mut self) {
        let Identity { private, public, calm } = self.identity.clone();
        self.tunn.set_static_private(private, public, Some(calm));
    }
}

/// A handshake that is not later than the last one.
pub(super) const REPLAYED: &str = "handshake-replayed";

/// The types of messages.
pub(super) const INITIATION: u8 = 1;
pub(super) const DATA: u8 = 4;

/// A data message's counter.
fn counter(datagram: &[u8]) -> Option<u64> {
    datagram.get(8..16)?.try_into().ok().map(u64::from_le_bytes)
}

fn word(error: &WireGuardError) -> &'static str {
    match error {
        WireGuardError::WrongTai64nTimestamp => REPLAYED,
        WireGuardError::InvalidMac | WireGuardError::WrongKey => "handshake-forged",
        WireGuardError::InvalidCounter | WireGuardError::DuplicateCounter => "data-replayed",
        WireGuardError::InvalidAeadTag => "data-forged",
        WireGuardError::WrongIndex | WireGuardError::NoCurrentSession => "data-without-session",
        _ => "datagram-malformed",
    }
}
