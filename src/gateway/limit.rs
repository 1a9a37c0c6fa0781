//! How many connections may be on their way to a login: in all, and from one source.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Why a connection was turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Refused {
    pub(super) reason: &'static str,
}

#[derive(Default)]
struct Counts {
    total: u32,
    by_source: HashMap<IpAddr, u32>,
    refused: HashMap<Refused, u64>,
}

/// The counts, and their limits.
pub(super) struct Starts {
    total: u32,
    per_source: u32,
    counts: Mutex<Counts>,
}

/// One connection's place; given back when dropped.
pub(super) struct Permit {
    starts: Arc<Starts>,
    source: IpAddr,
}

impl Starts {
    pub(super) fn new(total: u32, per_source: u32) -> Self {
        Self { total, per_source, counts: Mutex::default() }
    }

    /// Counters are whole between any two statements, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(self: &Arc<Self>, source: IpAddr) -> Result<Permit, Refused> {
        let mut counts = self.lock();
        let here = counts.by_source.get(&source).copied().unwrap_or(0);
        let refused = match (counts.total >= self.total, here >= self.per_source) {
            (true, _) => Some(Refused { reason: "too many connections before login" }),
            (_, true) => Some(Refused { reason: "too many connections before login from one source" }),
            _ => None,
        };
        if let Some(refused) = refused {
            *counts.refused.entry(refused).or_default() += 1;
            return Err(refused);
        }
        counts.total += 1;
        *counts.by_source.entry(source).or_default() += 1;
        Ok(Permit { starts: Arc::clone(self), source })
    }

    /// What was turned away since the last call.
    pub(super) fn take_refused(&self) -> HashMap<Refused, u64> {
        std::mem::take(&mut self.lock().refused)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut counts = self.starts.lock();
        counts.total = counts.total.saturating_sub(1);
        if let Some(here) = counts.by_source.get_mut(&self.source) {
            *here = here.saturating_sub(1);
            if *here == 0 {
                counts.by_source.remove(&self.source);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn starts_are_bounded_in_all_and_per_source_and_come_back() {
        let starts = Arc::new(Starts::new(3, 2));
        let [a, b] = ["192.0.2.1", "2001:db8::1"].map(|text| text.parse::<IpAddr>());
        let (a, b) = (a.unwrap(), b.unwrap());
        let first = starts.begin(a);
        let second = starts.begin(a);
        assert!(first.is_ok() && second.is_ok());
        assert!(starts.begin(a).is_err(), "two from one source");
        let third = starts.begin(b);
        assert!(third.is_ok());
        assert!(starts.begin(b).is_err(), "three in all");
        drop(first);
        assert!(starts.begin(b).is_ok());
        assert_eq!(starts.take_refused().values().sum::<u64>(), 2);
        assert!(starts.take_refused().is_empty());
    }
}
