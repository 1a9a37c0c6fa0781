//! What came to a door and got no further, counted: a flood fills a row for a while of it, not the disk.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::{DeviceId, Via};
use crate::event::Event;

/// Kinds that are counted apart. Reasons are words of this program's own, so only devices can be many: beyond this
/// many kinds, theirs are counted together.
const MAX_KINDS: usize = 1024;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Kind {
    via: Via,
    reason: &'static str,
    device: Option<DeviceId>,
}

#[derive(Debug)]
struct Tally {
    count: u64,
    last: SocketAddr,
}

/// Shared by everything that listens.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<HashMap<Kind, Tally>>);

impl Refusals {
    /// A tally is whole between any two statements, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, HashMap<Kind, Tally>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one. `reason` is a fixed word for the journal, `outer` the address that it came from.
    pub fn count(&self, via: Via, reason: &'static str, device: Option<&DeviceId>, outer: SocketAddr) {
        let mut tallies = self.lock();
        let mut kind = Kind { via, reason, device: device.cloned() };
        if tallies.len() >= MAX_KINDS && !tallies.contains_key(&kind) {
            kind.device = None;
        }
        let tally = tallies.entry(kind).or_insert(Tally { count: 0, last: outer });
        tally.count = tally.count.saturating_add(1);
        tally.last = outer;
    }

    /// The rows for what was counted since the last call.
    pub fn take(&self) -> Vec<Event> {
        let tallies = std::mem::take(&mut *self.lock());
        let row = |(Kind { via, reason, device }, Tally { count, last })| Event::IngressRefused {
            via,
            reason: reason.to_owned(),
            device,
            outer: SocketAddr::new(last.ip().to_canonical(), last.port()),
            count,
        };
        tallies.into_iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn outer(port: u16) -> SocketAddr {
        SocketAddr::new("::ffff:192.0.2.1".parse().unwrap(), port)
    }

    fn total(events: &[Event]) -> u64 {
        events
            .iter()
            .map(|event| if let Event::IngressRefused { count, .. } = event { *count } else { 0 })
            .sum()
    }

    #[test]
    fn what_is_alike_is_one_row_with_the_last_address() {
        let refusals = Refusals::default();
        for port in [1, 2, 3] {
            refusals.count(Via::Tls, "handshake", None, outer(port));
        }
        let device = DeviceId::new(1, 1);
        refusals.count(Via::Tls, "handshake", Some(&device), outer(4));
        refusals.count(Via::Tunnel, "handshake", None, outer(5));
        let rows = refusals.take();
        assert_eq!((rows.len(), total(&rows)), (3, 5));
        let row = Event::IngressRefused {
            via: Via::Tls,
            reason: "handshake".into(),
            device: None,
            outer: "192.0.2.1:3".parse().unwrap(),
            count: 3,
        };
        assert!(rows.contains(&row), "{rows:?}");
        assert!(refusals.take().is_empty());
    }

    #[test]
    fn a_flood_of_devices_is_bounded_and_loses_no_count() {
        let refusals = Refusals::default();
        for number in 0..5000 {
            refusals.count(Via::Tls, "device-unknown", Some(&DeviceId::new(number, 0)), outer(1));
        }
        let rows = refusals.take();
        assert_eq!(total(&rows), 5000);
        assert!(rows.len() <= MAX_KINDS + 1, "{}", rows.len());
    }
}
