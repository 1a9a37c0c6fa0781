//! Time. The only place that reads the clock: everything else is handed a [`Clock`] or an instant, so
//! that a test can say what time it is.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

/// Cheap to clone; the clones of a set clock move together.
#[derive(Debug, Clone)]
pub struct Clock {
    source: Source,
    /// The latest time that was, and when.
    latest: Arc<Mutex<Anchor>>,
}

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
        Self::of(Source::System)
    }

    /// A clock that stands at `at` until [`Clock::advance`] moves it.
    pub fn set(at: Timestamp) -> Self {
        let (moved, stepped) = (AtomicI64::new(0), AtomicI64::new(0));
        Self::of(Source::Set(Arc::new(SetClock { start: Instant::now(), first: at, moved, stepped })))
    }

    fn of(source: Source) -> Self {
        let latest = Anchor { at: source.now(), instant: source.monotonic() };
        Self { source, latest: Arc::new(Mutex::new(latest)) }
    }

    /// The time of day, which an administrator or NTP may step.
    pub fn now(&self) -> Timestamp {
        self.look().0
    }

    /// A clock that only goes forward, for measuring how long something takes.
    pub fn monotonic(&self) -> Instant {
        self.source.monotonic()
    }

    /// The time at which it is decided who may do what: the time of day, and never earlier than it was before and
    /// the time that has passed since. A clock that is set back gives nobody back what is over.
    pub fn decisive(&self) -> Timestamp {
        self.look().1
    }

    /// The time of day, and the time of decisions. Whoever looks has seen that it was so late.
    fn look(&self) -> (Timestamp, Timestamp) {
        let (now, instant, mut latest) = (self.source.now(), self.monotonic(), self.latest());
        let due = latest.after(instant);
        if due < now {
            *latest = Anchor { at: now, instant };
        }
        (now, now.max(due))
    }

    /// It has been as late as `at` already: a row of the journal says so.
    pub fn hold(&self, at: Timestamp) {
        let (instant, mut latest) = (self.monotonic(), self.latest());
        if latest.after(instant) < at {
            *latest = Anchor { at, instant };
        }
    }

    /// How far the time of day is behind the time of decisions: somebody, or NTP, has set it back.
    pub fn behind(&self) -> Duration {
        let (now, decisive) = self.look();
        Duration::try_from(decisive.duration_since(now)).unwrap_or_default()
    }

    /// The time of day is right, though it was later before.
    pub fn trust(&self) {
        let right = Anchor { at: self.source.now(), instant: self.monotonic() };
        *self.latest() = right;
    }

    /// An anchor is whole between any two statements, so a poisoned lock is still good.
    fn latest(&self) -> MutexGuard<'_, Anchor> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts counting.
    pub fn anchor(&self) -> Anchor {
        Anchor { at: self.decisive(), instant: self.monotonic() }
    }

    /// The time of decisions, and never earlier than the anchor and the time that has passed since: a clock that
    /// is set back gains nobody an hour, and one that is set forward counts at once.
    pub fn since(&self, anchor: &Anchor) -> Timestamp {
        self.decisive().max(anchor.after(self.monotonic()))
    }

    /// Sets a set clock's time of day, as an administrator or NTP would; what is monotonic stays.
    pub fn step(&self, by: jiff::SignedDuration) {
        if let Source::Set(set) = &self.source {
            set.stepped.fetch_add(i64::try_from(by.as_nanos()).unwrap_or(0), Ordering::SeqCst);
        }
    }

    /// Moves a set clock forward. The system's clock is not ours to move: there it does nothing.
    pub fn advance(&self, by: Duration) {
        if let Source::Set(set) = &self.source {
            let nanos = i64::try_from(by.as_nanos()).unwrap_or(i64::MAX);
            set.moved.fetch_add(nanos, Ordering::SeqCst);
        }
    }
}

impl Anchor {
    /// As late as it is at that instant, at least.
    fn after(&self, instant: Instant) -> Timestamp {
        self.at.saturating_add(instant.saturating_duration_since(self.instant)).unwrap_or(self.at)
    }
}

impl Source {
    fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Set(set) => {
                let stepped = jiff::SignedDuration::from_nanos(set.stepped.load(Ordering::SeqCst));
                let moved = set.first.saturating_add(set.moved()).unwrap_or(set.first);
                moved.saturating_add(stepped).unwrap_or(moved)
            }
        }
    }

    fn monotonic(&self) -> Instant {
        match self {
            Self::System => Instant::now(),
            Self::Set(set) => set.start + set.moved(),
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
    #![allow(clippy::unwrap_used)]

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

    /// attack 17: what is over stays over, until somebody says that the clock is right.
    #[test]
    fn decisions_never_go_back() {
        let clock = Clock::set(Timestamp::UNIX_EPOCH);
        let hour = jiff::SignedDuration::from_hours(1);
        clock.hold(Timestamp::from_second(100).unwrap());
        assert_eq!((clock.now().as_second(), clock.decisive().as_second()), (0, 100));
        clock.advance(Duration::from_secs(10));
        assert_eq!((clock.decisive().as_second(), clock.behind().as_secs()), (110, 100));
        clock.step(hour);
        assert_eq!((clock.decisive().as_second(), clock.behind().as_secs()), (3610, 0));
        clock.step(-hour);
        clock.advance(Duration::from_secs(1));
        assert_eq!((clock.clone().decisive().as_second(), clock.now().as_second()), (3611, 11));
        clock.trust();
        assert_eq!((clock.decisive().as_second(), clock.behind().as_secs()), (11, 0));
    }
}
