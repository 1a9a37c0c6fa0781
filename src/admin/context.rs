//! What the deeds of this room need.

use std::sync::Arc;

use super::asset_client::AssetClient;
use super::caller::Caller;
use super::pending_codes::PendingCodes;
use crate::access::Services;
use crate::event::Event;
use crate::journal::JournalFailed;

/// The heart's services, and what speaks to assets. Wired by the gateway.
pub struct Admin {
    pub services: Arc<Services>,
    pub assets: Box<dyn AssetClient>,
    /// Secrets of one-time codes that wait for a code of them.
    pub pending_codes: PendingCodes,
}

impl Admin {
    /// Writes a row of what this caller does; returns when it is durable.
    pub(super) async fn journal(&self, caller: &Caller, event: Event) -> Result<(), JournalFailed> {
        self.services.journal(caller.actor(), caller.origin(), event).await
    }
}
