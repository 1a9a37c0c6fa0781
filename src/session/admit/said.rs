//! The name that a client gave last. Whatever comes of its login, the row in the journal has it.

use std::sync::{Arc, Mutex, PoisonError};

use super::super::select::Knock;
use crate::event::Actor;

/// Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub(super) struct Said(Arc<Mutex<String>>);

impl Said {
    /// A client gave this SSH user name.
    pub(super) fn heard(&self, user: &str) {
        let name = Knock::parse(user).operator;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = name;
    }

    /// Who it says it is, which proves nothing.
    pub(super) fn actor(&self) -> Actor {
        Actor::unproven(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
