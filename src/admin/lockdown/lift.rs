//! Lifting an order: what opens is journaled first.

use std::sync::Arc;

use serde::Serialize;
use tokio::sync::MutexGuard;

use super::super::error::AdminError;
use super::confirmed::{By, journal_confirmed, settled_already};
use super::{period, record};
use crate::access::Services;
use crate::access::live::{Owed, Progress};
use crate::domain::LockdownId;
use crate::event::Event;
use crate::lockdown::Deed;
use crate::platform::failpoint;
use crate::store::Given;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LiftedLockdown {
    pub lockdown: LockdownId,
    pub lifted: bool,
}

pub(super) async fn lift(
    services: &Arc<Services>,
    (actor, origin): By<'_>,
    id: LockdownId,
    reason: &str,
    given: Given<'_>,
) -> Result<LiftedLockdown, AdminError> {
    planned_first(services, &id).await?;
    // An order that is not written down yet is not written down later, once it is lifted.
    let owed = services.live.debts().find(&id);
    let held = match &owed {
        Some(owed) => Some(recorded(services, owed).await),
        None => None,
    };
    failpoint::point("lift:asked");
    journal_confirmed(services, (actor.clone(), origin), Deed::Lift, Some(&id), given).await?;
    let event = Event::LockdownLifted { lockdown: id.clone(), reason: reason.to_owned() };
    services.journal(actor, origin, event).await?;
    failpoint::point("lift:journaled");
    let stored = held.as_ref().is_none_or(|progress| progress.stored);
    if stored && !services.store.lockdowns().lift(&id, reason, given).await? {
        return Err(settled_already(services));
    }
    failpoint::point("lift:stored");
    services.live.debts().settle(&id);
    services.live.update(|standing| standing.lift(&id));
    failpoint::point("lift:open");
    drop(held);
    Ok(LiftedLockdown { lockdown: id, lifted: true })
}

/// The record of an order, written down where that can be done by now, and held.
async fn recorded<'o>(services: &Services, owed: &'o Owed) -> MutexGuard<'o, Progress> {
    let mut progress = owed.progress.lock().await;
    if let Err(error) = record::write(services, owed, &mut progress).await {
        tracing::warn!(%error, "an order is lifted that is not written down");
    }
    progress
}

/// A period that has begun this moment may have no row yet that could say that it was lifted.
async fn planned_first(services: &Arc<Services>, id: &LockdownId) -> Result<(), AdminError> {
    let (now, standing) = (services.clock.now(), services.live.standing());
    let period = standing.locks().planned().find(|period| period.lockdown.id == *id && period.lasts(now));
    if let Some(period) = period
        && standing.lockdowns.find(id).is_none()
    {
        period::begin(services, period).await?;
    }
    Ok(())
}
