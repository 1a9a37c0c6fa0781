//! What the tunnels know of each device since the gateway started: its last handshake, and where it comes from. For
//! officers to look at; the tunnels themselves ask it only whether a handshake was forgotten.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::domain::DeviceId;

/// How far a device's clock may be from ours where that is asked for: after its last handshake was forgotten.
const SKEW: SignedDuration = SignedDuration::from_mins(2);

/// A handshake: when, by the device's clock and by ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handshake {
    pub dated: Timestamp,
    pub at: Timestamp,
}

impl Handshake {
    /// Whether the device's clock was ahead: then it has to be as far again, or nothing of it counts any more.
    pub fn is_ahead(&self) -> bool {
        self.dated.duration_since(self.at) > SKEW
    }
}

/// What is known of one device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// The last one that was answered.
    pub last: Option<Handshake>,
    /// The last one that was not, since it is not later than that.
    pub refused: Option<Handshake>,
    pub outer: Option<SocketAddr>,
    pub is_up: bool,
    forgotten: Option<Timestamp>,
    generation: u64,
}

impl Seen {
    /// Whether it stays out because of its own clock, now or soon.
    pub fn is_ahead(&self) -> bool {
        self.last.is_some_and(|last| last.is_ahead())
    }
}

/// One for all; a clone is the same.
#[derive(Clone, Default)]
pub struct Tunnels(Arc<Mutex<BTreeMap<DeviceId, Seen>>>);

impl Tunnels {
    /// A map of owned values, whole between any two statements.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<DeviceId, Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn of(&self, device: &DeviceId) -> Option<Seen> {
        self.lock().get(device).cloned()
    }

    /// Notes something that a tunnel has seen.
    pub fn note(&self, device: &DeviceId, note: impl FnOnce(&mut Seen)) {
        note(self.lock().entry(device.clone()).or_default());
    }

    /// The device is no more.
    pub fn remove(&self, device: &DeviceId) {
        self.lock().remove(device);
    }

    /// May a handshake with this date be looked at? Gives how often this device's last one was forgotten.
    ///
    /// Where it was, what was recorded before must not count again, neither what is older than that nor what a clock
    /// that was ahead has made: so from then on the date has to be about now.
    ///
    /// # Errors
    /// The word for why not.
    pub fn judge(&self, device: &DeviceId, handshake: Handshake) -> Result<u64, &'static str> {
        let Some(seen) = self.of(device) else { return Ok(0) };
        let Some(forgotten) = seen.forgotten else { return Ok(seen.generation) };
        if handshake.dated < forgotten.saturating_sub(SKEW).unwrap_or(forgotten) {
            return Err("handshake-replayed");
        }
        if handshake.is_ahead() { Err("handshake-ahead") } else { Ok(seen.generation) }
    }

    /// Forgets the last handshake: gives it back, if there was any.
    pub fn forget(&self, device: &DeviceId, now: Timestamp) -> Option<Handshake> {
        let mut all = self.lock();
        let seen = all.get_mut(device)?;
        let last = seen.last.take()?;
        seen.refused = None;
        seen.forgotten = Some(now);
        seen.generation += 1;
        Some(last)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + second).unwrap()
    }

    fn device() -> DeviceId {
        DeviceId::new(1, 1)
    }

    /// tunnel 3, trial 32: what was recorded before is no way in, whatever its date.
    #[test]
    fn after_it_was_forgotten_a_handshake_has_to_be_of_now() {
        let tunnels = Tunnels::default();
        let judge = |dated, now| tunnels.judge(&device(), Handshake { dated: at(dated), at: at(now) });
        assert_eq!(judge(9_000_000, 0), Ok(0));
        assert_eq!(tunnels.forget(&device(), at(0)), None, "there was none");
        let last = Handshake { dated: at(9_000_000), at: at(0) };
        tunnels.note(&device(), |seen| seen.last = Some(last));
        assert!(tunnels.of(&device()).unwrap().is_ahead());
        assert_eq!(judge(9_000_001, 5), Ok(0), "nobody asked for anything");
        assert_eq!(tunnels.forget(&device(), at(10)), Some(last));
        assert_eq!(judge(9_000_001, 20), Err("handshake-ahead"));
        assert_eq!(judge(20 + 121, 20), Err("handshake-ahead"));
        assert_eq!(judge(10 - 121, 20), Err("handshake-replayed"));
        assert_eq!(judge(20, 20), Ok(1));
        assert_eq!(judge(10 - 119, 20), Ok(1));
        assert_eq!(tunnels.forget(&device(), at(30)), None, "it was forgotten");
        tunnels.remove(&device());
        assert_eq!(judge(9_000_000, 0), Ok(0), "enrolled anew");
    }
}
