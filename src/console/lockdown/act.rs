//! One person's word, or two persons': whether it is enough, and what waits for the second.

use jiff::Timestamp;

use super::super::out::Out;
use super::super::run::{Caller, Failure};
use super::super::say::{fail, objected};
use super::which::whole;
use super::{draft, effect, second, sight};
use crate::access::Services;
use crate::domain::{Origin, RequestId, plain};
use crate::event::{Actor, Event};
use crate::lockdown::{Act, Deed, Person, Request};
use crate::store::{Given, PAGE, Second, WHOLE, gather};

/// Carries it out, or keeps it for a second person.
pub(super) async fn order(services: &Services, caller: &Caller, act: Act, out: &Out) -> Result<(), Failure> {
    person(services, caller, None).may_order(act.opens()).map_err(objected(services))?;
    if services.config.lockdown.takes_two(act.deed()) {
        sight::Sight::whole(services, &act).await?; // what nobody could confirm is not asked for
        let request = request(services, caller, act)?;
        services.store.requests().add(&request).await?;
        return asked(services, caller, &request, out).await;
    }
    let by = caller.actor().to_string();
    let given = Given { at: services.clock.now(), by: &by, second: None };
    effect::carry_out(services, caller, act, given, out).await
}

/// What waits for a second person, before it is kept.
pub(in crate::console) fn request(
    services: &Services,
    caller: &Caller,
    act: Act,
) -> Result<Request, Failure> {
    let now = services.clock.now();
    Ok(Request {
        id: RequestId::new(draft::millis(now), crate::platform::random::bits()?),
        act,
        by: caller.actor().to_string(),
        at: now,
        lapses: now.checked_add(services.config.lockdown.confirm_within.as_duration())?,
    })
}

/// It is kept: the journal and the caller hear of it.
pub(in crate::console) async fn asked(
    services: &Services,
    caller: &Caller,
    request: &Request,
    out: &Out,
) -> Result<(), Failure> {
    let (object, text) = sight::shown(services, request).await?;
    let event = Event::LockdownRequested {
        request: request.id.clone(),
        details: object.get("details").cloned().unwrap_or_default(),
        act: request.act.deed(),
        lockdown: request.act.lockdown().cloned(),
        operator: request.act.opens().cloned(),
        lapses: request.lapses,
    };
    services.journal(caller.actor(), caller.origin(), event).await?;
    Ok(out.records(&object, || text).await?)
}

/// Carries out what somebody else asked for.
pub(super) async fn confirm(
    services: &Services,
    caller: &Caller,
    id: &str,
    out: &Out,
) -> Result<(), Failure> {
    let now = services.clock.now();
    let request = waiting(services, id, now).await?;
    let person = person(services, caller, Some(&request.act));
    person.may_confirm(&request).map_err(objected(services))?;
    second::check(services, caller, &request).await?;
    draft::still_good(services, &request.act)?;
    sight::Sight::whole(services, &request.act).await?;
    let by = caller.actor().to_string();
    let second = Second { by: &by, request: &request.id };
    let given = Given { at: now, by: &request.by, second: Some(second) };
    let act = match request.act {
        Act::Start(lockdown) => Act::Start(crate::lockdown::Lockdown { started_at: now, ..lockdown }),
        act => act,
    };
    effect::carry_out(services, caller, act, given, out).await
}

/// What waits for a second person, as it is printed.
pub(in crate::console) async fn show_waiting(services: &Services, out: &Out) -> Result<usize, Failure> {
    let waiting = all_waiting(services, services.clock.now()).await?;
    for request in &waiting {
        let (object, text) = sight::shown(services, request).await?;
        out.records(&object, || text).await?;
    }
    Ok(waiting.len())
}

pub(super) async fn all_waiting(services: &Services, now: Timestamp) -> Result<Vec<Request>, Failure> {
    let open = gather(WHOLE, |after| services.store.requests().open(after, PAGE)).await?;
    Ok(open.into_iter().filter(|request| now < request.lapses).collect())
}

/// The request of this id, or the only one about that lockdown: by its id, its number on paper, or its period's name.
async fn waiting(services: &Services, id: &str, now: Timestamp) -> Result<Request, Failure> {
    let mut open = all_waiting(services, now).await?;
    let ids = |request: &Request| {
        let about = request.act.lockdown().map(ToString::to_string);
        [Some(request.id.to_string()), about].into_iter().flatten().collect::<Vec<_>>()
    };
    let known: Vec<String> = open.iter().flat_map(ids).collect();
    let found = whole(id, known.iter().map(String::as_str));
    let found = found.map_err(|ids| draft::several(services, id, &ids))?;
    let named = |request: &Request| called(services, request).iter().any(|name| name == id);
    open.retain(|request| match found {
        Some(id) => ids(request).iter().any(|known| known == id),
        None => named(request),
    });
    match (open.pop(), open.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => Err(fail!(services, "lockdown.none-waits", id = id)),
        (Some(_), false) => Err(fail!(services, "lockdown.several-wait", id = id)),
    }
}

/// What people call the lockdown that a request is about.
fn called(services: &Services, request: &Request) -> Vec<String> {
    let (standing, about) = (services.live.standing(), request.act.lockdown());
    let own = match &request.act {
        Act::Start(lockdown) => lockdown.order.clone(),
        _ => standing
            .locks()
            .each()
            .find(|order| Some(&order.id) == about)
            .and_then(|order| order.order.clone()),
    };
    let mut planned = standing.locks().planned();
    let period = planned.find(|period| Some(&period.lockdown.id) == about);
    own.into_iter().chain(period.map(|period| period.name.to_string())).collect()
}

/// Who gives the word. What is about to be ordered covers its confirmer, too.
pub(in crate::console) fn person(services: &Services, caller: &Caller, act: Option<&Act>) -> Person {
    let Caller::Operator(who) = caller else { return Person::Local(caller.actor().to_string()) };
    let (now, standing) = (services.clock.now(), services.live.standing());
    let operator = standing.policy.operator(who.operator().as_str());
    let covered = operator.is_some_and(|operator| {
        let account = operator.account();
        let ordered = matches!(act, Some(Act::Start(lockdown)) if lockdown.covers(&account, now));
        ordered || standing.locks().covering(account, now).next().is_some()
    });
    let role = operator.map(|operator| operator.role).unwrap_or_default();
    Person::Account { name: who.operator().clone(), role, covered }
}

/// Takes back what the caller asked for. All who are on the host are one person.
pub(in crate::console) async fn withdraw(
    services: &Services,
    caller: &Caller,
    id: &str,
) -> Result<(), Failure> {
    let own = |request: &Request| match caller {
        Caller::Local(_) => request.is_local(),
        Caller::Operator(who) => request.by == who.operator().as_str(),
    };
    let now = services.clock.now();
    let mut waiting = all_waiting(services, now).await?;
    waiting.retain(own);
    let ids = waiting.iter().map(|request| request.id.as_str());
    let none = || fail!(services, "approve.not-yours", id = plain(id));
    let whole = whole(id, ids).map_err(|ids| draft::several(services, id, &ids))?;
    let whole = whole.ok_or_else(none)?.to_owned();
    let mut found = waiting.into_iter().filter(|request| request.id.as_str() == whole);
    let request = found.next().ok_or_else(none)?;
    let by = caller.actor().to_string();
    if !services.store.requests().withdraw(&request.id, now, &by).await? {
        return Err(none());
    }
    close(services, request, false, caller.actor(), caller.origin()).await
}

/// A request is over, and nothing was done.
pub(super) async fn close(
    services: &Services,
    request: Request,
    moot: bool,
    by: Actor,
    origin: Option<&Origin>,
) -> Result<(), Failure> {
    if request.act.deed() == Deed::Factors {
        services.store.factors().forget_asked(&request.id).await?;
    }
    let event = Event::LockdownWithdrawn {
        act: request.act.deed(),
        lockdown: request.act.lockdown().cloned(),
        request: request.id,
        requested_by: request.by,
        moot,
    };
    Ok(services.journal(by, origin, event).await?)
}
