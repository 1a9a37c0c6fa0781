//! What the channels of one session have in common: since when it was granted, when somebody last did something
//! in it, and that it is over. It lasts as long as the outermost connection, so that a client which opens one channel
//! after another gains no time by it, nor one that opens an inner connection (`ssh -J`) after another.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::places::{Full, HeldPlace};
use crate::domain::SessionId;

/// When somebody last did something: milliseconds since it began.
pub(crate) struct Activity {
    began: Instant,
    last: AtomicU64,
}

impl Activity {
    pub(crate) fn begin() -> Self {
        Self { began: Instant::now(), last: AtomicU64::new(0) }
    }

    pub(crate) fn touch(&self) {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(now, Ordering::Relaxed);
    }

    pub(crate) fn idle(&self) -> Duration {
        self.began.elapsed().saturating_sub(Duration::from_millis(self.last.load(Ordering::Relaxed)))
    }
}

/// Why a session is over: it takes a new login to begin another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    /// Its time is.
    Until,
    /// Nobody was at work in it for too long.
    Idle,
    /// An officer ended it.
    Killed,
}

/// What a session shares with every other of its asset and login that came by the same login: an inner connection
/// begins a session of its own, and no time of its own.
pub(crate) struct Span {
    activity: Activity,
    state: Mutex<State>,
}

impl Span {
    pub(crate) fn begin() -> Self {
        Self { activity: Activity::begin(), state: Mutex::default() }
    }

    /// Whole between any two statements, so a poisoned lock is still good.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn idle(&self) -> Duration {
        self.activity.idle()
    }

    /// How long nobody may do anything in it.
    pub(crate) fn patience(&self) -> Option<Duration> {
        self.state().idle
    }

    pub(crate) fn is_open(&self) -> bool {
        self.state().open > 0
    }
}

pub(crate) struct Term {
    pub(crate) id: SessionId,
    span: Arc<Span>,
    /// Channels of this session alone; changed while the span's state is held.
    open: AtomicUsize,
}

#[derive(Default)]
struct State {
    /// When the first of its channels was granted.
    granted: Option<Timestamp>,
    /// How long nobody may do anything in it, by the rules of its last channel.
    idle: Option<Duration>,
    open: usize,
    /// Of the account's sessions, while anything is open in it.
    place: Option<HeldPlace>,
    over: Option<Over>,
}

impl Term {
    pub(crate) fn new(id: SessionId, span: Arc<Span>) -> Self {
        Self { id, span, open: AtomicUsize::new(0) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.span.state()
    }

    pub(crate) fn activity(&self) -> &Activity {
        &self.span.activity
    }

    /// Since when it is granted; now, if nothing was.
    pub(crate) fn granted(&self, now: Timestamp) -> Timestamp {
        self.state().granted.unwrap_or(now)
    }

    /// Why it is over, if it is. While nothing is open in it nobody watches: then `idle` is asked for here.
    pub(crate) fn over(&self, idle: Option<Duration>) -> Option<Over> {
        let mut state = self.state();
        let left = state.granted.is_some() && state.open == 0;
        if left && state.over.is_none() && idle.is_some_and(|most| most <= self.span.idle()) {
            state.over = Some(Over::Idle);
        }
        state.over
    }

    /// It ends; the first reason stays.
    pub(crate) fn end(&self, why: Over) {
        self.state().over.get_or_insert(why);
    }

    /// A channel of it was granted. The first that is open takes the session's place, and the last gives it back.
    pub(crate) fn enter(
        self: &Arc<Self>,
        granted: Timestamp,
        idle: Option<Duration>,
        take: impl FnOnce() -> Result<HeldPlace, Full>,
    ) -> Result<ChannelStay, Full> {
        let mut state = self.state();
        if state.open == 0 {
            state.place = Some(take()?);
        }
        state.granted.get_or_insert(granted);
        state.idle = idle;
        state.open += 1;
        self.open.fetch_add(1, Ordering::Relaxed);
        self.span.activity.touch();
        Ok(ChannelStay(Arc::clone(self)))
    }

    pub(crate) fn is_open(&self) -> bool {
        let _state = self.state();
        self.open.load(Ordering::Relaxed) > 0
    }

    /// Over, and nothing of it is left.
    pub(crate) fn is_spent(&self) -> bool {
        let state = self.state();
        state.over.is_some() && self.open.load(Ordering::Relaxed) == 0
    }
}

/// An open channel of a session.
pub(crate) struct ChannelStay(Arc<Term>);

impl Drop for ChannelStay {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.open = state.open.saturating_sub(1);
        if state.open == 0 {
            state.place = None;
        }
        self.0.open.fetch_sub(1, Ordering::Relaxed);
        // The session is idle from the end of its last channel, unless that was why it ended.
        if state.over.is_none() {
            self.0.span.activity.touch();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::num::NonZeroU32;

    use super::*;
    use crate::access::places::{Kind, Places};
    use crate::config::Limits;

    const NEVER: Option<Duration> = None;
    const AT_ONCE: Option<Duration> = Some(Duration::ZERO);

    fn term() -> Arc<Term> {
        Arc::new(Term::new(SessionId::new(1, 1), Arc::new(Span::begin())))
    }

    fn enter(term: &Arc<Term>, granted: Timestamp, idle: Option<Duration>) -> ChannelStay {
        let places = Places::new(&Limits::default());
        term.enter(granted, idle, || places.take(&"op1".parse().unwrap(), Kind::Session, None)).unwrap()
    }

    /// A session has one place of its account, from its first channel to its last.
    #[test]
    fn a_session_holds_one_place_while_anything_is_open() {
        let (places, operator) = (Places::new(&Limits::default()), "op1".parse().unwrap());
        let take = || places.take(&operator, Kind::Session, NonZeroU32::new(1));
        let (term, now) = (term(), Timestamp::UNIX_EPOCH);
        let first = term.enter(now, NEVER, take).unwrap();
        let second = term.enter(now, NEVER, take).unwrap();
        assert!(take().is_err(), "the account has one");
        drop(first);
        assert!(take().is_err(), "a channel is open");
        drop(second);
        assert!(take().is_ok());
        let held = take().unwrap();
        assert!(term.enter(now, NEVER, take).is_err());
        assert!(!term.is_open(), "what was refused is not open");
        drop(held);
    }

    /// `ssh -J`: each inner connection has a session of its own, and none a time of its own.
    #[test]
    fn what_is_over_is_so_for_every_session_of_the_span() {
        let span = Arc::new(Span::begin());
        let term = |number| Arc::new(Term::new(SessionId::new(number, 1), Arc::clone(&span)));
        let (one, other) = (term(1), term(2));
        drop(enter(&one, Timestamp::UNIX_EPOCH, NEVER));
        assert_eq!(other.granted(Timestamp::MAX), Timestamp::UNIX_EPOCH);
        let stay = enter(&other, Timestamp::MAX, NEVER);
        one.end(Over::Killed);
        assert_eq!((other.over(NEVER), term(3).over(NEVER)), (Some(Over::Killed), Some(Over::Killed)));
        assert_eq!((one.is_spent(), other.is_spent()), (true, false), "each has channels of its own");
        drop(stay);
        assert!(other.is_spent());
    }

    #[test]
    fn the_first_grant_counts_and_the_first_end_stays() {
        let (term, later) = (term(), Timestamp::MAX);
        assert_eq!(term.granted(later), later, "nothing was granted yet");
        drop(enter(&term, Timestamp::UNIX_EPOCH, NEVER));
        drop(enter(&term, later, NEVER));
        assert_eq!(term.granted(later), Timestamp::UNIX_EPOCH);
        term.end(Over::Until);
        term.end(Over::Killed);
        assert_eq!(term.over(NEVER), Some(Over::Until));
    }

    #[test]
    fn a_session_without_a_channel_is_idle() {
        let term = term();
        assert_eq!(term.over(AT_ONCE), None, "it has not begun");
        let stay = enter(&term, Timestamp::UNIX_EPOCH, AT_ONCE);
        assert_eq!(
            (term.over(AT_ONCE), term.is_spent()),
            (None, false),
            "its channel has a watch of its own"
        );
        drop(stay);
        assert_eq!(term.over(NEVER), None);
        assert_eq!((term.over(AT_ONCE), term.is_spent()), (Some(Over::Idle), true));
    }
}
