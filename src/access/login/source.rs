//! Where a login comes from, and what it does to that: failures count against their source, whoever has the name or nobody,
//! and from a blocked one only who is at home there is looked at.

use std::sync::Arc;

use super::code;
use crate::access::services::Services;
use crate::access::words;
use crate::domain::{Origin, SourceNet};
use crate::store::WayIn;

/// The journal's word for a proof from a blocked source, which is not looked at.
const BLOCKED: &str = "source-blocked";

/// The source of one connection that is on its way to a login.
pub(super) struct LoginSource {
    services: Arc<Services>,
    net: SourceNet,
    /// A key that did not fit was offered, and nothing was right or counted since.
    foreign: bool,
}

impl LoginSource {
    pub(super) fn of(services: &Arc<Services>, origin: &Origin) -> Self {
        Self { services: Arc::clone(services), net: SourceNet::of(origin.address()), foreign: false }
    }

    pub(super) fn net(&self) -> SourceNet {
        self.net
    }

    /// Whether this way is looked at from here.
    pub(super) fn serves(&self, way: WayIn<'_>) -> Result<(), &'static str> {
        match self.services.sources.block(self.net) {
            Some(_) if way.home.is_none() => Err(BLOCKED),
            _ => Ok(()),
        }
    }

    /// What everybody is shown who comes from here, if it is blocked.
    pub(super) fn notice(&self) -> Option<String> {
        let left = self.services.sources.block(self.net)?;
        Some(format!("{}\n", words::source_blocked(&self.services, left)))
    }

    /// A guess was wrong.
    pub(super) fn failed(&mut self, reason: &str) {
        if code::is_guess(reason) && !matches!(reason, BLOCKED | "store-failed") {
            self.foreign = false;
            self.services.sources.failed(self.net);
        }
    }

    /// A key that does not fit: not counted one by one, since an agent offers all the keys it holds.
    pub(super) fn foreign_key(&mut self) {
        self.foreign = true;
    }

    /// Something was right.
    pub(super) fn right(&mut self) {
        self.foreign = false;
    }
}

/// Whoever offered keys alone, and none that fits, counts once.
impl Drop for LoginSource {
    fn drop(&mut self) {
        if self.foreign {
            self.services.sources.failed(self.net);
        }
    }
}
