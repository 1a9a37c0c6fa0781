//! Lockdown orders. An order is a row from the moment it is given; lifting it adds to the row and takes
//! nothing away.

use jiff::Timestamp;

use super::future::StoreFuture;
use super::given::Given;
use super::page::Listed;
use crate::domain::{LockdownId, LockdownName};
use crate::lockdown::{Lockdown, State};

/// An order, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockdownRow {
    pub lockdown: Lockdown,
    /// The planned period that it is.
    pub period: Option<LockdownName>,
    pub confirmed_by: Option<String>,
    pub lift: Option<Lift>,
    /// When it ended by itself.
    pub ended_at: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lift {
    pub at: Timestamp,
    pub by: String,
    pub confirmed_by: Option<String>,
    pub reason: String,
}

impl LockdownRow {
    pub fn state(&self, now: Timestamp) -> State {
        match self {
            Self { lift: Some(_), .. } => State::Lifted,
            Self { ended_at: Some(_), .. } => State::Ended,
            Self { lockdown, .. } if lockdown.until.is_some_and(|until| until <= now) => State::Ended,
            _ => State::InForce,
        }
    }

    /// When it was over, if it is.
    pub fn over_at(&self, now: Timestamp) -> Option<Timestamp> {
        let until = self.lockdown.until.filter(|until| *until <= now);
        self.lift.as_ref().map(|lift| lift.at).into_iter().chain(until).min()
    }
}

impl Listed for LockdownRow {
    type Key = (Timestamp, LockdownId);

    fn key(&self) -> (Timestamp, LockdownId) {
        (self.lockdown.started_at, self.lockdown.id.clone())
    }
}

pub trait LockdownStore: Send + Sync {
    /// Writes an order down; it is in force when this returns. False when there is one of this id already,
    /// or somebody else has settled the request.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn start<'a>(
        &'a self,
        lockdown: &'a Lockdown,
        period: Option<&'a LockdownName>,
        given: Given<'a>,
    ) -> StoreFuture<'a, bool>;

    /// Lifts an order; false when there is none of this id, or it was lifted before.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn lift<'a>(&'a self, id: &'a LockdownId, reason: &'a str, given: Given<'a>) -> StoreFuture<'a, bool>;

    /// Notes that an order has ended by itself; false when that was noted before, or it was lifted.
    ///
    /// # Errors
    /// When the database cannot be written.
    fn end<'a>(&'a self, id: &'a LockdownId, at: Timestamp) -> StoreFuture<'a, bool>;

    /// The orders that nobody lifted and that were not seen to end, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read: then everybody counts as locked.
    fn open(&self, after: Option<(Timestamp, LockdownId)>, limit: u32) -> StoreFuture<'_, Vec<LockdownRow>>;

    /// The orders that were ever given, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn list(&self, after: Option<(Timestamp, LockdownId)>, limit: u32) -> StoreFuture<'_, Vec<LockdownRow>>;
}
