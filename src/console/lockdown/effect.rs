//! What an order does, once enough people have said so. What shuts is done first and told after; what opens
//! is told first.

use std::time::Duration;

use super::super::operator;
use super::super::out::Out;
use super::super::run::{Caller, Failure};
use super::super::say::{fail, say};
use super::super::time;
use super::{keep, record, start};
use crate::access::Services;
use crate::access::live::{Owed, Progress};
use crate::domain::{LockdownId, OperatorName, Origin};
use crate::event::{Actor, Event};
use crate::lockdown::{self, Act, Deed, Permit};
use crate::platform::failpoint;
use crate::store::{Given, NewCode};

pub(super) async fn carry_out(
    services: &Services,
    caller: &Caller,
    act: Act,
    given: Given<'_>,
    out: &Out,
) -> Result<(), Failure> {
    let by = (caller.actor(), caller.origin());
    match act {
        Act::Start(lockdown) => {
            let order = lockdown.clone();
            let done =
                start::start(services, by, lockdown, None, given).await?.ok_or_else(|| settled(services))?;
            done.show(services, &order, out).await
        }
        Act::Lift { lockdown, reason } => lift(services, by, &lockdown, &reason, given, out).await,
        Act::Allow(permit) => allow(services, by, permit, given, out).await,
        Act::Codes { operator, count, seconds } => {
            codes(services, by, &operator, count, seconds, given, out).await
        }
        Act::Enrol { operator, factors } => {
            let change = operator::Change::Enrol(factors);
            operator::change(services, caller, &operator, change, given, out).await
        }
        Act::Reset { operator } => {
            operator::change(services, caller, &operator, operator::Change::Reset, given, out).await
        }
    }
}

/// Who does it, and from where.
pub(in crate::console) type By<'a> = (Actor, Option<&'a Origin>);

pub(in crate::console) fn settled(services: &Services) -> Failure {
    fail!(services, "lockdown.settled")
}

/// What a permit lets somebody do, and until when.
pub(super) fn passes(services: &Services, permit: &Permit) -> String {
    let zone = &services.config.timezone;
    let place = match &permit.asset {
        Some(asset) => asset.to_string(),
        None => say!(services, "lockdown.every-asset"),
    };
    let until = permit.until.map(|at| say!(services, "time.until", until = time::told(at, zone)));
    let until = until.unwrap_or_else(|| say!(services, "lockdown.to-its-end"));
    let (operator, lockdown) = (permit.operator.as_str(), permit.lockdown.as_str());
    say!(services, "lockdown.passes", operator = operator, id = lockdown, place = place, until = until)
}

/// The row that says who was the second person.
pub(super) fn confirmation(act: Deed, lockdown: Option<&LockdownId>, given: Given<'_>) -> Option<Event> {
    given.second.map(|second| Event::LockdownConfirmed {
        request: second.request.clone(),
        act,
        lockdown: lockdown.cloned(),
        requested_by: given.by.to_owned(),
    })
}

pub(in crate::console) async fn confirmed(
    services: &Services,
    (actor, origin): By<'_>,
    act: Deed,
    lockdown: Option<&LockdownId>,
    given: Given<'_>,
) -> Result<(), Failure> {
    match confirmation(act, lockdown, given) {
        Some(event) => Ok(services.journal(actor, origin, event).await?),
        None => Ok(()),
    }
}

async fn lift(
    services: &Services,
    (actor, origin): By<'_>,
    id: &LockdownId,
    reason: &str,
    given: Given<'_>,
    out: &Out,
) -> Result<(), Failure> {
    planned_first(services, id).await?;
    // An order that is not written down yet is not written down later, once it is lifted.
    let owed = services.live.debts().find(id);
    let held = match &owed {
        Some(owed) => Some(recorded(services, owed).await),
        None => None,
    };
    failpoint::point("lift:asked");
    confirmed(services, (actor.clone(), origin), Deed::Lift, Some(id), given).await?;
    let event = Event::LockdownLifted { lockdown: id.clone(), reason: reason.to_owned() };
    services.journal(actor, origin, event).await?;
    failpoint::point("lift:journaled");
    let stored = held.as_ref().is_none_or(|progress| progress.stored);
    if stored && !services.store.lockdowns().lift(id, reason, given).await? {
        return Err(settled(services));
    }
    failpoint::point("lift:stored");
    services.live.debts().settle(id);
    services.live.update(|standing| standing.lift(id));
    failpoint::point("lift:open");
    let object = serde_json::json!({ "lockdown": id, "lifted": true });
    Ok(out.record(&object, || say!(services, "lockdown.lifted", id = id)).await?)
}

/// The record of an order, written down where that can be done by now, and held.
async fn recorded<'o>(services: &Services, owed: &'o Owed) -> tokio::sync::MutexGuard<'o, Progress> {
    let mut progress = owed.progress.lock().await;
    if let Err(failure) = record::write(services, owed, &mut progress).await {
        tracing::warn!(error = failure.0, "an order is lifted that is not written down");
    }
    progress
}

/// A period that has begun this moment may have no row yet that could say that it was lifted.
async fn planned_first(services: &Services, id: &LockdownId) -> Result<(), Failure> {
    let (now, standing) = (services.clock.now(), services.live.standing());
    let period = standing.locks().planned().find(|period| period.lockdown.id == *id && period.lasts(now));
    if let Some(period) = period
        && standing.lockdowns.find(id).is_none()
    {
        keep::begin(services, period).await?;
    }
    Ok(())
}

async fn allow(
    services: &Services,
    (actor, origin): By<'_>,
    permit: Permit,
    given: Given<'_>,
    out: &Out,
) -> Result<(), Failure> {
    if let Some(owed) = services.live.debts().find(&permit.lockdown) {
        record::settle(services, &owed).await?; // a way past what no start would know of
    }
    confirmed(services, (actor.clone(), origin), Deed::Allow, Some(&permit.lockdown), given).await?;
    services.journal(actor, origin, Event::permit_given(&permit)).await?;
    if !services.store.permits().add(&permit, given).await? {
        return Err(settled(services));
    }
    let zone = &services.config.timezone;
    let object = serde_json::json!({
        "permit": permit.id, "lockdown": permit.lockdown, "operator": permit.operator, "asset": permit.asset,
        "until": permit.until.map(|at| time::shown(at, zone)), "ticket": permit.ticket,
    });
    let text = passes(services, &permit);
    services.live.update(|standing| standing.lockdowns.permit(permit));
    Ok(out.record(&object, || text).await?)
}

/// Draws codes and shows them: they are kept nowhere.
async fn codes(
    services: &Services,
    (actor, origin): By<'_>,
    operator: &OperatorName,
    count: u16,
    seconds: u32,
    given: Given<'_>,
    out: &Out,
) -> Result<(), Failure> {
    let opens = Duration::from_secs(seconds.into());
    let mut drawn = Vec::new();
    let mut kept = Vec::new();
    for _ in 0..count {
        let code = lockdown::code(&crate::platform::random::bytes::<{ lockdown::CODE_LEN }>()?);
        let digest = lockdown::digest(operator, &code);
        kept.extend(digest.map(|digest| NewCode { digest, opens }));
        drawn.push(code);
    }
    confirmed(services, (actor.clone(), origin), Deed::Codes, None, given).await?;
    let event = Event::CodesDrawn { operator: operator.clone(), count, opens_s: opens.as_secs() };
    services.journal(actor, origin, event).await?;
    if !services.store.break_glass().replace(operator, &kept, given).await? {
        return Err(settled(services));
    }
    let length = format!("{seconds}s");
    if !drawn.is_empty() && !out.json {
        let told = say!(services, "asked.codes-open", operator = operator.as_str(), length = length);
        out.error(told).await?;
    }
    for code in &drawn {
        let code = code.expose_str().unwrap_or_default();
        let object = serde_json::json!({ "operator": operator, "code": code, "opens_s": seconds });
        out.record(&object, || code.to_owned()).await?;
    }
    Ok(())
}
