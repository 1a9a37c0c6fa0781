//! Small writes by whoever has them, without a thread between: what is waited for is shown sooner by two wake-ups.
//!
//! Only where the disk is known to be quick, and by one at a time: of all sessions, at most one is caught by a disk that
//! stops answering.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A disk that takes longer for a small write is slow.
const QUICK: Duration = Duration::from_millis(5);

/// How long a disk that was slow is left to the writers.
const LEFT_ALONE: Duration = Duration::from_secs(10);

pub(super) struct Shortcut {
    quick: Duration,
    taken: AtomicBool,
    /// When it was slow for the last time.
    slow: Mutex<Option<Instant>>,
}

impl Default for Shortcut {
    fn default() -> Self {
        Self { quick: QUICK, taken: AtomicBool::default(), slow: Mutex::default() }
    }
}

/// Leave to write here and now; tells how long that took when it goes.
pub(super) struct Pass<'a> {
    shortcut: &'a Shortcut,
    began: Instant,
}

impl Shortcut {
    pub(super) fn pass(&self) -> Option<Pass<'_>> {
        if self.is_slow() || self.taken.swap(true, Ordering::AcqRel) {
            return None;
        }
        Some(Pass { shortcut: self, began: Instant::now() })
    }

    fn is_slow(&self) -> bool {
        let slow = *self.slow.lock().unwrap_or_else(PoisonError::into_inner);
        slow.is_some_and(|slow| slow.elapsed() < LEFT_ALONE)
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if self.began.elapsed() > self.shortcut.quick {
            *self.shortcut.slow.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        }
        self.shortcut.taken.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_at_a_time() {
        let shortcut = Shortcut { quick: Duration::MAX, ..Shortcut::default() };
        let first = shortcut.pass();
        assert!(first.is_some() && shortcut.pass().is_none());
        drop(first);
        assert!(shortcut.pass().is_some());
    }

    #[test]
    fn a_disk_that_was_slow_is_left_alone() {
        let shortcut = Shortcut { quick: Duration::ZERO, ..Shortcut::default() };
        let pass = shortcut.pass();
        std::thread::sleep(Duration::from_millis(1));
        drop(pass);
        assert!(shortcut.pass().is_none());
    }
}
