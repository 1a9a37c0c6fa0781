//! Orders that are in force, and that the record does not know of yet: the database or the journal could not be
//! written when they were given. They are shown, and written down as soon as that can be done.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::Notify;

use crate::domain::{LockdownId, LockdownName};
use crate::event::{Actor, Event};
use crate::lockdown::Lockdown;

/// One order, and how far its record has come.
pub struct Owed {
    pub lockdown: Lockdown,
    /// The planned period that it is.
    pub period: Option<LockdownName>,
    pub given_at: Timestamp,
    pub given_by: String,
    pub actor: Actor,
    pub origin: Option<crate::domain::Origin>,
    /// How many sessions it has cut, whether or not that could be written down.
    pub cut: AtomicU64,
    /// Held by whoever writes it down, or lifts the order: one of them at a time.
    pub progress: tokio::sync::Mutex<Progress>,
}

#[derive(Debug, Default)]
pub struct Progress {
    /// The database has it.
    pub stored: bool,
    /// Rows for the journal, in their order.
    pub rows: Vec<Event>,
    /// How many of them are written.
    pub told: usize,
}

#[derive(Default)]
struct Shared {
    orders: Mutex<Vec<Arc<Owed>>>,
    added: Notify,
    /// Somebody goes on trying.
    attended: AtomicBool,
}

/// Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub struct Debts(Arc<Shared>);

impl Debts {
    /// Whole between any two statements, so a poisoned lock is still good.
    fn orders(&self) -> MutexGuard<'_, Vec<Arc<Owed>>> {
        self.0.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn add(&self, owed: Owed) -> Arc<Owed> {
        let owed = Arc::new(owed);
        self.orders().push(Arc::clone(&owed));
        self.0.added.notify_one();
        owed
    }

    /// Oldest first.
    pub fn list(&self) -> Vec<Arc<Owed>> {
        self.orders().clone()
    }

    pub fn find(&self, id: &LockdownId) -> Option<Arc<Owed>> {
        self.orders().iter().find(|owed| owed.lockdown.id == *id).cloned()
    }

    /// The record is whole, or nobody needs it any more.
    pub fn settle(&self, id: &LockdownId) {
        self.orders().retain(|owed| owed.lockdown.id != *id);
    }

    /// From here on somebody goes on trying.
    pub fn attend(&self) {
        self.0.attended.store(true, Ordering::Relaxed);
    }

    pub fn is_attended(&self) -> bool {
        self.0.attended.load(Ordering::Relaxed)
    }

    /// Resolves when there is one.
    pub async fn any(&self) {
        while self.orders().is_empty() {
            self.0.added.notified().await;
        }
    }
}
