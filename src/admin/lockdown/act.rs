//! One person's word, or two persons': whether it is enough.

use std::sync::Arc;

use super::super::caller::Caller;
use super::super::error::AdminError;
use super::super::objected::objected;
use super::asked::{asked, read, request};
use super::effect::{LockdownEffect, carry_out};
use super::person::person;
use super::waiting::check_readable;
use super::{draft, second};
use crate::access::Services;
use crate::lockdown::{Act, Lockdown};
use crate::store::{Given, Second};

/// Carries it out, or keeps it for a second person.
pub(super) async fn order(
    services: &Arc<Services>,
    caller: &Caller,
    act: Act,
) -> Result<LockdownEffect, AdminError> {
    person(services, caller, None).may_order(act.opens()).map_err(objected(services))?;
    if services.config.lockdown.takes_two(act.deed()) {
        check_readable(services, &act).await?; // what nobody could confirm is not asked for
        let request = request(services, caller, act)?;
        services.store.requests().add(&request).await?;
        return Ok(LockdownEffect::Asked(asked(services, caller, &request).await?));
    }
    let by = caller.actor().to_string();
    let given = Given { at: services.clock.now(), by: &by, second: None };
    carry_out(services, caller, act, given).await
}

/// Carries out what somebody else asked for.
pub(super) async fn confirm(
    services: &Arc<Services>,
    caller: &Caller,
    id: &str,
) -> Result<LockdownEffect, AdminError> {
    let now = services.clock.now();
    let request = read(services, id).await?;
    let person = person(services, caller, Some(&request.act));
    person.may_confirm(&request).map_err(objected(services))?;
    second::check(services, caller, &request).await?;
    draft::still_good(services, &request.act)?;
    check_readable(services, &request.act).await?;
    let by = caller.actor().to_string();
    let second = Second { by: &by, request: &request.id };
    let given = Given { at: now, by: &request.by, second: Some(second) };
    let act = match request.act {
        Act::Start(lockdown) => Act::Start(Lockdown { started_at: now, ..lockdown }),
        act => act,
    };
    carry_out(services, caller, act, given).await
}
