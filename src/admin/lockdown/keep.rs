//! What happens by itself: planned periods begin, orders and permits end, requests lapse. Decisions do not
//! wait for this: they ask what time it is. It writes the rows, and cuts at once what the watch over each
//! grant would cut within half a second.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::super::error::AdminError;
use super::{asked, draft, period};
use crate::access::Services;
use crate::event::{Actor, Event};
use crate::lockdown::{Act, Deed};
use crate::store::{PAGE, WHOLE, gather};

/// How often it is looked at.
const TICK: Duration = Duration::from_millis(500);

/// Keeps the record until it is dropped. What was missed while no gateway ran is made up for at once.
pub async fn keep(services: Arc<Services>) {
    loop {
        if let Err(error) = look(&services).await {
            tracing::error!(%error, "what lockdowns do by themselves could not be written down");
        }
        tokio::time::sleep(pause(&services)).await;
    }
}

/// Until the next change that is known beforehand, so that a period cuts at its beginning and not a tick
/// after.
fn pause(services: &Services) -> Duration {
    let (now, standing) = (services.clock.now(), services.live.standing());
    let next = standing.locks().changes_after(now).map(|then| then.duration_since(now));
    next.and_then(|left| Duration::try_from(left).ok()).map_or(TICK, |left| left.min(TICK))
}

async fn look(services: &Arc<Services>) -> Result<(), AdminError> {
    let now = services.clock.now();
    let standing = services.live.standing();
    for period in standing.locks().planned().filter(|period| period.lasts(now)) {
        if standing.lockdowns.find(&period.lockdown.id).is_none() {
            period::begin(services, period).await?;
        }
    }
    orders_end(services, now).await?;
    permits_end(services, now).await?;
    requests_lapse(services, now).await?;
    end_moot(services, now).await
}

async fn orders_end(services: &Services, now: Timestamp) -> Result<(), AdminError> {
    let standing = services.live.standing();
    for order in standing.lockdowns.iter().filter(|order| order.until.is_some_and(|until| until <= now)) {
        let longer =
            standing.locks().planned().find(|period| period.lockdown.id == order.id && period.lasts(now));
        if let Some(period) = longer {
            let order = period.lockdown.clone().holding(order.held.clone());
            services.live.update(|standing| standing.order(order));
            continue;
        }
        if services.live.debts().find(&order.id).is_some() {
            continue; // its beginning is not written down yet
        }
        if services.store.lockdowns().end(&order.id, now).await? {
            let event = Event::LockdownEnded { lockdown: order.id.clone() };
            services.journal(Actor::Gateway, None, event).await?;
        }
        services.live.update(|standing| standing.lockdowns.remove(&order.id));
    }
    Ok(())
}

async fn permits_end(services: &Services, now: Timestamp) -> Result<(), AdminError> {
    if services.live.standing().lockdowns.permits().all(|permit| permit.holds(now)) {
        return Ok(());
    }
    let mut over = Vec::new();
    services.live.update(|standing| over = standing.lockdowns.drop_permits(now));
    for permit in over {
        services.store.permits().end(&permit.id, now).await?;
        let event =
            Event::PermitEnded { permit: permit.id, lockdown: permit.lockdown, operator: permit.operator };
        services.journal(Actor::Gateway, None, event).await?;
    }
    Ok(())
}

async fn requests_lapse(services: &Services, now: Timestamp) -> Result<(), AdminError> {
    for request in services.store.requests().lapse(now).await? {
        if request.act.deed() == Deed::Factors {
            services.store.factors().forget_asked(&request.id).await?;
        }
        let event = Event::LockdownLapsed {
            act: request.act.deed(),
            lockdown: request.act.lockdown().cloned(),
            request: request.id,
            requested_by: request.by,
        };
        services.journal(Actor::Gateway, None, event).await?;
    }
    Ok(())
}

/// Ends the requests that can never be carried out: their lockdown is over, or nobody bears the name any more.
async fn end_moot(services: &Services, now: Timestamp) -> Result<(), AdminError> {
    for request in gather(WHOLE, |after| services.store.requests().open(after, PAGE)).await? {
        let by = Actor::Gateway;
        if now < request.lapses
            && is_moot(services, &request.act)
            && services.store.requests().withdraw(&request.id, now, &by.to_string()).await?
        {
            asked::close(services, request, true, by, None).await?;
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
