//! Paces the clean-up of channels that are cut together.
//!
//! An order ends hundreds of sessions in one moment. That no byte flows takes next to nothing; the last word,
//! the evidence and the disconnect of each take most of a millisecond of a processor. Done all at once, they
//! would stand in front of whatever the sessions that go on have to do.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The time that each has for itself: about twice what it needs on one processor.
const EACH: Duration = Duration::from_millis(1);

/// Gives turns, so that those who are cut end one after another.
#[derive(Debug)]
pub struct CutPacer {
    next: Mutex<Instant>,
}

impl Default for CutPacer {
    fn default() -> Self {
        Self { next: Mutex::new(Instant::now()) }
    }
}

impl CutPacer {
    /// Waits for a turn. Nobody is waited for: a turn passes by itself.
    pub(crate) async fn turn(&self) {
        tokio::time::sleep_until(self.take()).await;
    }

    fn take(&self) -> Instant {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = (*next).max(Instant::now());
        *next = turn + EACH;
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_goes_at_once_and_the_others_in_turn() {
        let cut_pacer = CutPacer::default();
        let begun = Instant::now();
        let turns: Vec<_> = (0..10).map(|_| cut_pacer.take()).collect();
        assert!(turns.first().is_some_and(|first| *first <= Instant::now()));
        assert!(turns.last().is_some_and(|last| *last >= begun + EACH * 9), "{turns:?}");
    }

    #[test]
    fn turns_that_are_long_over_are_not_waited_for() {
        let cut_pacer = CutPacer::default();
        cut_pacer.take();
        std::thread::sleep(EACH * 3);
        assert!(cut_pacer.take() <= Instant::now());
    }
}
