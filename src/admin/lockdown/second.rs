//! Whether two persons are two, as far as the gateway knows how each came by their factors.

use super::super::caller::Caller;
use super::super::error::AdminError;
use super::super::objected::objected;
use super::super::officers::alarm;
use crate::access::{Services, officers};
use crate::domain::OperatorName;
use crate::lockdown::{Known, Objection, PendingRequest, Terms};

/// May the caller confirm what somebody else asked for?
pub(in crate::admin) async fn check(
    services: &Services,
    caller: &Caller,
    request: &PendingRequest,
) -> Result<(), AdminError> {
    let asker = match request.is_local() {
        true => Known::Host,
        false => account(services, OperatorName::parse(&request.by)?).await?,
    };
    let second = caller_as(services, caller).await?;
    let verdict = second.is_second_to(&asker, terms(services));
    settle(services, caller, verdict).await
}

/// May the caller's word count as a second person's at all, where two are asked for? So it is of what an officer
/// approves as well.
pub(in crate::admin) async fn settled(services: &Services, caller: &Caller) -> Result<(), AdminError> {
    if services.config.lockdown.dual.is_empty() {
        return Ok(());
    }
    let verdict = caller_as(services, caller).await?.is_settled(terms(services));
    settle(services, caller, verdict).await
}

/// Says why not; somebody who tries it with factors that somebody else has set is worth an alarm.
async fn settle(
    services: &Services,
    caller: &Caller,
    verdict: Result<(), Objection>,
) -> Result<(), AdminError> {
    let Err(objection) = verdict else { return Ok(()) };
    if let Caller::Operator(who) = caller {
        alarm(services, caller, "second-person", who.operator()).await?;
    }
    Err(objected(services)(objection))
}

fn terms(services: &Services) -> Terms {
    officers::terms(&services.live.standing(), &services.config, services.clock.now())
}

async fn caller_as(services: &Services, caller: &Caller) -> Result<Known, AdminError> {
    match caller {
        Caller::Local(_) => Ok(Known::Host),
        Caller::Operator(who) => account(services, who.operator().clone()).await,
    }
}

async fn account(services: &Services, name: OperatorName) -> Result<Known, AdminError> {
    Ok(officers::known(&services.live.standing(), &services.store, name).await?)
}
