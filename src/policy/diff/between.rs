//! All that changes from one policy to another.

use jiff::Timestamp;

use super::change::Change;
use super::fold;
use super::notes::{Note, notes};
use super::sides::Sides;
use crate::policy::Policy;

/// Everything that is not as it was.
#[derive(Debug, Clone)]
pub struct Diff {
    /// What is opened comes first.
    pub changes: Vec<Change>,
    /// What changes beside access itself.
    pub notes: Vec<Note>,
}

impl Diff {
    /// From one policy to another, as of `now`.
    pub fn between(old: &Policy, new: &Policy, now: Timestamp) -> Self {
        let sides = Sides { old, new };
        Self { changes: fold::changes(&sides, now), notes: notes(&sides, now) }
    }

    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.notes.is_empty()
    }
}
