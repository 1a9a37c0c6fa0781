//! The gateway's clock: a word that it is right.

use super::out::Out;
use super::run::{Caller, Failure};
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
        return Err(Failure("the clock is the host's: run this there".into()));
    };
    let behind_s = services.clock.behind().as_secs();
    let event = Event::ClockTrusted { behind_s, reason: reason.clone() };
    services.store.hours().trust().await?;
    services.journal(caller.actor(), caller.origin(), event).await?;
    services.clock.trust();
    let object = serde_json::json!({ "trusted": true, "behind_s": behind_s });
    let text = || match behind_s {
        0 => "the clock was not behind; rows from before are not asked any more".to_owned(),
        behind => format!("the clock is trusted, {behind} s behind what it was"),
    };
    Ok(out.record(&object, text).await?)
}
