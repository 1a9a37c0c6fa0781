//! Time. The only place that reads the clock: everything else is handed a [`Clock`] or an instant, so
//! that a test can say what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;

/// Cheap to clone; the clones of a set clock move together.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    System,
    Set(Arc<SetClock>),
}

#[derive(Debug)]
struct SetClock {
    start: Instant,
    first: Timestamp,
    /// Nanoseconds moved since `first`.
    moved: AtomicI64,
    /// Nanoseconds by which the time of day was set otherwise.
    stepped: AtomicI64,
}

/// A moment to count from, by both clocks.
#[derive(Debug, Clone, Copy)]
pub struct Anchor {
    at: Timestamp,
    instant: Instant,
}

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `at` until [`Clock::advance`] moves it.
    pub fn set(at: Timestamp) -> Self {
        let (moved, stepped) = (AtomicI64::new(0), AtomicI64::new(0));
        Self(Source::Set(Arc::new(SetClock { start: Instant::now(), first: at, moved, stepped })))
    }

    /// The time of day, which an administrator or NTP may step.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::now(),
            Source::Set(set) => {
                let stepped = jiff::SignedDuration::from_nanos(set.stepped.load(Ordering::SeqCst));
                let moved = set.first.saturating_add(set.moved()).unwrap_or(set.first);
                moved.saturating_add(stepped).unwrap_or(moved)
            }
        }
    }

    /// A clock that only goes forward, for measuring how long something takes.
    pub fn monotonic(&self) -> Instant {
        match &self.0 {
            Source::System => Instant::now(),
            Source::Set(set) => set.start + set.moved(),
        }
    }

    /// Starts counting.
    pub fn anchor(&self) -> Anchor {
        Anchor { at: self.now(), instant: self.monotonic() }
    }

    /// The time of day, and never earlier than the anchor and the time that has passed since: a clock that
    /// is set back gains nobody an hour, and one that is set forward counts at once.
    pub fn since(&self, anchor: &Anchor) -> Timestamp {
        let passed = self.monotonic().saturating_duration_since(anchor.instant);
        self.now().max(anchor.at.saturating_add(passed).unwrap_or(anchor.at))
    }

    /// Sets a set clock's time of day, as an administrator or NTP would; what is monotonic stays.
    pub fn step(&self, by: jiff::SignedDuration) {
        if let Source::Set(set) = &self.0 {
            set.stepped.fetch_add(i64::try_from(by.as_nanos()).unwrap_or(0), Ordering::SeqCst);
        }
    }

    /// Moves a set clock forward. The system's clock is not ours to move: there it does nothing.
    pub fn advance(&self, by: Duration) {
        if let Source::Set(set) = &self.0 {
            let nanos = i64::try_from(by.as_nanos()).unwrap_or(i64::MAX);
            set.moved.fetch_add(nanos, Ordering::SeqCst);
        }
    }
}

impl SetClock {
    fn moved(&self) -> Duration {
        Duration::from_nanos(self.moved.load(Ordering::SeqCst).try_into().unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_of_a_set_clock_move_together() {
        let clock = Clock::set(Timestamp::UNIX_EPOCH);
        let other = clock.clone();
        let before = other.monotonic();
        clock.advance(Duration::from_secs(90));
        assert_eq!(other.now().as_second(), 90);
        assert_eq!(other.monotonic() - before, Duration::from_secs(90));
    }

    #[test]
    fn a_step_back_gains_no_time_and_a_step_forward_counts() {
        let clock = Clock::set(Timestamp::UNIX_EPOCH);
        let anchor = clock.anchor();
        let hour = jiff::SignedDuration::from_hours(1);
        clock.advance(Duration::from_secs(10));
        clock.step(-hour);
        assert_eq!(clock.since(&anchor).as_second(), 10);
        clock.advance(Duration::from_secs(5));
        assert_eq!(clock.since(&anchor).as_second(), 15);
        clock.step(hour + hour);
        assert_eq!(clock.since(&anchor).as_second(), 15 + 3600);
    }
}
