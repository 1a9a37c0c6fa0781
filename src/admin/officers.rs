//! The officers whose word counts, and the alarms about them.

use super::caller::Caller;
use super::error::AdminError;
use crate::access::{Services, officers};
use crate::domain::OperatorName;
use crate::event::Event;

/// The officers whose word counts now, where anything takes two persons.
pub(super) async fn confirmers(services: &Services) -> Result<Vec<OperatorName>, AdminError> {
    if services.config.lockdown.dual.is_empty() {
        return Ok(Vec::new());
    }
    let (standing, now) = (services.live.standing(), services.clock.now());
    let officers = officers::officers(&standing, &services.config, &services.store, now).await?;
    Ok(officers::able(&officers).cloned().collect())
}

/// One person has changed accounts: if fewer than two of those are left, an alarm tells of each who is not.
pub(super) async fn look_after_confirmers(
    services: &Services,
    caller: &Caller,
    before: &[OperatorName],
) -> Result<(), AdminError> {
    let after = confirmers(services).await?;
    for lost in before.iter().filter(|name| after.len() < 2 && !after.contains(name)) {
        alarm(services, caller, "few-officers", lost).await?;
    }
    Ok(())
}

/// Somebody should look now.
pub(super) async fn alarm(
    services: &Services,
    caller: &Caller,
    alarm: &'static str,
    operator: &OperatorName,
) -> Result<(), AdminError> {
    tracing::error!(%operator, by = %caller.actor(), "ALARM: {alarm}");
    let (operator, lockdowns) = (Some(operator.clone()), Vec::new());
    let event = Event::Alarm { alarm, operator, owner: None, device: None, lockdowns, until: None };
    Ok(services.journal(caller.actor(), caller.origin(), event).await?)
}
