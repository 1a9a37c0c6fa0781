//! Factors of officers and auditors. Whoever sets them can be them, so where anything takes two persons this does:
//! a request waits, and an officer confirms it.
//!
//! At the first set-up there is nobody to confirm. As long as fewer than two officers have factors, an officer or an
//! auditor who has none is enrolled by one person, who may go on with it while the factors confirm nothing yet; an
//! alarm tells of it.

use jiff::Timestamp;

use super::super::lockdown::{alarm, confirmed, somebody_was_faster};
use super::super::out::Out;
use super::super::run::{Caller, Failure};
use super::super::say::say;
use crate::access::Services;
use crate::domain::{OperatorName, Role};
use crate::event::Event;
use crate::lockdown::Deed;
use crate::store::Given;

/// What was agreed on.
pub(in crate::console) enum Change {
    /// These factors are set; they waited with the request.
    Enrol(Vec<String>),
    Reset,
}

/// Is this an account whose word counts as an officer's or an auditor's, now or when its factors were set?
pub(super) async fn is_guarded(services: &Services, name: &OperatorName) -> Result<bool, Failure> {
    let now = services.live.standing().policy.operator(name.as_str()).map(|operator| operator.role);
    let then = services.store.factors().find(name).await?.and_then(|enrolled| enrolled.set_as);
    Ok([now, then].iter().flatten().any(|role| matches!(role, Role::Security | Role::Auditor)))
}

/// Does a change of this account's factors wait for a second person?
pub(super) async fn takes_two(services: &Services, name: &OperatorName) -> Result<bool, Failure> {
    if !services.config.lockdown.takes_two(Deed::Factors) || !is_guarded(services, name).await? {
        return Ok(false);
    }
    let known = services.store.factors().set_as().await?;
    Ok(known.iter().any(|(known, _)| known == name) || officers(services, None).await? >= 2)
}

/// Does this enrolment? Whoever began one alone goes on with it alone.
pub(super) async fn enrolment_takes_two(
    services: &Services,
    caller: &Caller,
    name: &OperatorName,
    factors: &[String],
) -> Result<bool, Failure> {
    Ok(takes_two(services, name).await?
        && (officers(services, Some(name)).await? >= 2
            || !completes(services, caller, name, factors).await?))
}

/// How many officers have factors, beside this one. An account that was an officer's counts as one, whatever the
/// policy says by now.
async fn officers(services: &Services, beside: Option<&OperatorName>) -> Result<usize, Failure> {
    let standing = services.live.standing();
    let officer = |name: &OperatorName, then: Option<Role>| {
        let now = standing.policy.operator(name.as_str()).map(|operator| operator.role);
        now == Some(Role::Security) || then == Some(Role::Security)
    };
    let known = services.store.factors().set_as().await?;
    Ok(known.iter().filter(|(name, then)| Some(name) != beside && officer(name, *then)).count())
}

/// Does this add what the account lacks to what the same caller has set, and which confirms nothing so far? It
/// replaces nothing, so it takes nobody's account from them.
async fn completes(
    services: &Services,
    caller: &Caller,
    name: &OperatorName,
    factors: &[String],
) -> Result<bool, Failure> {
    let Some(enrolled) = services.store.factors().find(name).await? else { return Ok(false) };
    let after = services.config.lockdown.confirm_after.as_duration();
    let ripe = enrolled.enrolled_at.saturating_add(after).unwrap_or(Timestamp::MAX);
    let own = enrolled.set_by == caller.actor().to_string() && services.clock.now() < ripe;
    let lacks = |factor: &String| match factor.as_str() {
        "publickey" => enrolled.public_keys.is_empty(),
        "password" => enrolled.password.is_none(),
        "totp" => enrolled.totp.is_none(),
        _ => false,
    };
    Ok(own && factors.iter().all(lacks))
}

/// Carries out what a second person has confirmed.
pub(in crate::console) async fn change(
    services: &Services,
    caller: &Caller,
    name: &OperatorName,
    change: Change,
    given: Given<'_>,
    out: &Out,
) -> Result<(), Failure> {
    confirmed(services, (caller.actor(), caller.origin()), Deed::Factors, None, given).await?;
    alarm(services, caller, "officer-factors", name).await?;
    let (factors, role) = (services.store.factors(), super::enrol::role(services, name));
    let (done, event, told) = match change {
        Change::Enrol(told) => {
            let done = factors.enrol_asked(name, role, given, services.config.seats.get()).await?;
            (done, Event::OperatorEnrolled { operator: name.clone(), factors: told.clone() }, told)
        }
        Change::Reset => (
            factors.reset_asked(name, given).await?,
            Event::OperatorReset { operator: name.clone() },
            Vec::new(),
        ),
    };
    if !done {
        return Err(somebody_was_faster(services));
    }
    services.journal(caller.actor(), caller.origin(), event).await?;
    let object = serde_json::json!({ "operator": name, "enrolled": told });
    let text = || match told.is_empty() {
        true => say!(services, "operator.reset", operator = name.as_str()),
        false => say!(services, "operator.enrolled", operator = name.as_str(), factors = told.join(", ")),
    };
    Ok(out.record(&object, text).await?)
}
