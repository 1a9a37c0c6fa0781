//! One identity: who comes through a device is its owner, and the device may be used now.

use super::refusal::refused_login;
use crate::access::live::{DeviceRefused, Standing};
use crate::access::services::{Authenticated, Services};
use crate::access::words::{self, LastLine};
use crate::event::Event;

/// The line for a proven person who does not get in by this device; the journal has it then.
pub(crate) async fn refuse(
    services: &Services,
    who: &Authenticated,
    standing: &Standing,
) -> Option<LastLine> {
    if who.stranger().is_some() {
        refused_login(services, who.actor(), &who.origin, "tunnel-owner", None).await;
        alarm(services, who).await;
        return Some(LastLine::of(|| words::about_device(services, "refused.tunnel-owner")));
    }
    match who.device(standing, who.now(&services.clock)) {
        // Of an account that may not be used, more is told inside.
        None | Some(Ok(_) | Err(DeviceRefused::Owner(_))) => None,
        Some(Err(refused)) => {
            refused_login(services, who.actor(), &who.origin, refused.as_str(), None).await;
            Some(LastLine::of(|| words::about_device(services, "refused.device")))
        }
    }
}

/// Both factors of one account, through the device of another: somebody should ask how.
async fn alarm(services: &Services, who: &Authenticated) {
    let (alarm, owner) = ("tunnel-owner", who.stranger().cloned());
    let outer = who.origin.arrival().map(|arrival| arrival.outer);
    tracing::error!(operator = %who.operator, ?owner, ?outer, "ALARM: {alarm}");
    let (operator, lockdowns) = (Some(who.operator.clone()), Vec::new());
    let event = Event::Alarm { alarm, operator, owner, device: None, lockdowns, until: None };
    if let Err(error) = services.journal(who.actor(), Some(&who.origin), event).await {
        tracing::error!(%error, "an alarm could not be journaled");
    }
}
