//! Watches that the time of day does not go back.

use std::sync::Arc;
use std::time::Duration;

use crate::access::Services;
use crate::event::{Actor, Event};

/// How often it is looked at.
const TICK: Duration = Duration::from_secs(1);

/// What a clock may be corrected by without a word.
const TOLERATED: Duration = Duration::from_secs(60);

/// Tells once of each time that the clock was set back. Decisions do not wait for this: they never go back.
pub(super) async fn watch(services: Arc<Services>) {
    let mut told = false;
    loop {
        let behind = services.clock.behind();
        if behind > TOLERATED && !told {
            told = tell(&services, behind.as_secs()).await;
        }
        told &= behind > TOLERATED;
        tokio::time::sleep(TICK).await;
    }
}

/// False where it could not be journaled: then it is tried again.
async fn tell(services: &Services, behind_s: u64) -> bool {
    let alarm = "clock-went-back";
    tracing::error!(behind_s, "ALARM: {alarm}: see docs/administer/troubleshooting.md");
    let event = Event::ClockWentBack { alarm, behind_s };
    let written = services.journal(Actor::Gateway, None, event).await;
    written.inspect_err(|error| tracing::error!(%error, "an alarm could not be journaled")).is_ok()
}
