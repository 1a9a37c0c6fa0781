//! What an order does, once enough people have said so.

use std::sync::Arc;

use serde::Serialize;

use super::super::caller::Caller;
use super::super::error::AdminError;
use super::super::operator::{Change, FactorsOutcome, change};
use super::allow::{GivenPermit, allow};
use super::codes::{DrawnCodes, codes};
use super::confirmed::settled_already;
use super::lift::{LiftedLockdown, lift};
use super::start::{StartedLockdown, start};
use super::waiting::WaitingRequest;
use crate::access::Services;
use crate::lockdown::Act;
use crate::store::Given;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum LockdownEffect {
    Started(StartedLockdown),
    Lifted(LiftedLockdown),
    Allowed(GivenPermit),
    Codes(DrawnCodes),
    /// An officer's or an auditor's.
    Factors(FactorsOutcome),
    /// Nothing yet: it waits for a second person.
    Asked(WaitingRequest),
}

pub(super) async fn carry_out(
    services: &Arc<Services>,
    caller: &Caller,
    act: Act,
    given: Given<'_>,
) -> Result<LockdownEffect, AdminError> {
    use LockdownEffect as Effect;
    let by = (caller.actor(), caller.origin());
    Ok(match act {
        Act::Start(lockdown) => {
            let order = lockdown.clone();
            let started = start(services, by, lockdown, None, given).await?;
            Effect::Started(started.ok_or_else(|| settled_already(services))?.told(services, &order))
        }
        Act::Lift { lockdown, reason } => Effect::Lifted(lift(services, by, lockdown, &reason, given).await?),
        Act::Allow(permit) => Effect::Allowed(allow(services, by, permit, given).await?),
        Act::Codes { operator, count, seconds } => {
            Effect::Codes(codes(services, by, operator, (count, seconds), given).await?)
        }
        Act::Enrol { operator, factors } => {
            Effect::Factors(change(services, caller, operator, Change::Enrol(factors), given).await?)
        }
        Act::Invite { operator } => {
            Effect::Factors(change(services, caller, operator, Change::Invite, given).await?)
        }
        Act::Reset { operator } => {
            Effect::Factors(change(services, caller, operator, Change::Reset, given).await?)
        }
    })
}
