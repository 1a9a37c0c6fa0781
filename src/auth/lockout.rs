//! What wrong guesses cost: after so many of them an account is locked for a while.

use std::time::Duration;

use jiff::Timestamp;

/// From the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Failures in a row that lock; 0 never does.
    pub lock_after: u32,
    pub lock_for: Duration,
}

/// What is remembered of an account's failures; nothing, after a success.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lockout {
    pub failures: u32,
    pub first_failure_at: Option<Timestamp>,
    pub locked_until: Option<Timestamp>,
}

impl Lockout {
    /// Whether no proof is accepted at `now`. At the end of the lock it is open again.
    pub fn is_locked(&self, now: Timestamp) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }

    /// After one more failure. While locked nothing changes, or whoever keeps guessing could keep the
    /// owner out for ever. Failures older than a lock is long are forgotten.
    #[must_use]
    pub fn failed(self, limits: Limits, now: Timestamp) -> Self {
        if self.is_locked(now) {
            return self;
        }
        let after = |moment: Timestamp| moment.checked_add(limits.lock_for).unwrap_or(Timestamp::MAX);
        let current = self.locked_until.is_none() && self.first_failure_at.is_some_and(|at| now < after(at));
        let before = if current { self } else { Self::default() };
        let failures = before.failures.saturating_add(1);
        let locks = limits.lock_after > 0 && failures >= limits.lock_after;
        Self {
            failures,
            first_failure_at: before.first_failure_at.or(Some(now)),
            locked_until: locks.then(|| after(now)),
        }
    }

    /// After a success, or an unlock by hand.
    #[must_use]
    pub fn cleared() -> Self {
        Self::default()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { lock_after: 3, lock_for: Duration::from_mins(30) };

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(1_767_225_600 + minute * 60).unwrap()
    }

    fn failed(minutes: &[i64]) -> Lockout {
        minutes.iter().fold(Lockout::default(), |state, &minute| state.failed(LIMITS, at(minute)))
    }

    #[test]
    fn the_last_straw_locks_for_a_while() {
        assert!(!failed(&[0, 1]).is_locked(at(2)));
        let locked = failed(&[0, 1, 2]);
        assert_eq!((locked.failures, locked.locked_until), (3, Some(at(32))));
        assert!(locked.is_locked(at(31)) && !locked.is_locked(at(32)));
    }

    #[test]
    fn guessing_on_does_not_prolong_a_lock() {
        assert_eq!(failed(&[0, 1, 2, 20, 31]), failed(&[0, 1, 2]));
        assert_eq!(failed(&[0, 1, 2, 33]).failures, 1, "after it, the count starts again");
    }

    #[test]
    fn old_failures_are_forgotten() {
        assert_eq!(failed(&[0, 1, 40]).failures, 1);
    }

    #[test]
    fn zero_never_locks() {
        let limits = Limits { lock_after: 0, ..LIMITS };
        let state = (0..99).fold(Lockout::default(), |state, _| state.failed(limits, at(0)));
        assert!(!state.is_locked(at(0)));
    }
}
