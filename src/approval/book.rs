//! What waits, and what was granted for a while.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{ApprovalRequest, Opening, Subject};
use crate::domain::ApprovalId;

#[derive(Debug, Default)]
pub struct Book {
    waiting: BTreeMap<ApprovalId, ApprovalRequest>,
    openings: Vec<Opening>,
}

impl Book {
    /// Is this id taken?
    pub fn knows(&self, id: &ApprovalId) -> bool {
        self.waiting.contains_key(id) || self.openings.iter().any(|opening| opening.id == *id)
    }

    pub fn enter(&mut self, request: ApprovalRequest) {
        self.waiting.insert(request.id.clone(), request);
    }

    /// Oldest first.
    pub fn waiting(&self) -> Vec<ApprovalRequest> {
        let mut waiting: Vec<_> = self.waiting.values().cloned().collect();
        waiting.sort_by_key(|request| request.at);
        waiting
    }

    pub fn find(&self, id: &ApprovalId) -> Option<&ApprovalRequest> {
        self.waiting.get(id)
    }

    /// Takes a request out, for one who settles it; whoever comes second finds nothing.
    pub fn take(&mut self, id: &ApprovalId) -> Option<ApprovalRequest> {
        self.waiting.remove(id)
    }

    pub fn open(&mut self, opening: Opening) {
        self.openings.push(opening);
    }

    pub fn openings(&self, now: Timestamp) -> impl Iterator<Item = &Opening> {
        self.openings.iter().filter(move |opening| now < opening.until)
    }

    /// What this was granted by, if it still holds.
    pub fn opening(&self, subject: &Subject, now: Timestamp) -> Option<&Opening> {
        self.openings(now).find(|opening| opening.subject == *subject)
    }

    /// Forgets what does not hold any more.
    pub fn keep(&mut self, holds: impl Fn(&Opening) -> bool) {
        self.openings.retain(holds);
    }
}
