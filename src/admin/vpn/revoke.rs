//! Ends a device for good. It is out of force before anything is written, and what came through it ends with it.

use serde::Serialize;

use super::super::caller::Caller;
use super::super::context::Admin;
use super::super::error::AdminError;
use super::super::say::no;
use super::reach::find;
use crate::domain::{Device, DeviceId, DeviceName, OperatorName, Remark, Tell};
use crate::event::Event;
use crate::store::Revocation;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RevokedDevice {
    pub device: DeviceId,
    pub operator: OperatorName,
    pub name: DeviceName,
    pub revoked: bool,
}

pub(super) async fn revoke(
    admin: &Admin,
    caller: &Caller,
    named: &str,
    reason: Option<Remark>,
) -> Result<RevokedDevice, AdminError> {
    let services = &admin.services;
    let Device { id, operator, name, .. } = find(services, caller, named).await?;
    let reason = reason.as_deref().unwrap_or_default().to_owned();
    services.live.update(|standing| standing.revoke(&id));
    let (at, by) = (services.clock.now(), caller.actor().to_string());
    let revocation = Revocation { at, by, reason: reason.clone() };
    services.store.devices().revoke(&id, &revocation).await.map_err(|error| {
        no!(services, Failed, "vpn.unstored", device = id.as_str(), error = error.told(services.language()))
    })?;
    let event = Event::DeviceRevoked { device: id.clone(), operator: operator.clone(), reason };
    admin.journal(caller, event).await?;
    Ok(RevokedDevice { device: id, operator, name, revoked: true })
}
