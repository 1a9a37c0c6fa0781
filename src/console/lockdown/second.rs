//! Whether two persons are two, as far as the gateway knows how each came by their factors.

use super::super::run::{Caller, Failure};
use super::super::say::objected;
use crate::access::{Services, officers};
use crate::domain::OperatorName;
use crate::event::Event;
use crate::lockdown::{Known, Objection, Request, Terms};

/// May the caller confirm what somebody else asked for?
pub(super) async fn check(services: &Services, caller: &Caller, request: &Request) -> Result<(), Failure> {
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
pub(in crate::console) async fn settled(services: &Services, caller: &Caller) -> Result<(), Failure> {
    if services.config.lockdown.dual.is_empty() {
        return Ok(());
    }
    let verdict = caller_as(services, caller).await?.is_settled(terms(services));
    settle(services, caller, verdict).await
}

/// Says why not; somebody who tries it with factors that somebody else has set is worth an alarm.
async fn settle(services: &Services, caller: &Caller, verdict: Result<(), Objection>) -> Result<(), Failure> {
    let Err(objection) = verdict else { return Ok(()) };
    if let Caller::Operator(who) = caller {
        alarm(services, caller, "second-person", who.operator()).await?;
    }
    Err(objected(services)(objection))
}

/// The officers whose word counts now, where anything takes two persons.
pub(in crate::console) async fn confirmers(services: &Services) -> Result<Vec<OperatorName>, Failure> {
    if services.config.lockdown.dual.is_empty() {
        return Ok(Vec::new());
    }
    let (standing, now) = (services.live.standing(), services.clock.now());
    let officers = officers::officers(&standing, &services.config, &services.store, now).await?;
    Ok(officers::able(&officers).cloned().collect())
}

/// One person has changed accounts: if fewer than two of those are left, an alarm tells of each who is not.
pub(in crate::console) async fn look_after_confirmers(
    services: &Services,
    caller: &Caller,
    before: &[OperatorName],
) -> Result<(), Failure> {
    let after = confirmers(services).await?;
    for lost in before.iter().filter(|name| after.len() < 2 && !after.contains(name)) {
        alarm(services, caller, "few-officers", lost).await?;
    }
    Ok(())
}

/// Somebody should look now.
pub(in crate::console) async fn alarm(
    services: &Services,
    caller: &Caller,
    alarm: &'static str,
    operator: &OperatorName,
) -> Result<(), Failure> {
    tracing::error!(%operator, by = %caller.actor(), "ALARM: {alarm}");
    let (operator, lockdowns) = (operator.clone(), Vec::new());
    let event = Event::Alarm { alarm, operator, owner: None, device: None, lockdowns, until: None };
    Ok(services.journal(caller.actor(), caller.origin(), event).await?)
}

fn terms(services: &Services) -> Terms {
    officers::terms(&services.live.standing(), &services.config, services.clock.now())
}

async fn caller_as(services: &Services, caller: &Caller) -> Result<Known, Failure> {
    match caller {
        Caller::Local(_) => Ok(Known::Host),
        Caller::Operator(who) => account(services, who.operator().clone()).await,
    }
}

async fn account(services: &Services, name: OperatorName) -> Result<Known, Failure> {
    Ok(officers::known(&services.live.standing(), &services.store, name).await?)
}
