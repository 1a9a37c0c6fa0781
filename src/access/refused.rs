//! Refused logins, counted: the first of a source have rows of their own, a flood of them fills a row a minute, and not the
//! disk.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::domain::SourceNet;

const MINUTE: Duration = Duration::from_secs(60);

/// Rows of its own that a source has within a minute, and all sources together.
const OF_SOURCE: u32 = 30;
const OF_ALL: u32 = 100;

/// Sources that are counted apart; what comes from more is counted together, as from nowhere.
const MOST_SOURCES: usize = 64;

#[derive(Debug)]
struct Minute {
    since: Instant,
    rows: u32,
    /// Refused without a row since the last time that this was told, and since when.
    more: u64,
    untold: Instant,
}

impl Minute {
    fn new(now: Instant) -> Self {
        Self { since: now, rows: 0, more: 0, untold: now }
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

    fn count(&mut self, now: Instant) {
        if self.more == 0 {
            self.untold = now;
        }
        self.more += 1;
    }

    fn is_due(&self, now: Instant) -> bool {
        self.more > 0 && now.saturating_duration_since(self.untold) >= MINUTE
    }
}

#[derive(Debug)]
struct Counts {
    all: Minute,
    /// `None`: those beyond [`MOST_SOURCES`].
    sources: HashMap<Option<SourceNet>, Minute>,
}

/// Refused without rows of their own: from there, or from many sources, and how many.
pub type Untold = (Option<SourceNet>, u64);

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
    pub(crate) fn count(&self, source: SourceNet) -> bool {
        let now = Instant::now();
        let mut counts = self.lock();
        if counts.sources.len() >= MOST_SOURCES {
            counts.sources.retain(|_, minute| minute.more > 0 || !minute.over(now));
        }
        let room = counts.sources.len() < MOST_SOURCES || counts.sources.contains_key(&Some(source));
        let key = room.then_some(source);
        let Counts { all, sources } = &mut *counts;
        let minute = sources.entry(key).or_insert_with(|| Minute::new(now));
        // Its own first: a flood from one source takes nothing from the others.
        let own_row = minute.takes(OF_SOURCE, now) && all.takes(OF_ALL, now);
        if !own_row {
            minute.count(now);
        }
        own_row
    }

    /// What was refused without a row for a minute or more: one row a source and minute.
    pub fn take_due(&self) -> Vec<Untold> {
        let now = Instant::now();
        self.take(|minute| minute.is_due(now))
    }

    /// All of it.
    pub fn take_all(&self) -> Vec<Untold> {
        self.take(|minute| minute.more > 0)
    }

    fn take(&self, wanted: impl Fn(&Minute) -> bool) -> Vec<Untold> {
        let mut counts = self.lock();
        let untold = counts.sources.iter_mut().filter(|(_, minute)| wanted(minute));
        untold.map(|(source, minute)| (*source, std::mem::take(&mut minute.more))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(number: u32) -> SourceNet {
        SourceNet::of(std::net::IpAddr::from(number.to_be_bytes()))
    }

    #[test]
    fn a_flood_of_one_source_is_counted_and_others_keep_their_rows() {
        let refused = RefusedLogins::default();
        let rows = (0..500).filter(|_| refused.count(source(1))).count();
        assert_eq!((rows, refused.count(source(2))), (30, true));
        assert!(refused.take_due().is_empty(), "a minute is not over");
        assert_eq!(refused.take_all(), [(Some(source(1)), 470)]);
        assert!(refused.take_all().is_empty());
    }

    #[test]
    fn what_is_untold_is_due_after_a_minute_whatever_comes_meanwhile() {
        let (mut minute, now) = (Minute::new(Instant::now()), Instant::now());
        for second in 0..90 {
            if !minute.takes(OF_SOURCE, now + Duration::from_secs(second)) {
                minute.count(now + Duration::from_secs(second));
            }
        }
        assert!(
            !minute.is_due(now + Duration::from_secs(89)) && minute.is_due(now + Duration::from_secs(90))
        );
    }

    /// attack 6: a million attempts from everywhere are some two hundred rows a minute.
    #[test]
    fn a_flood_of_many_sources_is_bounded_and_loses_no_count() {
        let refused = RefusedLogins::default();
        let rows = (0..20_000).filter(|number| refused.count(source(*number))).count();
        let told = refused.take_all();
        let more: u64 = told.iter().map(|(_, more)| more).sum();
        assert_eq!((rows, rows as u64 + more), (MOST_SOURCES + OF_SOURCE as usize, 20_000));
        assert!(told.len() <= MOST_SOURCES + 1);
        assert!(refused.lock().sources.len() <= MOST_SOURCES + 1);
    }
}
