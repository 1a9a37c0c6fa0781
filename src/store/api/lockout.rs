//! Guesses, counted; and the lock that follows when too many were wrong.
//!
//! An account has several ways in: without a key, with each key that is proven first, and with that key from each source
//! where the account is at home. Each is counted apart. Guesses without a key lock the logins without one; guesses behind a
//! key lock that key, but not at the account's homes, and those without one; guesses from a home lock that home, too. So
//! whoever has no key locks nobody out who comes with one, and whoever has stolen one does not lock its owner out at home.
//! A thief who comes from so many homes has so many times the guesses; a home takes a login with key and code.

use std::time::Duration;

use jiff::Timestamp;

use super::page::Listed;
use crate::domain::{OperatorName, SourceNet};

/// How many wrong guesses lock a way in, and for how long. Failures further apart than `lock_for` are not in
/// a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockRule {
    pub after: u32,
    pub lock_for: Duration,
}

/// One way into an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WayIn<'a> {
    /// `None` stands for all names that nobody has: a guess at them costs the same.
    pub operator: Option<&'a OperatorName>,
    /// The fingerprint of the key that was proven first.
    pub key: Option<&'a str>,
    /// The source, where the account is at home there and a key was proven.
    pub home: Option<SourceNet>,
}

/// What is counted against one way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lockout {
    pub failures: u64,
    pub first_failure_at: Timestamp,
    pub locked_until: Option<Timestamp>,
}

/// What came of asking for a place in the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuessPlace {
    /// Counted as a failure until it is given back. The last place that there is locks.
    Taken(Lockout),
    Locked,
}

/// A way in that is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    pub operator: OperatorName,
    pub key: Option<String>,
    pub home: Option<SourceNet>,
    pub until: Timestamp,
}

/// An account, and the key and the home of the way in.
pub(in crate::store) type LockKey = (OperatorName, Option<String>, Option<SourceNet>);

impl Listed for Lock {
    type Key = LockKey;

    fn key(&self) -> LockKey {
        (self.operator.clone(), self.key.clone(), self.home)
    }
}

impl Lockout {
    /// Whether the way is locked at `now`.
    pub fn is_locked(&self, now: Timestamp) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }

    /// One more guess at `now`, on a way that is not locked.
    pub(in crate::store) fn take(before: Option<Self>, now: Timestamp, rule: LockRule) -> Self {
        let later = |from: Timestamp| from.saturating_add(rule.lock_for).unwrap_or(Timestamp::MAX);
        let in_a_row = |state: &Self| {
            state.failures > 0 && state.locked_until.is_none() && now < later(state.first_failure_at)
        };
        let fresh = Self { failures: 0, first_failure_at: now, locked_until: None };
        let mut state = before.filter(in_a_row).unwrap_or(fresh);
        state.failures += 1;
        if state.failures >= u64::from(rule.after) {
            state.locked_until = Some(later(now));
        }
        state
    }
}
