//! Accounts that are closed, opened and unlocked by hand.

use std::time::Duration;

use serde::Serialize;

use super::super::account::known;
use super::super::caller::Caller;
use super::super::error::AdminError;
use super::super::officers::{confirmers, look_after_confirmers};
use crate::access::Services;
use crate::access::live::Standing;
use crate::domain::{OperatorName, Remark};
use crate::event::Event;
use crate::store::Disabled;

/// How long an order waits for the sessions that it cuts.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DisabledAccount {
    pub operator: OperatorName,
    pub disabled: bool,
    pub sessions_cut: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EnabledAccount {
    pub operator: OperatorName,
    pub disabled: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnlockedAccount {
    pub operator: OperatorName,
    pub locked: bool,
    pub was_locked: bool,
}

/// Closes an account and cuts its sessions.
pub(super) async fn disable(
    services: &Services,
    caller: &Caller,
    operator: OperatorName,
    reason: Option<Remark>,
) -> Result<DisabledAccount, AdminError> {
    known(services, &operator)?;
    let sessions_cut = close(services, caller, &operator, reason.as_deref().unwrap_or_default()).await?;
    Ok(DisabledAccount { operator, disabled: true, sessions_cut })
}

/// Disables an account, whatever the policy says of it; how many sessions that cut.
pub(super) async fn close(
    services: &Services,
    caller: &Caller,
    operator: &OperatorName,
    reason: &str,
) -> Result<u64, AdminError> {
    let (at, by) = (services.clock.now(), caller.actor().to_string());
    let order = Disabled { operator: operator.clone(), reason: reason.to_owned(), at, by };
    let confirmers = confirmers(services).await?;
    services.store.accounts().disable(&order).await?;
    let change = |standing: &mut Standing| standing.disable(operator, reason);
    let cut = services.live.cut(change, |who| who == operator, PATIENCE).await;
    let event = Event::OperatorDisabled { operator: operator.clone(), reason: reason.to_owned() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    look_after_confirmers(services, caller, &confirmers).await?;
    Ok(cut.sessions)
}

pub(super) async fn enable(
    services: &Services,
    caller: &Caller,
    operator: OperatorName,
    reason: Option<Remark>,
) -> Result<EnabledAccount, AdminError> {
    known(services, &operator)?;
    let reason = reason.as_deref().unwrap_or_default().to_owned();
    let event = Event::OperatorEnabled { operator: operator.clone(), reason };
    services.journal(caller.actor(), caller.origin(), event).await?;
    services.store.accounts().enable(&operator).await?;
    services.store.logins().enabled(&operator, services.clock.decisive()).await?;
    services.live.update(|standing| standing.enable(&operator));
    Ok(EnabledAccount { operator, disabled: false })
}

/// Forgets failed attempts; says whether there was a lock.
pub(super) async fn unlock(
    services: &Services,
    caller: &Caller,
    operator: OperatorName,
) -> Result<UnlockedAccount, AdminError> {
    known(services, &operator)?;
    let event = Event::OperatorUnlocked { operator: operator.clone() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    let ended = services.store.factors().unlock(&operator, services.clock.now()).await?;
    Ok(UnlockedAccount { operator, locked: false, was_locked: !ended.is_empty() })
}
