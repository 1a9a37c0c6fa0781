//! What waits for a second person: kept, told, found, taken back.

use jiff::Timestamp;

use super::super::caller::Caller;
use super::super::error::AdminError;
use super::super::say::no;
use super::waiting::{WaitingRequest, shown};
use super::{find, which};
use crate::access::Services;
use crate::domain::{Origin, RequestId, plain};
use crate::event::{Actor, Event};
use crate::lockdown::{Act, Deed, PendingRequest};
use crate::store::{PAGE, WHOLE, gather};

/// What is asked for, before it is kept.
pub(in crate::admin) fn request(
    services: &Services,
    caller: &Caller,
    act: Act,
) -> Result<PendingRequest, AdminError> {
    let now = services.clock.now();
    let lapses = now.checked_add(services.config.lockdown.confirm_within.as_duration());
    Ok(PendingRequest {
        id: RequestId::new(millis(now), crate::platform::random::bits()?),
        act,
        by: caller.actor().to_string(),
        at: now,
        lapses: lapses.map_err(AdminError::internal)?,
    })
}

pub(super) fn millis(at: Timestamp) -> u64 {
    u64::try_from(at.as_millisecond()).unwrap_or_default()
}

/// It is kept: the journal hears of it.
pub(in crate::admin) async fn asked(
    services: &Services,
    caller: &Caller,
    request: &PendingRequest,
) -> Result<WaitingRequest, AdminError> {
    let waiting = shown(services, request).await?;
    let event = Event::LockdownRequested {
        request: request.id.clone(),
        details: serde_json::to_value(&waiting.details).map_err(AdminError::internal)?,
        act: request.act.deed(),
        lockdown: request.act.lockdown().cloned(),
        operator: request.act.opens().cloned(),
        lapses: request.lapses,
    };
    services.journal(caller.actor(), caller.origin(), event).await?;
    Ok(waiting)
}

/// All that waits, as it is shown.
pub(in crate::admin) async fn waiting(services: &Services) -> Result<Vec<WaitingRequest>, AdminError> {
    let mut all = Vec::new();
    for request in open(services).await? {
        all.push(shown(services, &request).await?);
    }
    Ok(all)
}

/// All that waits.
pub(super) async fn open(services: &Services) -> Result<Vec<PendingRequest>, AdminError> {
    let open = gather(WHOLE, |after| services.store.requests().open(after, PAGE)).await?;
    let now = services.clock.now();
    Ok(open.into_iter().filter(|request| now < request.lapses).collect())
}

/// The request of this id, or the only one about that lockdown: by its id, its number on paper, or its period's name.
pub(super) async fn find(services: &Services, id: &str) -> Result<PendingRequest, AdminError> {
    let mut open = open(services).await?;
    let ids = |request: &PendingRequest| {
        let about = request.act.lockdown().map(ToString::to_string);
        [Some(request.id.to_string()), about].into_iter().flatten().collect::<Vec<_>>()
    };
    let known: Vec<String> = open.iter().flat_map(ids).collect();
    let found = which::whole(id, known.iter().map(String::as_str));
    let found = found.map_err(|ids| find::several(services, id, &ids))?;
    let named = |request: &PendingRequest| called(services, request).iter().any(|name| name == id);
    open.retain(|request| match found {
        Some(id) => ids(request).iter().any(|known| known == id),
        None => named(request),
    });
    match (open.pop(), open.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => Err(no!(services, NotFound, "lockdown.none-waits", id = id)),
        (Some(_), false) => Err(no!(services, Invalid, "lockdown.several-wait", id = id)),
    }
}

/// The request that somebody confirms: by its own id in full, or by that of the lockdown that it would start. What waits
/// behind a number, a name or a beginning may be another than the one that was read.
pub(super) async fn read(services: &Services, id: &str) -> Result<PendingRequest, AdminError> {
    let request = find(services, id).await?;
    let starts = matches!(&request.act, Act::Start(lockdown) if lockdown.id.as_str() == id);
    match starts || request.id.as_str() == id {
        true => Ok(request),
        false => Err(no!(
            services,
            Invalid,
            "lockdown.confirm-by-id",
            id = plain(id),
            request = request.id.as_str()
        )),
    }
}

/// Whether what waits by this name draws a code or several: whoever confirms that is told them.
pub(crate) async fn draws_codes(services: &Services, id: &str) -> bool {
    find(services, id)
        .await
        .is_ok_and(|request| matches!(request.act, Act::Codes { .. } | Act::Invite { .. }))
}

/// What people call the lockdown that a request is about.
fn called(services: &Services, request: &PendingRequest) -> Vec<String> {
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

/// Takes back what the caller asked for. All who are on the host are one person.
pub(in crate::admin) async fn withdraw(
    services: &Services,
    caller: &Caller,
    id: &str,
) -> Result<(), AdminError> {
    let own = |request: &PendingRequest| match caller {
        Caller::Local(_) => request.is_local(),
        Caller::Operator(who) => request.by == who.operator().as_str(),
    };
    let mut waiting = open(services).await?;
    waiting.retain(own);
    let ids = waiting.iter().map(|request| request.id.as_str());
    let none = || no!(services, NotFound, "approve.not-yours", id = plain(id));
    let whole = which::whole(id, ids).map_err(|ids| find::several(services, id, &ids))?;
    let whole = whole.ok_or_else(none)?.to_owned();
    let mut found = waiting.into_iter().filter(|request| request.id.as_str() == whole);
    let request = found.next().ok_or_else(none)?;
    let by = caller.actor().to_string();
    if !services.store.requests().withdraw(&request.id, services.clock.now(), &by).await? {
        return Err(none());
    }
    close(services, request, false, caller.actor(), caller.origin()).await
}

/// A request is over, and nothing was done.
pub(super) async fn close(
    services: &Services,
    request: PendingRequest,
    moot: bool,
    by: Actor,
    origin: Option<&Origin>,
) -> Result<(), AdminError> {
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
