//! The name that a client gave last. Whatever comes of its login, the row in the journal has it.

use std::sync::{Arc, Mutex, PoisonError};

use crate::access::target::LoginSpec;
use crate::event::Actor;

/// Cheap to clone; all clones are one.
#[derive(Debug, Clone, Default)]
pub(crate) struct ClaimedName(Arc<Mutex<String>>);

impl ClaimedName {
    /// A client gave this user name.
    pub(crate) fn heard(&self, spec: &LoginSpec) {
        spec.operator.clone_into(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Who it says it is, which proves nothing.
    pub(crate) fn actor(&self) -> Actor {
        Actor::unproven(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
