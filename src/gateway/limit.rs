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

impl Counts {
    fn refuse(&mut self, reason: &'static str) -> Refused {
        *self.refused.entry(Refused { reason }).or_default() += 1;
        Refused { reason }
    }
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
    /// `None`: it is not known yet whose it is.
    source: Option<IpAddr>,
}

impl Starts {
    pub(super) fn new(total: u32, per_source: u32) -> Self {
        Self { total, per_source, counts: Mutex::default() }
    }

    /// Counters are whole between any two statements, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place in all, and one of its source where that is known.
    pub(super) fn begin(self: &Arc<Self>, source: Option<IpAddr>) -> Result<Permit, Refused> {
        let mut counts = self.lock();
        if counts.total >= self.total {
            return Err(counts.refuse("too many connections before login"));
        }
        counts.total += 1;
        drop(counts);
        let mut permit = Permit { starts: Arc::clone(self), source: None };
        if let Some(source) = source {
            permit.settle(source)?;
        }
        Ok(permit)
    }

    /// What was turned away since the last call.
    pub(super) fn take_refused(&self) -> HashMap<Refused, u64> {
        std::mem::take(&mut self.lock().refused)
    }
}

impl Permit {
    /// From here on it counts for its source, once.
    pub(super) fn settle(&mut self, source: IpAddr) -> Result<(), Refused> {
        if self.source.is_some() {
            return Ok(());
        }
        let mut counts = self.starts.lock();
        let here = counts.by_source.entry(source).or_default();
        if *here >= self.starts.per_source {
            return Err(counts.refuse("too many connections before login from one source"));
        }
        *here += 1;
        self.source = Some(source);
        Ok(())
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut counts = self.starts.lock();
        counts.total = counts.total.saturating_sub(1);
        let Some(source) = self.source else { return };
        if let Some(here) = counts.by_source.get_mut(&source) {
            *here = here.saturating_sub(1);
            if *here == 0 {
                counts.by_source.remove(&source);
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
        let first = starts.begin(Some(a));
        let second = starts.begin(Some(a));
        assert!(first.is_ok() && second.is_ok());
        assert!(starts.begin(Some(a)).is_err(), "two from one source");
        let third = starts.begin(Some(b));
        assert!(third.is_ok());
        assert!(starts.begin(Some(b)).is_err(), "three in all");
        drop(first);
        assert!(starts.begin(Some(b)).is_ok());
        assert_eq!(starts.take_refused().values().sum::<u64>(), 2);
        assert!(starts.take_refused().is_empty());
    }

    #[test]
    fn who_comes_through_a_balancer_counts_in_all_first_and_then_for_its_source() {
        let starts = Arc::new(Starts::new(2, 1));
        let source: IpAddr = "192.0.2.1".parse().unwrap();
        let mut first = starts.begin(None).unwrap();
        let mut second = starts.begin(None).unwrap();
        assert!(starts.begin(None).is_err(), "two in all");
        assert!(first.settle(source).is_ok());
        assert!(second.settle(source).is_err(), "one from one source");
        drop(second);
        assert!(starts.begin(Some(source)).is_err(), "the place of the source is still taken");
        drop(first);
        assert!(starts.begin(Some(source)).is_ok());
        assert_eq!(starts.lock().total, 0);
        assert!(starts.lock().by_source.is_empty());
    }
}
