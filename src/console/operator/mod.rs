//! Accounts: what the policy says of them, what they have enrolled, and locks.

mod enrol;
mod guarded;
mod show;
mod state;

use std::time::Duration;

use rust_i18n::t;

use super::lockdown::{confirmers, look_after_confirmers};
use super::out::Out;
use super::run::{Caller, Failure};
use super::say::{count, fail, say};
use crate::access::Services;
use crate::domain::OperatorName;
use crate::event::Event;
use crate::store::Disabled;

pub(super) use enrol::{enrol, reset, tell_lacking};
pub(super) use guarded::{Change, change};
pub(super) use show::{list, show};
pub(crate) use state::{kept_out, mend, missing};

/// How long an order waits for the sessions that it cuts.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn known(services: &Services, name: &str) -> Result<OperatorName, Failure> {
    let standing = services.live.standing();
    match standing.policy.operator(name) {
        Some(operator) => Ok(operator.name.clone()),
        None => Err(fail!(services, "operator.unknown", operator = name)),
    }
}

/// Closes an account and cuts its sessions.
pub(super) async fn disable(
    services: &Services,
    caller: &Caller,
    name: &str,
    reason: &str,
    out: &Out,
) -> Result<(), Failure> {
    let name = known(services, name)?;
    let order = Disabled {
        operator: name.clone(),
        reason: reason.to_owned(),
        at: services.clock.now(),
        by: caller.actor().to_string(),
    };
    let confirmers = confirmers(services).await?;
    services.store.accounts().disable(&order).await?;
    let change = |standing: &mut crate::access::live::Standing| standing.disable(&name, reason);
    let cut = services.live.cut(change, |who| *who == name, PATIENCE).await;
    let event = Event::OperatorDisabled { operator: name.clone(), reason: reason.to_owned() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    look_after_confirmers(services, caller, &confirmers).await?;
    let object = serde_json::json!({ "operator": name, "disabled": true, "sessions_cut": cut.sessions });
    let text = || {
        let sessions = count(services, "sessions", cut.sessions);
        say!(services, "operator.is-disabled", operator = name.as_str(), sessions = sessions)
    };
    Ok(out.record(&object, text).await?)
}

pub(super) async fn enable(
    services: &Services,
    caller: &Caller,
    name: &str,
    reason: &str,
    out: &Out,
) -> Result<(), Failure> {
    let name = known(services, name)?;
    let event = Event::OperatorEnabled { operator: name.clone(), reason: reason.to_owned() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    services.store.accounts().enable(&name).await?;
    services.live.update(|standing| standing.enable(&name));
    let object = serde_json::json!({ "operator": name, "disabled": false });
    Ok(out.record(&object, || say!(services, "operator.is-enabled", operator = name.as_str())).await?)
}

/// Forgets failed attempts; says whether there was a lock.
pub(super) async fn unlock(
    services: &Services,
    caller: &Caller,
    name: &str,
    out: &Out,
) -> Result<(), Failure> {
    let name = known(services, name)?;
    let event = Event::OperatorUnlocked { operator: name.clone() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    let ended = services.store.factors().unlock(&name, services.clock.now()).await?;
    let object = serde_json::json!({ "operator": name, "locked": false, "was_locked": !ended.is_empty() });
    let tag = services.language().tag();
    let text = || match ended.is_empty() {
        true => t!("operator.not-locked", locale = tag, operator = name),
        false => t!("operator.unlocked", locale = tag, operator = name),
    };
    Ok(out.record(&object, || text().into_owned()).await?)
}
