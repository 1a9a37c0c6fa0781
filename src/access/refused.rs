//! Refused logins, counted: the first of a source have rows of their own, a flood of them fills a row for a while
//! of it, and not the disk.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const MINUTE: Duration = Duration::from_secs(60);

/// Rows of its own that a source has within a minute, and all sources together.
const OF_SOURCE: u32 = 100;
const OF_ALL: u32 = 1000;

/// Sources that are counted apart; what comes from more is counted together, as from nowhere.
const MOST_SOURCES: usize = 1024;
const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

#[derive(Debug)]
struct Minute {
    since: Instant,
    rows: u32,
    /// Refused without a row since the last time that this was told.
    more: u64,
}

impl Minute {
    fn new(now: Instant) -> Self {
        Self { since: now, rows: 0, more: 0 }
    }

    fn over(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.since) >= MINUTE
    }

    /// Is there room for one more row?
    fn takes(&mut self, most: u32, now: Instant) -> bool {
        if self.over(now) {
            (self.since, self.rows) = (now, 0);
        }
        let room = self.rows < most;
        self.rows += u32::from(room);
        room
    }
}

#[derive(Debug)]
struct Counts {
    all: Minute,
    sources: HashMap<IpAddr, Minute>,
}

/// What was refused lately, by source.
#[derive(Debug)]
pub struct RefusedLogins(Mutex<Counts>);

impl Default for RefusedLogins {
    fn default() -> Self {
        Self(Mutex::new(Counts { all: Minute::new(Instant::now()), sources: HashMap::new() }))
    }
}

impl RefusedLogins {
    /// Counters are whole between any two statements, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one; false where it has no row of its own.
    pub(crate) fn count(&self, source: IpAddr) -> bool {
        let now = Instant::now();
        let mut counts = self.lock();
        if counts.sources.len() >= MOST_SOURCES {
            counts.sources.retain(|_, minute| minute.more > 0 || !minute.over(now));
        }
        let room = counts.sources.len() < MOST_SOURCES || counts.sources.contains_key(&source);
        let key = if room { source } else { NOWHERE };
        let of_all = counts.all.takes(OF_ALL, now);
        let minute = counts.sources.entry(key).or_insert_with(|| Minute::new(now));
        if minute.takes(OF_SOURCE, now) && of_all {
            return true;
        }
        minute.more += 1;
        false
    }

    /// What was refused without a row since the last call.
    pub fn take(&self) -> Vec<(IpAddr, u64)> {
        let mut counts = self.lock();
        let more = counts.sources.iter_mut().filter(|(_, minute)| minute.more > 0);
        more.map(|(source, minute)| (*source, std::mem::take(&mut minute.more))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_one_source_is_counted_and_others_keep_their_rows() {
        let refused = RefusedLogins::default();
        let [a, b] = [IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2])];
        let rows = (0..500).filter(|_| refused.count(a)).count();
        assert_eq!((rows, refused.count(b)), (100, true));
        assert_eq!(refused.take(), [(a, 400)]);
        assert!(refused.take().is_empty());
    }

    #[test]
    fn a_flood_of_many_sources_is_bounded_and_loses_no_count() {
        let refused = RefusedLogins::default();
        let rows = (0..20_000u32).filter(|n| refused.count(IpAddr::from(n.to_be_bytes()))).count();
        let told: u64 = refused.take().iter().map(|(_, more)| more).sum();
        assert_eq!((rows, rows as u64 + told), (1000, 20_000));
        assert!(refused.lock().sources.len() <= MOST_SOURCES + 1);
    }
}
