//! Requests for a second person that nobody confirms any more: whoever asked takes them back, or what they are about
//! is over.

use jiff::Timestamp;

use super::super::run::{Caller, Failure};
use super::super::say::fail;
use super::act::all_waiting;
use super::draft;
use super::which::whole;
use crate::domain::plain;
use crate::event::{Actor, Event};
use crate::lockdown::{Act, Deed, Request};
use crate::session::Services;

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
    let whole = whole(services, id, ids)?.ok_or_else(none)?.to_owned();
    let mut found = waiting.into_iter().filter(|request| request.id.as_str() == whole);
    let request = found.next().ok_or_else(none)?;
    let by = caller.actor().to_string();
    if !services.store.requests().withdraw(&request.id, now, &by).await? {
        return Err(none());
    }
    close(services, request, false, caller.actor(), caller.origin()).await
}

/// Ends the requests that can never be carried out: their lockdown is over, or nobody bears the name any more.
pub(super) async fn end_moot(services: &Services, now: Timestamp) -> Result<(), Failure> {
    for request in services.store.requests().open().await? {
        let by = Actor::Gateway;
        if now < request.lapses
            && is_moot(services, &request.act)
            && services.store.requests().withdraw(&request.id, now, &by.to_string()).await?
        {
            close(services, request, true, by, None).await?;
        }
    }
    Ok(())
}

/// What cannot be done now, and not later either. A lockdown that keeps codes from being drawn may pass.
fn is_moot(services: &Services, act: &Act) -> bool {
    match act {
        Act::Codes { operator, .. } => services.live.standing().policy.operator(operator.as_str()).is_none(),
        act => draft::still_good(services, act).is_err(),
    }
}

async fn close(
    services: &Services,
    request: Request,
    moot: bool,
    by: Actor,
    origin: Option<&crate::domain::Origin>,
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
