//! An end to remembered codes by hand: the next login is asked for one. What is open stays open.

use serde::Serialize;

use super::super::account::known;
use super::super::caller::Caller;
use super::super::context::Admin;
use super::super::error::AdminError;
use super::super::say::no;
use crate::access::Services;
use crate::domain::OperatorName;
use crate::event::Event;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForgottenCodes {
    pub operator: OperatorName,
    /// From how many places it could log in without one.
    pub forgotten: usize,
}

/// Everybody's own.
pub(in crate::admin) async fn logout(admin: &Admin, caller: &Caller) -> Result<ForgottenCodes, AdminError> {
    let services = &admin.services;
    let Caller::Operator(who) = caller else {
        return Err(no!(services, Invalid, "operator.logout-local"));
    };
    end(services, caller, who.operator().clone()).await
}

pub(super) async fn forget(
    services: &Services,
    caller: &Caller,
    operator: OperatorName,
) -> Result<ForgottenCodes, AdminError> {
    known(services, &operator)?;
    end(services, caller, operator).await
}

/// Forgotten first: a journal that cannot be written keeps no code alive.
async fn end(
    services: &Services,
    caller: &Caller,
    operator: OperatorName,
) -> Result<ForgottenCodes, AdminError> {
    let forgotten = services.live.remembered().forget(&operator);
    let event = Event::CodesForgotten { operator: operator.clone(), places: forgotten };
    services.journal(caller.actor(), caller.origin(), event).await?;
    Ok(ForgottenCodes { operator, forgotten })
}
