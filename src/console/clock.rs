//! The gateway's clock: a word that it is right.

use super::out::Out;
use super::run::{Caller, Failure};
use super::say::{fail, say};
use super::tree::Clock;
use crate::access::Services;
use crate::event::Event;

/// What was over may not be over any more by this: the host's administrator alone says so.
pub(super) async fn run(
    services: &Services,
    caller: &Caller,
    Clock::Trust { reason }: &Clock,
    out: &Out,
) -> Result<(), Failure> {
    let Caller::Local(_) = caller else {
        return Err(fail!(services, "console.on-host", commands = "clock trust"));
    };
    let behind_s = services.clock.behind().as_secs();
    let event = Event::ClockTrusted { behind_s, reason: reason.to_string() };
    services.store.hours().trust().await?;
    services.journal(caller.actor(), caller.origin(), event).await?;
    services.clock.trust();
    let object = serde_json::json!({ "trusted": true, "behind_s": behind_s });
    let text = || match behind_s {
        0 => say!(services, "clock.not-behind"),
        behind => say!(services, "clock.trusted", seconds = behind.to_string()),
    };
    Ok(out.record(&object, text).await?)
}
