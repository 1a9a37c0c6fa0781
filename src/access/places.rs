//! What one account, and all of them together, may have open and may have refused. Nobody is proven here: these
//! are bounds for people who are, and whose client runs wild or means no good.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::config::Limits;
use crate::domain::OperatorName;

/// How long a refused request counts against its account.
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Seconds over which as many channels begin as may be open at once.
const SPREAD: f64 = 100.0;

/// No more of this is to be had now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Full {
    /// This account has as many as one may have.
    Account,
    /// All accounts together have.
    Gateway,
}

impl Full {
    /// For the journal.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Account => "too many of this account",
            Self::Gateway => "too many in all",
        }
    }
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Connection,
    /// In which something is open.
    Session,
    Channel,
}

#[derive(Debug, Clone, Copy, Default)]
struct Open {
    connections: u32,
    sessions: u32,
    channels: u32,
}

impl Open {
    fn of(&mut self, kind: Kind) -> &mut u32 {
        match kind {
            Kind::Connection => &mut self.connections,
            Kind::Session => &mut self.sessions,
            Kind::Channel => &mut self.channels,
        }
    }
}

/// What is remembered of an account beyond what it has open.
#[derive(Debug)]
struct Record {
    /// Requests that were refused, and since when they are counted.
    refusals: u32,
    since: Instant,
    /// Channels that were opened beyond the steady pace, as of `looked`.
    ahead: f64,
    looked: Instant,
}

impl Record {
    fn new(now: Instant) -> Self {
        Self { refusals: 0, since: now, ahead: 0.0, looked: now }
    }
}

#[derive(Debug, Default)]
struct Taken {
    all: Open,
    /// Accounts that have nothing open are not kept.
    open: HashMap<OperatorName, Open>,
    /// As many as there are accounts.
    records: HashMap<OperatorName, Record>,
}

/// The bounds, and what is taken. Cheap to clone; all clones are one.
#[derive(Debug, Clone)]
pub struct Places {
    limits: Arc<Bounds>,
    taken: Arc<Mutex<Taken>>,
}

#[derive(Debug)]
struct Bounds {
    all: Open,
    account: Open,
    refusals: u32,
}

impl Places {
    pub fn new(limits: &Limits) -> Self {
        let channels = limits.channels.get();
        // No more sessions than channels.
        let all = Open { connections: limits.connections.get(), sessions: channels, channels };
        let account = Open {
            connections: limits.connections_per_account.get(),
            sessions: limits.sessions_per_account.get(),
            channels: limits.channels_per_account.get(),
        };
        let bounds = Bounds { all, account, refusals: limits.refusals_per_account.get() };
        Self { limits: Arc::new(bounds), taken: Arc::default() }
    }

    /// Counters are whole between any two statements, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more of this account, for as long as the answer is kept. `own`: how many it may have, where that is not what
    /// all may.
    pub(crate) fn take(
        &self,
        operator: &OperatorName,
        kind: Kind,
        own: Option<NonZeroU32>,
    ) -> Result<HeldPlace, Full> {
        let (mut in_all, mut of_account) = (self.limits.all, self.limits.account);
        let most = own.map_or(*of_account.of(kind), NonZeroU32::get);
        let mut taken = self.lock();
        if *taken.all.of(kind) >= *in_all.of(kind) {
            return Err(Full::Gateway);
        }
        let here = taken.open.entry(operator.clone()).or_default().of(kind);
        if *here >= most {
            return Err(Full::Account);
        }
        *here += 1;
        *taken.all.of(kind) += 1;
        Ok(HeldPlace { places: self.clone(), operator: operator.clone(), kind })
    }

    /// Counts a refused request; false when the account has had too many within the hour.
    pub(crate) fn refused(&self, operator: &OperatorName) -> bool {
        let now = Instant::now();
        let mut taken = self.lock();
        let record = taken.records.entry(operator.clone()).or_insert_with(|| Record::new(now));
        if now.duration_since(record.since) >= HOUR {
            (record.refusals, record.since) = (0, now);
        }
        record.refusals = record.refusals.saturating_add(1);
        record.refusals < self.limits.refusals
    }

    /// How long the next channel of this account has to wait. As many as may be open at once begin without
    /// waiting, then a hundredth of them a second: each is some rows in the journal.
    pub(crate) fn turn(&self, operator: &OperatorName) -> Duration {
        self.turn_at(operator, Instant::now())
    }

    fn turn_at(&self, operator: &OperatorName, now: Instant) -> Duration {
        let burst = f64::from(self.limits.account.channels);
        let pace = burst / SPREAD;
        let mut taken = self.lock();
        let record = taken.records.entry(operator.clone()).or_insert_with(|| Record::new(now));
        let passed = now.saturating_duration_since(record.looked).as_secs_f64();
        record.ahead = (record.ahead - passed * pace).max(0.0) + 1.0;
        record.looked = now;
        Duration::try_from_secs_f64((record.ahead - burst).max(0.0) / pace).unwrap_or(HOUR)
    }
}

/// One place; given back when dropped.
#[derive(Debug)]
pub(crate) struct HeldPlace {
    places: Places,
    operator: OperatorName,
    kind: Kind,
}

impl Drop for HeldPlace {
    fn drop(&mut self) {
        let mut taken = self.places.lock();
        let all = taken.all.of(self.kind);
        *all = all.saturating_sub(1);
        let Some(open) = taken.open.get_mut(&self.operator) else { return };
        let here = open.of(self.kind);
        *here = here.saturating_sub(1);
        if open.connections == 0 && open.sessions == 0 && open.channels == 0 {
            taken.open.remove(&self.operator);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn places(all: u32, account: u32, refusals: u32) -> Places {
        let open = |count| Open { connections: count, sessions: count, channels: count };
        let bounds = Bounds { all: open(all), account: open(account), refusals };
        Places { limits: Arc::new(bounds), taken: Arc::default() }
    }

    #[test]
    fn an_account_and_all_accounts_are_bounded_and_places_come_back() {
        let places = places(3, 2, 1);
        let [a, b] = ["op1", "op2"].map(|name| name.parse::<OperatorName>().unwrap());
        let first = places.take(&a, Kind::Channel, None).unwrap();
        let second = places.take(&a, Kind::Channel, None).unwrap();
        assert_eq!(places.take(&a, Kind::Channel, None).unwrap_err(), Full::Account);
        assert!(places.take(&a, Kind::Connection, None).is_ok(), "another kind has its own");
        let third = places.take(&b, Kind::Channel, None).unwrap();
        assert_eq!(places.take(&b, Kind::Channel, None).unwrap_err(), Full::Gateway);
        drop(first);
        assert!(places.take(&b, Kind::Channel, None).is_ok());
        drop((second, third));
        let taken = places.lock();
        assert!(taken.open.is_empty() && taken.all.channels == 0 && taken.all.connections == 0);
    }

    #[test]
    fn an_account_may_have_a_number_of_its_own() {
        let places = places(9, 2, 1);
        let a = "op1".parse::<OperatorName>().unwrap();
        let own = NonZeroU32::new(1);
        let held = places.take(&a, Kind::Session, own).unwrap();
        assert_eq!(places.take(&a, Kind::Session, own).unwrap_err(), Full::Account);
        assert!(places.take(&a, Kind::Session, NonZeroU32::new(3)).is_ok(), "or more than all may");
        drop(held);
        assert!(places.take(&a, Kind::Session, own).is_ok());
    }

    #[test]
    fn refusals_count_by_account() {
        let places = places(1, 1, 3);
        let [a, b] = ["op1", "op2"].map(|name| name.parse::<OperatorName>().unwrap());
        assert!(places.refused(&a) && places.refused(&a));
        assert!(!places.refused(&a) && !places.refused(&a));
        assert!(places.refused(&b));
    }

    #[test]
    fn channels_begin_in_a_burst_and_then_at_a_pace() {
        let places = places(1, 200, 1);
        let (operator, now) = ("op1".parse().unwrap(), Instant::now());
        let waits: Vec<_> = (0..204).map(|_| places.turn_at(&operator, now)).collect();
        assert!(waits.iter().take(200).all(Duration::is_zero));
        let last = waits.last().unwrap().as_secs_f64();
        assert!((1.9..2.1).contains(&last), "two a second: {last}");
        assert!(places.turn_at(&operator, now + Duration::from_secs(60)).is_zero());
    }
}
