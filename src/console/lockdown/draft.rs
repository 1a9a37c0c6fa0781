//! From the words of a command to what is to be done; whatever cannot be meant is refused here.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::super::run::{Caller, Failure};
use super::super::say::{fail, objected};
use super::super::time::{self, Times};
use super::super::tree::Aim;
use super::which;
use crate::access::Services;
use crate::config::TimeSpan as Length;
use crate::domain::{AssetName, LockdownId, PermitId, Sense, plain};
use crate::lockdown::{Act, Deed, InvalidScope, Lockdown, Permit, Scope, parse_except};
use crate::policy::Operator;

/// A new order, not given yet.
pub(super) fn lockdown(
    services: &Services,
    caller: &Caller,
    reason: &str,
    aim: &Aim,
) -> Result<Lockdown, Failure> {
    let now = services.clock.now();
    let lockdown = Lockdown {
        id: LockdownId::new(millis(now), crate::platform::random::bits()?),
        reason: reason.to_owned(),
        order: aim.order.as_deref().map(str::to_owned),
        scope: scope(services, &aim.scope)?,
        except: parse_except(&aim.except)?,
        started_at: now,
        started_by: caller.actor().to_string(),
        until: end(services, aim.until.as_deref(), "lockdown.ends-order")?,
        held: Default::default(),
    };
    check_names(services, &lockdown)?;
    Ok(lockdown)
}

/// Whom it is aimed at. Nobody is not meant, whatever stands there.
fn scope(services: &Services, text: &str) -> Result<Scope, Failure> {
    Scope::parse(text).map_err(|error| match error {
        InvalidScope::Empty => fail!(services, "lockdown.scope-empty"),
        InvalidScope::AllAndMore => fail!(services, "lockdown.scope-all"),
        InvalidScope::Name(error) => fail!(services, "lockdown.scope-name", error = error.to_string()),
    })
}

/// A name in an order that nobody bears is a slip, and a slip here leaves somebody in.
fn check_names(services: &Services, lockdown: &Lockdown) -> Result<(), Failure> {
    let standing = services.live.standing();
    for selector in lockdown.selectors() {
        if !standing.policy.operators().any(|operator| selector.matches(&operator.account())) {
            return Err(fail!(services, "lockdown.names-nobody", selector = selector));
        }
    }
    Ok(())
}

/// Taking back an order that is in force.
pub(super) fn lift(services: &Services, id: &str, reason: &str) -> Result<Act, Failure> {
    let lockdown = find(services, id, Deed::Lift)?;
    Ok(Act::Lift { lockdown: lockdown.id, reason: reason.to_owned() })
}

/// A way past a lockdown that is in force or planned, for somebody whom it covers.
pub(super) fn permit(
    services: &Services,
    id: &str,
    operator: &str,
    asset: Option<&str>,
    until: Option<&str>,
    ticket: &str,
) -> Result<Act, Failure> {
    let (now, standing) = (services.clock.now(), services.live.standing());
    let lockdown = find(services, id, Deed::Allow)?;
    let operator = account(services, &standing.policy, operator)?;
    // For a planned period, whom it will cover.
    let then = lockdown.started_at.max(now);
    if !lockdown.covers(&operator.account(), then) {
        return Err(fail!(services, "lockdown.not-covered", operator = operator.name.as_str(), id = id));
    }
    Ok(Act::Allow(Permit {
        id: PermitId::new(millis(now), crate::platform::random::bits()?),
        lockdown: lockdown.id,
        operator: operator.name.clone(),
        asset: asset.map(|name| known_asset(services, &standing.policy, name)).transpose()?,
        until: whole(end(services, until, "lockdown.ends-permit")?),
        ticket: ticket.to_owned(),
    }))
}

/// Break-glass codes are for set-up: while a lockdown holds, `allow` is the way, and it leaves a ticket.
pub(super) fn codes(services: &Services, operator: &str, count: u16, opens: &str) -> Result<Act, Failure> {
    let (now, standing) = (services.clock.now(), services.live.standing());
    let operator = account(services, &standing.policy, operator)?;
    if let Some(lockdown) = standing.locks().covering(operator.account(), now).next() {
        let (id, operator) = (lockdown.id.as_str(), operator.name.as_str());
        return Err(fail!(services, "lockdown.codes-covered", id = id, operator = operator));
    }
    let seconds = Length::parse(opens)?.as_duration().as_secs();
    let seconds = u32::try_from(seconds).ok().filter(|seconds| (1..=7 * 86_400).contains(seconds));
    let seconds = seconds.ok_or_else(|| fail!(services, "lockdown.codes-for"))?;
    Ok(Act::Codes { operator: operator.name.clone(), count, seconds })
}

/// Can what was asked for still be done? Time has passed since, and others were at work.
pub(super) fn still_good(services: &Services, act: &Act) -> Result<(), Failure> {
    let now = services.clock.now();
    let over = |until: Option<Timestamp>| until.is_some_and(|until| until <= now);
    match act {
        Act::Start(Lockdown { until, .. }) | Act::Allow(Permit { until, .. }) if over(*until) => {
            Err(fail!(services, "lockdown.over"))
        }
        Act::Start(lockdown) => check_names(services, lockdown),
        Act::Lift { lockdown, .. } => find(services, lockdown.as_str(), Deed::Lift).map(drop),
        Act::Allow(permit) => {
            account(services, &services.live.standing().policy, permit.operator.as_str())?;
            find(services, permit.lockdown.as_str(), Deed::Allow).map(drop)
        }
        Act::Enrol { operator, .. } => {
            account(services, &services.live.standing().policy, operator.as_str()).map(drop)
        }
        Act::Reset { .. } => Ok(()), // of an account that has left the policy, too
        Act::Codes { operator, .. } => {
            let standing = services.live.standing();
            let operator = account(services, &standing.policy, operator.as_str())?;
            match standing.locks().covering(operator.account(), now).next() {
                Some(_) => Err(fail!(services, "lockdown.covered-now")),
                None => Ok(()),
            }
        }
    }
}

pub(super) fn find(services: &Services, id: &str, deed: Deed) -> Result<Lockdown, Failure> {
    let (now, standing) = (services.clock.now(), services.live.standing());
    let locks = standing.locks();
    let each = || locks.each().map(|lockdown| (lockdown.id.as_str(), lockdown.order.as_deref()));
    let found = match locks.find(id, now) {
        None => which::numbered(id, each)
            .map_err(|ids| several(services, id, &ids))?
            .and_then(|whole| locks.find(whole, now)),
        found => found,
    };
    let Some((lockdown, state)) = found else {
        return Err(fail!(services, "lockdown.unknown", id = id));
    };
    state.admits(deed).map_err(objected(services))?;
    Ok(lockdown.clone())
}

/// What was typed begins several ids.
pub(super) fn several(services: &Services, id: &str, ids: &BTreeSet<&str>) -> Failure {
    let some: Vec<_> = ids.iter().take(NAMED).copied().collect();
    fail!(services, "lockdown.several", id = plain(id), ids = some.join(", "))
}

/// So many are named where it could be any of them.
const NAMED: usize = 5;

fn account<'p>(
    services: &Services,
    policy: &'p crate::policy::Policy,
    name: &str,
) -> Result<&'p Operator, Failure> {
    let unknown = || fail!(services, "lockdown.no-operator", operator = name);
    policy.operator(name).ok_or_else(unknown)
}

fn known_asset(
    services: &Services,
    policy: &crate::policy::Policy,
    name: &str,
) -> Result<AssetName, Failure> {
    let asset = policy.asset(name).map(|asset| asset.name.clone());
    asset.ok_or_else(|| fail!(services, "lockdown.no-asset", asset = name))
}

fn end(services: &Services, text: Option<&str>, idle: &str) -> Result<Option<Timestamp>, Failure> {
    let times = Times::of(services);
    let until = text.map(|text| times.read("--until", text, Sense::Until)).transpose()?;
    match until {
        Some(until) if until <= times.now => {
            let until = time::told(until, times.zone);
            Err(fail!(services, idle, until = until))
        }
        until => Ok(until),
    }
}

/// Grants end in whole seconds, and with their permit.
fn whole(until: Option<Timestamp>) -> Option<Timestamp> {
    until.and_then(|until| Timestamp::from_second(until.as_second()).ok())
}

pub(super) fn millis(at: Timestamp) -> u64 {
    u64::try_from(at.as_millisecond()).unwrap_or_default()
}
