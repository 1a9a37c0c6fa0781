//! Channels that are decided, dialling or relaying, and those that an order has called out.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::domain::{OperatorName, SessionId};

/// Channels that are decided, dialling or relaying: the session that each belongs to, and whose it is.
#[derive(Default)]
struct Channels {
    next: u64,
    open: HashMap<u64, Place>,
}

pub(super) struct Place {
    pub(super) session: SessionId,
    pub(super) operator: OperatorName,
    /// A program runs in it that no terminal hangs up: it may outlive the channel.
    detached: bool,
}

/// Who is on, and who has left.
#[derive(Default)]
pub(super) struct Registry {
    channels: Mutex<Channels>,
    left: Notify,
}

impl Registry {
    /// A map of owned values is whole between any two statements, so a poisoned lock is still good.
    fn lock(&self) -> MutexGuard<'_, Channels> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn register(self: &Arc<Self>, session: &SessionId, operator: &OperatorName) -> Registration {
        let mut channels = self.lock();
        channels.next += 1;
        let (channel, session, operator) = (channels.next, session.clone(), operator.clone());
        channels.open.insert(channel, Place { session, operator, detached: false });
        Registration { channel, registry: Arc::clone(self) }
    }

    /// Sessions with a place that `wanted` names.
    pub(super) fn sessions(&self, wanted: impl Fn(&Place) -> bool) -> BTreeSet<SessionId> {
        let channels = self.lock();
        let places = channels.open.values().filter(|place| wanted(place));
        places.map(|place| place.session.clone()).collect()
    }

    /// How many sessions each account has.
    pub(super) fn sessions_of_each(&self) -> BTreeMap<OperatorName, usize> {
        let channels = self.lock();
        let places: BTreeSet<_> =
            channels.open.values().map(|place| (&place.operator, &place.session)).collect();
        let mut counts = BTreeMap::new();
        places.into_iter().for_each(|(operator, _)| *counts.entry(operator.clone()).or_default() += 1);
        counts
    }

    /// Makes a change, and says who has to leave for it.
    pub(super) fn call_out(
        self: &Arc<Self>,
        change: impl FnOnce(),
        covers: impl Fn(&Place) -> bool,
    ) -> Drain {
        let from = Instant::now();
        // Nobody gives up a place in between: whoever leaves for this change counts, however soon.
        let channels = self.lock();
        change();
        let covered = || channels.open.iter().filter(|(_, place)| covers(place));
        let open: HashMap<_, _> =
            covered().map(|(channel, place)| (*channel, place.session.clone())).collect();
        let detached = covered().filter(|(_, place)| place.detached);
        let may_go_on = detached.map(|(_, place)| place.session.clone()).collect();
        drop(channels);
        let sessions = sessions(&open);
        Drain { registry: Arc::clone(self), from, open, sessions, slowest: Duration::ZERO, may_go_on }
    }
}

/// A channel's place in the registry; given up when dropped, which is when no byte flows any more.
pub struct Registration {
    channel: u64,
    registry: Arc<Registry>,
}

impl Registration {
    /// From here on a program runs that no terminal hangs up. Whether the asset ends it when the channel does,
    /// nobody says.
    pub fn detach(&self) {
        if let Some(place) = self.registry.lock().open.get_mut(&self.channel) {
            place.detached = true;
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.registry.lock().open.remove(&self.channel);
        self.registry.left.notify_waiters();
    }
}

/// What an order did to running sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cut {
    pub sessions: u64,
    /// From the order to the end of the last session.
    pub slowest: Duration,
    /// Sessions that did not end in time; never forgotten, always reported.
    pub left_over: u64,
    /// Sessions whose programs may go on at their assets.
    pub may_go_on: BTreeSet<SessionId>,
}

/// Channels that an order has called out.
pub struct Drain {
    registry: Arc<Registry>,
    from: Instant,
    open: HashMap<u64, SessionId>,
    sessions: u64,
    slowest: Duration,
    may_go_on: BTreeSet<SessionId>,
}

impl Drain {
    /// Resolves when all have left.
    pub async fn gone(&mut self) {
        while !self.open.is_empty() {
            let left = self.registry.left.notified();
            tokio::pin!(left);
            left.as_mut().enable();
            let before = self.open.len();
            {
                let channels = self.registry.lock();
                self.open.retain(|channel, _| channels.open.contains_key(channel));
            }
            if self.open.len() < before {
                self.slowest = self.from.elapsed();
            } else {
                left.await;
                tokio::task::yield_now().await; // others are on their way out: one look for all of them
            }
        }
    }

    /// What came of it so far.
    pub fn cut(&self) -> Cut {
        Cut {
            sessions: self.sessions,
            slowest: self.slowest,
            left_over: sessions(&self.open),
            may_go_on: self.may_go_on.clone(),
        }
    }
}

fn sessions(open: &HashMap<u64, SessionId>) -> u64 {
    open.values().collect::<HashSet<_>>().len() as u64
}
