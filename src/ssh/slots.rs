//! The channels of one client's connection, and what breaks it off.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use russh::ChannelId;

use super::Event;
use super::algorithms::Mismatch;
use super::inbox::{Feed, Flooded};

/// Channels open at once on one connection.
pub(super) const MAX_CHANNELS: usize = 64;

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

pub(super) struct Slot {
    pub(super) feed: Feed,
    pub(super) started: bool,
}

/// The channels of one connection, shared with requests that wait for their answer.
#[derive(Clone, Default)]
pub(super) struct Slots(Arc<Mutex<HashMap<ChannelId, Slot>>>);

impl Slots {
    /// A map of owned values is whole between any two statements, so a poisoned lock is still good.
    pub(super) fn lock(&self) -> MutexGuard<'_, HashMap<ChannelId, Slot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn remove(&self, id: ChannelId) {
        self.lock().remove(&id);
    }

    pub(super) fn event(&self, id: ChannelId, event: Event) -> Result<(), Flooded> {
        self.lock().get(&id).map_or(Ok(()), |slot| slot.feed.event(event))
    }

    /// Marks the channel as started; false if it was already, or is not there.
    pub(super) fn start(&self, id: ChannelId) -> bool {
        self.lock().get_mut(&id).is_some_and(|slot| !std::mem::replace(&mut slot.started, true))
    }
}
