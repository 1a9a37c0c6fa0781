//! The gateway's clock: a word that it is right.

use serde::Serialize;

use super::caller::Caller;
use super::context::Admin;
use super::error::AdminError;
use crate::domain::Remark;
use crate::event::Event;

#[derive(Debug, Clone)]
pub enum ClockRequest {
    /// The time of day is right, though the journal has later rows.
    Trust { reason: Remark },
}

/// The time of day counts again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClockTrust {
    pub trusted: bool,
    /// How far it was behind.
    pub behind_s: u64,
}

/// What was over may not be over any more by this.
pub(super) async fn trust(
    admin: &Admin,
    caller: &Caller,
    ClockRequest::Trust { reason }: ClockRequest,
) -> Result<ClockTrust, AdminError> {
    let services = &admin.services;
    let behind_s = services.clock.behind().as_secs();
    services.store.hours().trust().await?;
    admin.journal(caller, Event::ClockTrusted { behind_s, reason: reason.to_string() }).await?;
    services.clock.trust();
    Ok(ClockTrust { trusted: true, behind_s })
}
