//! The channels of one client's connection, and what breaks it off.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use russh::ChannelId;
use tokio::sync::Notify;

use super::ChannelEvent;
use super::algorithms::Mismatch;
use super::inbox::{Feed, Flooded};

/// What breaks a connection off.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error(transparent)]
    Ssh(#[from] russh::Error),
    #[error(transparent)]
    Flooded(#[from] Flooded),
}

impl Broken {
    pub(super) fn mismatch(&self) -> Option<Mismatch> {
        match self {
            Self::Ssh(error) => Mismatch::of(error),
            Self::Flooded(_) => None,
        }
    }

    /// Did the client break the rules, rather than just leave?
    pub(super) fn is_fault(&self) -> bool {
        match self {
            Self::Flooded(_) => true,
            Self::Ssh(error) => matches!(error, russh::Error::Inconsistent | russh::Error::Pending),
        }
    }
}

/// Variables of the environment that a channel may set, and bytes of their names and values.
const MAX_ENV: usize = 64;
const MAX_ENV_BYTES: usize = 16 * 1024;

/// Requests of one channel that are not served and yet told of: each is a row of the journal.
const MAX_TOLD: usize = 8;

pub(super) struct Slot {
    feed: Feed,
    started: bool,
    env: usize,
    env_bytes: usize,
    told: usize,
}

impl Slot {
    pub(super) fn new(feed: Feed) -> Self {
        Self { feed, started: false, env: 0, env_bytes: 0, told: 0 }
    }

    pub(super) fn close(&self) {
        self.feed.close();
    }

    pub(super) fn data(&self, bytes: &[u8]) -> bool {
        self.feed.data(bytes, false)
    }

    /// Is there room for one more variable?
    fn takes_env(&mut self, bytes: usize) -> bool {
        let fits = !self.started && self.env < MAX_ENV && self.env_bytes + bytes <= MAX_ENV_BYTES;
        if fits {
            self.env += 1;
            self.env_bytes += bytes;
        }
        fits
    }
}

/// The channels of one connection that its client has not closed, shared with requests that wait for their answer.
#[derive(Clone, Default)]
pub(super) struct Slots(Arc<Shared>);

#[derive(Default)]
struct Shared {
    open: Mutex<HashMap<ChannelId, Slot>>,
    fewer: Notify,
}

impl Slots {
    /// A map of owned values is whole between any two statements, so a poisoned lock is still good.
    pub(super) fn lock(&self) -> MutexGuard<'_, HashMap<ChannelId, Slot>> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn remove(&self, id: ChannelId) -> Option<Slot> {
        let slot = self.lock().remove(&id);
        self.0.fewer.notify_waiters();
        slot
    }

    /// The connection is gone, and all of them with it.
    pub(super) fn clear(&self) {
        self.lock().clear();
        self.0.fewer.notify_waiters();
    }

    /// Waits until the client has closed all of them.
    pub(super) async fn emptied(&self) {
        let mut fewer = pin!(self.0.fewer.notified());
        loop {
            fewer.as_mut().enable(); // before the look: what is closed after it is heard
            if self.lock().is_empty() {
                return;
            }
            fewer.as_mut().await;
            fewer.set(self.0.fewer.notified());
        }
    }

    pub(super) fn event(&self, id: ChannelId, event: ChannelEvent) -> Result<(), Flooded> {
        self.lock().get(&id).map_or(Ok(()), |slot| slot.feed.event(event))
    }

    /// Marks the channel as started; false if it was already, or is not there.
    pub(super) fn start(&self, id: ChannelId) -> bool {
        self.lock().get_mut(&id).is_some_and(|slot| !std::mem::replace(&mut slot.started, true))
    }
    /// Lays down a variable of the environment; false where the channel has set enough, or runs already.
    pub(super) fn env(&self, id: ChannelId, name: &str, value: &str) -> Result<bool, Flooded> {
        let mut slots = self.lock();
        let Some(slot) = slots.get_mut(&id) else { return Ok(false) };
        if !slot.takes_env(name.len() + value.len()) {
            return Ok(false);
        }
        slot.feed.event(ChannelEvent::Env(name.to_owned(), value.to_owned())).map(|()| true)
    }

    /// Tells of a request that is not served, unless the channel has made many of them.
    pub(super) fn refused(&self, id: ChannelId, what: &'static str) -> Result<(), Flooded> {
        let mut slots = self.lock();
        let Some(slot) = slots.get_mut(&id).filter(|slot| slot.told < MAX_TOLD) else { return Ok(()) };
        slot.told += 1;
        slot.feed.event(ChannelEvent::Refused(what))
    }
}

#[cfg(test)]
mod tests {
    use super::super::inbox::inbox;
    use super::*;

    /// attack 6: an environment was kept for a minute, however large.
    #[test]
    fn an_environment_is_bounded_in_names_and_bytes_and_ends_at_the_start() {
        let taken = |bytes: usize| {
            let mut slot = Slot::new(inbox().0);
            (0..1000).filter(|_| slot.takes_env(bytes)).count()
        };
        assert_eq!((taken(10), taken(1024)), (MAX_ENV, MAX_ENV_BYTES / 1024));
        let mut started = Slot::new(inbox().0);
        started.started = true;
        assert!(!started.takes_env(1));
    }
}
