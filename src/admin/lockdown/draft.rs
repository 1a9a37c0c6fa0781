//! From a request to what is to be done; whatever cannot be meant is refused here.

use std::time::Duration;

use jiff::Timestamp;

use super::super::caller::Caller;
use super::super::error::AdminError;
use super::super::say::no;
use super::asked::millis;
use super::find;
use super::request::{LockdownAim, NewPermit};
use crate::access::Services;
use crate::diagnostic::suggest::near;
use crate::domain::{LockdownId, OperatorName, PermitId, shown_time};
use crate::lockdown::{Act, Deed, Lockdown, Permit};
use crate::policy::Operator;

/// How long a code may open an account.
const LONGEST_OPEN: Duration = Duration::from_secs(7 * 86_400);

/// A new order, not given yet.
pub(super) fn lockdown(
    services: &Services,
    caller: &Caller,
    reason: &str,
    aim: LockdownAim,
) -> Result<Lockdown, AdminError> {
    let now = services.clock.now();
    let lockdown = Lockdown {
        id: LockdownId::new(millis(now), crate::platform::random::bits()?),
        reason: reason.to_owned(),
        order: aim.order.as_deref().map(str::to_owned),
        scope: aim.scope,
        except: aim.except,
        started_at: now,
        started_by: caller.actor().to_string(),
        until: end(services, aim.until, "lockdown.ends-order")?,
        held: Default::default(),
    };
    check_names(services, &lockdown)?;
    Ok(lockdown)
}

/// A name in an order that nobody bears is a slip, and a slip here leaves somebody in.
fn check_names(services: &Services, lockdown: &Lockdown) -> Result<(), AdminError> {
    let standing = services.live.standing();
    for selector in lockdown.selectors() {
        if !standing.policy.operators().any(|operator| selector.matches(&operator.account())) {
            let known: Vec<_> = standing.policy.operators().flat_map(selectors).collect();
            let typed = selector.to_string();
            let hint = near(services.language(), &typed, known.iter().map(String::as_str));
            return Err(no!(services, NotFound, "lockdown.names-nobody", selector = typed, hint = hint));
        }
    }
    Ok(())
}

/// Everything that selects this account.
fn selectors(operator: &Operator) -> impl Iterator<Item = String> {
    let groups = operator.groups.iter().map(|group| format!("@{group}"));
    let vendor = operator.vendor.iter().map(|vendor| format!("vendor:{vendor}"));
    std::iter::once(operator.name.to_string()).chain(groups).chain(vendor)
}

/// Taking back an order that is in force.
pub(super) fn lift(services: &Services, id: &str, reason: &str) -> Result<Act, AdminError> {
    let lockdown = find::lockdown(services, id, Deed::Lift)?;
    Ok(Act::Lift { lockdown: lockdown.id, reason: reason.to_owned() })
}

/// A way past a lockdown that is in force or planned, for somebody whom it covers.
pub(super) fn permit(services: &Services, new: &NewPermit) -> Result<Act, AdminError> {
    let (now, standing) = (services.clock.now(), services.live.standing());
    let lockdown = find::lockdown(services, &new.lockdown, Deed::Allow)?;
    let operator = find::account(services, &standing.policy, &new.operator)?;
    // For a planned period, whom it will cover.
    let then = lockdown.started_at.max(now);
    if !lockdown.covers(&operator.account(), then) {
        let (operator, id) = (operator.name.as_str(), new.lockdown.as_str());
        return Err(no!(services, Conflict, "lockdown.not-covered", operator = operator, id = id));
    }
    let asset = new.asset.as_ref().map(|name| find::asset(services, &standing.policy, name)).transpose()?;
    Ok(Act::Allow(Permit {
        id: PermitId::new(millis(now), crate::platform::random::bits()?),
        lockdown: lockdown.id,
        operator: operator.name.clone(),
        asset,
        until: whole(end(services, new.until, "lockdown.ends-permit")?),
        ticket: new.ticket.to_string(),
    }))
}

/// Break-glass codes are for set-up: while a lockdown holds, `allow` is the way, and it leaves a ticket.
pub(super) fn codes(
    services: &Services,
    operator: &OperatorName,
    count: u16,
    opens: Duration,
) -> Result<Act, AdminError> {
    let (now, standing) = (services.clock.now(), services.live.standing());
    let operator = find::account(services, &standing.policy, operator)?;
    if let Some(lockdown) = standing.locks().covering(operator.account(), now).next() {
        let (id, operator) = (lockdown.id.as_str(), operator.name.as_str());
        return Err(no!(services, Conflict, "lockdown.codes-covered", id = id, operator = operator));
    }
    let seconds = u32::try_from(opens.as_secs()).ok().filter(|seconds| *seconds > 0 && opens <= LONGEST_OPEN);
    let seconds = seconds.ok_or_else(|| no!(services, Invalid, "lockdown.codes-for"))?;
    Ok(Act::Codes { operator: operator.name.clone(), count, seconds })
}

/// Can what was asked for still be done? Time has passed since, and others were at work.
pub(super) fn still_good(services: &Services, act: &Act) -> Result<(), AdminError> {
    let (now, standing) = (services.clock.now(), services.live.standing());
    let over = |until: Option<Timestamp>| until.is_some_and(|until| until <= now);
    match act {
        Act::Start(Lockdown { until, .. }) | Act::Allow(Permit { until, .. }) if over(*until) => {
            Err(no!(services, Conflict, "lockdown.over"))
        }
        Act::Start(lockdown) => check_names(services, lockdown),
        Act::Lift { lockdown, .. } => find::lockdown(services, lockdown.as_str(), Deed::Lift).map(drop),
        Act::Allow(permit) => {
            find::account(services, &standing.policy, &permit.operator)?;
            find::lockdown(services, permit.lockdown.as_str(), Deed::Allow).map(drop)
        }
        Act::Enrol { operator, .. } | Act::Invite { operator } => {
            find::account(services, &standing.policy, operator).map(drop)
        }
        Act::Reset { .. } => Ok(()), // of an account that has left the policy, too
        Act::Codes { operator, .. } => {
            let operator = find::account(services, &standing.policy, operator)?;
            match standing.locks().covering(operator.account(), now).next() {
                Some(_) => Err(no!(services, Conflict, "lockdown.covered-now")),
                None => Ok(()),
            }
        }
    }
}

/// An end that has not passed; `past` says that it has.
fn end(services: &Services, until: Option<Timestamp>, past: &str) -> Result<Option<Timestamp>, AdminError> {
    match until {
        Some(until) if until <= services.clock.now() => {
            let until = shown_time(until, &services.config.timezone);
            Err(no!(services, Invalid, past, until = until))
        }
        until => Ok(until),
    }
}

/// Grants end in whole seconds, and with their permit.
fn whole(until: Option<Timestamp>) -> Option<Timestamp> {
    until.and_then(|until| Timestamp::from_second(until.as_second()).ok())
}
