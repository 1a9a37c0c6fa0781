//! Somebody leaves: all that lets them in is closed at once, in one order, and the answer says what that was.

use serde::Serialize;

use super::super::account::unknown;
use super::super::caller::Caller;
use super::super::error::AdminError;
use super::state;
use crate::access::live::CodeTerms;
use crate::access::login::remembers_for;
use crate::access::{Services, guarded};
use crate::domain::{Device, DeviceId, OperatorName, Remark};
use crate::event::Event;
use crate::lockdown::Permit;
use crate::store::{Enrolled, Revocation};

/// What was closed. The account's table stays in the policy files until somebody takes it out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftAccount {
    pub operator: OperatorName,
    pub disabled: bool,
    pub sessions_cut: u64,
    pub devices_revoked: Vec<DeviceId>,
    /// Their seat is free. Where that takes two persons they stay until `operator reset`, and let nobody in.
    pub factors_removed: Vec<String>,
    pub factors_stay: bool,
    /// Codes that covered further logins.
    pub remembered_ended: usize,
    pub permits_ended: usize,
    /// The code that they could have enrolled with.
    pub invitation_withdrawn: bool,
}

pub(super) async fn leave(
    services: &Services,
    caller: &Caller,
    operator: OperatorName,
    reason: Remark,
) -> Result<LeftAccount, AdminError> {
    let standing = services.live.standing();
    let enrolled = services.store.factors().find(&operator).await?;
    let devices: Vec<Device> = standing.devices.of(&operator).cloned().collect();
    if standing.policy.operator(operator.as_str()).is_none() && enrolled.is_none() && devices.is_empty() {
        return Err(unknown(services, &operator));
    }
    let remembered_ended = enrolled.as_ref().map_or(0, |set| remembered(services, set));
    let sessions_cut = state::close(services, caller, &operator, &reason).await?;
    for device in &devices {
        revoke(services, caller, device, &reason).await?;
    }
    let permits_ended = end_permits(services, caller, &operator).await?;
    let invitation_withdrawn = services.store.invitations().withdraw(&operator).await?;
    let factors_stay = enrolled.is_some() && guarded::takes_two(services, &operator).await?;
    let factors_removed = match &enrolled {
        Some(set) if !factors_stay => remove_factors(services, caller, set).await?,
        _ => Vec::new(),
    };
    let left = LeftAccount {
        operator,
        disabled: true,
        sessions_cut,
        devices_revoked: devices.into_iter().map(|device| device.id).collect(),
        factors_removed,
        factors_stay,
        remembered_ended,
        permits_ended,
        invitation_withdrawn,
    };
    services.journal(caller.actor(), caller.origin(), row(&left, &reason)).await?;
    Ok(left)
}

fn remembered(services: &Services, set: &Enrolled) -> usize {
    let terms = CodeTerms { set_at: set.changed_at, span: remembers_for(services, &set.operator) };
    services.live.remembered().of(&set.operator, terms, &services.clock).len()
}

/// Out of force before anything is written, as by `vpn revoke`.
async fn revoke(
    services: &Services,
    caller: &Caller,
    device: &Device,
    reason: &Remark,
) -> Result<(), AdminError> {
    let (id, operator, reason) = (&device.id, device.operator.clone(), reason.to_string());
    services.live.update(|standing| standing.revoke(id));
    let (at, by) = (services.clock.now(), caller.actor().to_string());
    let revocation = Revocation { at, by, reason: reason.clone() };
    services.store.devices().revoke(id, &revocation).await.map_err(AdminError::failed)?;
    let event = Event::DeviceRevoked { device: id.clone(), operator, reason };
    Ok(services.journal(caller.actor(), caller.origin(), event).await?)
}

async fn end_permits(
    services: &Services,
    caller: &Caller,
    operator: &OperatorName,
) -> Result<usize, AdminError> {
    let mut ended: Vec<Permit> = Vec::new();
    services.live.update(|standing| ended = standing.lockdowns.drop_permits_of(operator));
    for permit in &ended {
        services.store.permits().end(&permit.id, services.clock.now()).await?;
        let (permit, lockdown) = (permit.id.clone(), permit.lockdown.clone());
        let event = Event::PermitEnded { permit, lockdown, operator: operator.clone() };
        services.journal(caller.actor(), caller.origin(), event).await?;
    }
    Ok(ended.len())
}

async fn remove_factors(
    services: &Services,
    caller: &Caller,
    set: &Enrolled,
) -> Result<Vec<String>, AdminError> {
    let event = Event::OperatorReset { operator: set.operator.clone(), factor: None };
    services.journal(caller.actor(), caller.origin(), event).await?;
    services.store.factors().reset(&set.operator).await?;
    Ok(super::list::factors(set))
}

fn row(left: &LeftAccount, reason: &Remark) -> Event {
    Event::OperatorLeft {
        operator: left.operator.clone(),
        reason: reason.to_string(),
        sessions_cut: left.sessions_cut,
        devices: left.devices_revoked.clone(),
        factors: left.factors_removed.clone(),
        remembered: left.remembered_ended as u64,
        permits: left.permits_ended as u64,
    }
}
