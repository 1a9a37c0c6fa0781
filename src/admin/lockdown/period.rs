//! A planned period that begins.

use std::sync::Arc;

use super::super::error::AdminError;
use super::start::{begun, start};
use crate::access::Services;
use crate::event::Actor;
use crate::lockdown::Period;
use crate::store::Given;

/// A planned period becomes an order: from here on it holds as it began, whatever the policy comes to say.
pub(super) async fn begin(services: &Arc<Services>, period: &Period) -> Result<(), AdminError> {
    let lockdown = period.lockdown.clone();
    let given = Given { at: services.clock.now(), by: &period.lockdown.started_by, second: None };
    let by = (Actor::Gateway, None);
    match start(services, by, lockdown, Some(&period.name), given).await? {
        // It had begun before, and the policy has made it longer since.
        None => {
            let order = begun(services, period.lockdown.clone());
            services.live.update(|standing| standing.order(order));
        }
        Some(started) => {
            if let Some(fault) = started.fault() {
                tracing::error!(%fault, "a period that began is not written down yet");
            }
        }
    }
    Ok(())
}
