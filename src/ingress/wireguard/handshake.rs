//! Who asks for a handshake: first whether it was made for our key, then, where there are too many, whether it
//! comes from where it says, and only then whose it is.
//!
//! The first costs a hash, the last a key agreement. Whoever knows our public key can pass the first; so under load
//! a sender has to show a cookie, which only reaches it at its address, and each address is answered so often.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::time::{Duration, Instant};

use boringtun::noise::handshake::parse_handshake_anon;
use boringtun::noise::rate_limiter::RateLimiter;
use boringtun::noise::{Packet, Tunn, TunnResult};

use super::tunnel::Identity;
use crate::domain::{WireguardKey, canonical};

/// Handshakes in one second above which cookies are asked for: about a tenth of a processor's time.
const CALM: u32 = 500;

/// What one address may have in a second under load. A whole site may stand behind one.
const PER_SOURCE: u32 = 50;

/// Addresses that are counted in one second; those above are not answered. Each has shown a cookie.
const SOURCES: usize = 4096;

const SECOND: Duration = Duration::from_secs(1);

/// What becomes of a handshake's first message.
#[derive(Debug, PartialEq, Eq)]
pub enum HandshakeCheck {
    /// Go on: see [`who`].
    Passed,
    /// Answer with this, and forget it.
    Cookie([u8; COOKIE]),
    /// Say nothing; in a fixed word.
    Dropped(&'static str),
}

const COOKIE: usize = 64;

/// Counts handshakes, second by second.
pub struct HandshakeLimiter {
    identity: Identity,
    /// Always asks for a cookie.
    strict: RateLimiter,
    since: Instant,
    asked: u32,
    by_source: HashMap<IpAddr, u32>,
}

impl HandshakeLimiter {
    pub fn new(identity: Identity, now: Instant) -> Self {
        let strict = RateLimiter::new(identity.public(), 0);
        Self { identity, strict, since: now, asked: 0, by_source: HashMap::new() }
    }

    /// May this one be looked at?
    pub fn ask(&mut self, initiation: &[u8], from: IpAddr, now: Instant) -> HandshakeCheck {
        if self.identity.calm().verify_packet(None, initiation, &mut []).is_err() {
            return HandshakeCheck::Dropped("handshake-forged");
        }
        if now.saturating_duration_since(self.since) >= SECOND {
            self.since = now;
            self.asked = 0;
            self.by_source.clear();
        }
        self.asked = self.asked.saturating_add(1);
        if self.asked <= CALM { HandshakeCheck::Passed } else { self.ask_strictly(initiation, from) }
    }

    /// Are cookies asked for?
    #[cfg(test)]
    pub(super) fn is_under_load(&self) -> bool {
        self.asked > CALM
    }

    fn ask_strictly(&mut self, initiation: &[u8], from: IpAddr) -> HandshakeCheck {
        let mut cookie = [0; COOKIE];
        let verified = match self.strict.verify_packet(Some(from), initiation, &mut cookie) {
            Ok(_) => true,
            Err(TunnResult::WriteToNetwork(_)) => false,
            Err(_) => return HandshakeCheck::Dropped("handshake-forged"),
        };
        if !verified {
            return HandshakeCheck::Cookie(cookie);
        }
        let source = site(from);
        if !self.by_source.contains_key(&source) && self.by_source.len() >= SOURCES {
            return HandshakeCheck::Dropped("handshake-load");
        }
        let here = self.by_source.entry(source).or_default();
        *here = here.saturating_add(1);
        if *here > PER_SOURCE { HandshakeCheck::Dropped("handshake-load") } else { HandshakeCheck::Passed }
    }
}

/// Whose addresses these are: of IPv6 a /64 is one site's.
fn site(address: IpAddr) -> IpAddr {
    match canonical(address) {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// The key that a handshake's first message names. That its sender has the private half is proven later.
pub(super) fn who(identity: &Identity, initiation: &[u8]) -> Option<WireguardKey> {
    let Ok(Packet::HandshakeInit(message)) = Tunn::parse_incoming_packet(initiation) else { return None };
    let half = parse_handshake_anon(identity.private(), identity.public(), &message).ok()?;
    Some(WireguardKey::new(half.peer_static_public))
}
