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
}

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `at` until [`Clock::advance`] moves it.
    pub fn set(at: Timestamp) -> Self {
        Self(Source::Set(Arc::new(SetClock { start: Instant::now(), first: at, moved: AtomicI64::new(0) })))
    }

    /// The time of day, which an administrator or NTP may step.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::now(),
            Source::Set(set) => set.first.saturating_add(set.moved()).unwrap_or(set.first),
        }
    }

    /// A clock that only goes forward, for measuring how long something takes.
    pub fn monotonic(&self) -> Instant {
        match &self.0 {
            Source::System => Instant::now(),
            Source::Set(set) => set.start + set.moved(),
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
}
