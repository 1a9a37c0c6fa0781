//! How much one recording, and all of one account, may write: so that whoever fills the disk is slowed, and then
//! ended, before anybody else notices.
//!
//! What counts is what is written, not what passed: a zero byte is six characters.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Space;
use crate::domain::OperatorName;

/// Seconds of its rate that an account may write at once.
const BURST: f64 = 16.0;

/// Longest wait that one write brings with it.
const LONGEST: Duration = Duration::from_secs(2);

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What an account may always write within an hour while there is room: somebody who types.
const TRIFLE: u64 = 1 << 20;

/// The bounds of `[limits]`, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Of one recording.
    pub recording: u64,
    /// A second, of one account, for long.
    pub rate: u64,
    /// Within a day, of one account.
    pub account: u64,
}

/// Whoever writes has had enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Exceeded {
    #[error("it is as large as a recording may be")]
    Recording,
    #[error("the account's recordings of a day are as large as they may be")]
    Account,
    #[error("the account has recorded more within an hour than is left for everybody")]
    Share,
}

impl From<Exceeded> for io::Error {
    fn from(over: Exceeded) -> Self {
        Self::new(io::ErrorKind::QuotaExceeded, over)
    }
}

impl Exceeded {
    /// Was this why a recording could not go on?
    pub fn of(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref::<Self>().copied()
    }
}

/// Bytes since a moment.
#[derive(Debug)]
struct Window {
    since: Instant,
    bytes: u64,
}

impl Window {
    fn add(&mut self, bytes: u64, length: Duration, now: Instant) -> u64 {
        if now.saturating_duration_since(self.since) >= length {
            (self.since, self.bytes) = (now, 0);
        }
        self.bytes = self.bytes.saturating_add(bytes);
        self.bytes
    }
}

#[derive(Debug)]
struct Account {
    hour: Window,
    day: Window,
    /// Bytes beyond the steady rate, as of `looked`.
    ahead: f64,
    looked: Instant,
}

impl Account {
    fn new(now: Instant) -> Self {
        let window = || Window { since: now, bytes: 0 };
        Self { hour: window(), day: window(), ahead: 0.0, looked: now }
    }

    /// How long to wait before the next write.
    fn pace(&mut self, bytes: u64, rate: u64, now: Instant) -> Duration {
        let rate = rate as f64;
        let passed = now.saturating_duration_since(self.looked).as_secs_f64();
        self.ahead = (self.ahead - passed * rate).max(0.0) + bytes as f64;
        self.looked = now;
        let wait = (self.ahead - BURST * rate).max(0.0) / rate;
        Duration::try_from_secs_f64(wait).unwrap_or(LONGEST).min(LONGEST)
    }
}

/// The bounds, the disk, and what every account has written. Cheap to clone; all clones are one.
#[derive(Debug, Clone)]
pub struct Quotas {
    bounds: Bounds,
    space: Space,
    /// As many as there are accounts.
    accounts: Arc<Mutex<HashMap<OperatorName, Arc<Mutex<Account>>>>>,
}

impl Quotas {
    pub fn new(bounds: Bounds, space: Space) -> Self {
        Self { bounds, space, accounts: Arc::default() }
    }

    pub fn space(&self) -> &Space {
        &self.space
    }

    /// What one recording of this account is held to.
    ///
    /// # Errors
    /// When there is no room for one that begins, or the account has had its share.
    pub fn begin(&self, operator: &OperatorName) -> io::Result<Quota> {
        self.space.room()?;
        let now = Instant::now();
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let account =
            accounts.entry(operator.clone()).or_insert_with(|| Arc::new(Mutex::new(Account::new(now))));
        let quota = Quota { quotas: self.clone(), account: Arc::clone(account), bytes: 0 };
        drop(accounts);
        quota.look(&mut quota.lock(), 0, now)?;
        Ok(quota)
    }
}

/// One recording's share.
#[derive(Debug)]
pub struct Quota {
    quotas: Quotas,
    account: Arc<Mutex<Account>>,
    bytes: u64,
}

impl Quota {
    /// Counters are whole between any two statements, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts what was written, and says how long to wait before the next.
    ///
    /// # Errors
    /// When it was the last that may be written ([`Exceeded`]), or the disk has next to nothing left.
    pub fn wrote(&mut self, bytes: u64) -> io::Result<Duration> {
        let now = Instant::now();
        self.bytes = self.bytes.saturating_add(bytes);
        self.quotas.space.wrote(bytes);
        if self.bytes > self.quotas.bounds.recording {
            return Err(Exceeded::Recording.into());
        }
        let mut account = self.lock();
        self.look(&mut account, bytes, now)?;
        Ok(account.pace(bytes, self.quotas.bounds.rate, now))
    }

    /// Of what is left above what is kept, nobody writes the greater part: at the edge those end first who wrote
    /// most, and those who type go on into what is kept, down to half of it.
    fn look(&self, account: &mut Account, bytes: u64, now: Instant) -> io::Result<()> {
        let (hour, day) = (account.hour.add(bytes, HOUR, now), account.day.add(bytes, DAY, now));
        if day > self.quotas.bounds.account {
            return Err(Exceeded::Account.into());
        }
        let (free, kept) = (self.quotas.space.free()?, self.quotas.space.kept());
        if free < kept / 2 {
            return self.quotas.space.room();
        }
        if hour > free.saturating_sub(kept).max(TRIFLE) { Err(Exceeded::Share.into()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn quotas(recording: u64, rate: u64, account: u64, kept: u64) -> Quotas {
        let space = Space::new(&std::env::temp_dir(), kept);
        Quotas::new(Bounds { recording, rate, account }, space)
    }

    fn over(result: io::Result<impl std::fmt::Debug>) -> Option<Exceeded> {
        Exceeded::of(&result.unwrap_err())
    }

    #[test]
    fn a_recording_and_an_account_have_their_bounds() {
        let quotas = quotas(100, 1 << 30, 250, 0);
        let [a, b] = ["op1", "op2"].map(|name| name.parse::<OperatorName>().unwrap());
        let mut first = quotas.begin(&a).unwrap();
        assert!(first.wrote(100).is_ok());
        assert_eq!(over(first.wrote(1)), Some(Exceeded::Recording));
        let mut second = quotas.begin(&a).unwrap();
        assert!(second.wrote(100).is_ok());
        let mut third = quotas.begin(&a).unwrap();
        assert_eq!(over(third.wrote(60)), Some(Exceeded::Account));
        assert_eq!(over(quotas.begin(&a)), Some(Exceeded::Account), "nor does another begin");
        assert!(quotas.begin(&b).unwrap().wrote(100).is_ok(), "another account is not concerned");
    }

    #[test]
    fn who_writes_fast_for_long_is_slowed() {
        let now = Instant::now();
        let mut account = Account::new(now);
        assert!(account.pace(1600, 100, now).is_zero(), "a burst");
        let wait = account.pace(100, 100, now);
        assert_eq!(wait, Duration::from_secs(1));
        assert!(account.pace(100, 100, now + Duration::from_secs(5)).is_zero(), "once it has waited");
        assert_eq!(account.pace(1 << 40, 100, now + Duration::from_secs(6)), LONGEST);
    }

    /// trial 18
    #[test]
    fn near_the_edge_who_wrote_most_ends_first() {
        let free = super::super::free_bytes(&std::env::temp_dir()).unwrap();
        // Some 64 MiB above what is kept, whatever others do to this disk meanwhile.
        let quotas = quotas(u64::MAX, 1 << 40, u64::MAX, free.saturating_sub(64 << 20));
        let [a, b] = ["op1", "op2"].map(|name| name.parse::<OperatorName>().unwrap());
        let (mut flood, mut typist) = (quotas.begin(&a).unwrap(), quotas.begin(&b).unwrap());
        assert!(typist.wrote(1000).is_ok());
        assert_eq!(over(flood.wrote(65 << 20)), Some(Exceeded::Share));
        assert!(typist.wrote(1000).is_ok());
    }
}
