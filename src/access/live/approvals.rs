//! Requests that wait for an officer, and who waits with them. They live in the running gateway alone: after a
//! restart nobody is left who asked, and what was granted for a while has ended.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::oneshot;

use crate::approval::{ApprovalAnswer, ApprovalRequest, Book, Opening, Subject};
use crate::domain::ApprovalId;

#[derive(Default)]
pub(crate) struct Desk {
    pub(crate) book: Book,
    askers: HashMap<ApprovalId, oneshot::Sender<ApprovalAnswer>>,
}

/// Cheap to clone; all clones are one.
#[derive(Clone, Default)]
pub struct Approvals(Arc<Mutex<Desk>>);

impl Approvals {
    /// Whole between any two statements, so a poisoned lock is still good.
    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An id that nothing here has.
    pub fn fresh(&self, mut draw: impl FnMut() -> u64) -> ApprovalId {
        let desk = self.desk();
        loop {
            let id = ApprovalId::new(draw());
            if !desk.book.knows(&id) {
                return id;
            }
        }
    }

    /// Lays a request before the officers.
    pub fn ask(&self, request: ApprovalRequest) -> Pending {
        let (asker, answer) = oneshot::channel();
        let id = request.id.clone();
        let mut desk = self.desk();
        desk.askers.insert(id.clone(), asker);
        desk.book.enter(request);
        Pending { id, answer, approvals: self.clone() }
    }

    /// Oldest first.
    pub fn waiting(&self) -> Vec<ApprovalRequest> {
        self.desk().book.waiting()
    }

    pub fn openings(&self, now: Timestamp) -> Vec<Opening> {
        self.desk().book.openings(now).cloned().collect()
    }

    pub fn find(&self, id: &ApprovalId) -> Option<ApprovalRequest> {
        self.desk().book.find(id).cloned()
    }

    /// What this was granted by, if it still holds.
    pub fn opening(&self, subject: &Subject, now: Timestamp) -> Option<Opening> {
        self.desk().book.opening(subject, now).cloned()
    }

    /// An officer takes a request up: from here on nobody else settles it.
    pub fn claim(&self, id: &ApprovalId) -> Option<Claimed> {
        let mut desk = self.desk();
        let request = desk.book.take(id)?;
        let asker = desk.askers.remove(id)?;
        Some(Claimed { request, asker, approvals: self.clone() })
    }

    fn take(&self, id: &ApprovalId) -> bool {
        let mut desk = self.desk();
        desk.askers.remove(id);
        desk.book.take(id).is_some()
    }
}

/// A request that waits.
pub struct Pending {
    id: ApprovalId,
    answer: oneshot::Receiver<ApprovalAnswer>,
    approvals: Approvals,
}

impl Pending {
    /// The officer's word; `None` where they could not finish.
    pub async fn answered(&mut self) -> Option<ApprovalAnswer> {
        (&mut self.answer).await.ok()
    }

    /// Takes the request back. False: it was settled, or an officer has it in hand.
    pub fn withdraw(&self) -> bool {
        self.approvals.take(&self.id)
    }
}

/// A request in the hands of the officer who answers it. Dropped, it was not answered.
pub struct Claimed {
    pub request: ApprovalRequest,
    asker: oneshot::Sender<ApprovalAnswer>,
    approvals: Approvals,
}

impl Claimed {
    /// Gives the answer; what is granted `until` then passes without asking.
    pub fn answer(self, answer: ApprovalAnswer, until: Option<Timestamp>) {
        if let (ApprovalAnswer::Granted { by }, Some(until)) = (&answer, until) {
            self.approvals.desk().book.open(self.request.opened(by, until));
        }
        let _ = self.asker.send(answer); // whoever asked may be gone
    }
}

#[cfg(test)]
mod tests;
