//! Forgets a device's last handshake, so that one whose clock was ahead gets in again. The tunnel then asks it to be of
//! now: what was recorded before stays out.

use serde::Serialize;

use super::super::caller::Caller;
use super::super::context::Admin;
use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::super::say::no;
use super::reach::{Reach, find};
use crate::domain::{Device, DeviceId, DeviceName, OperatorName, Remark};
use crate::event::Event;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ForgottenHandshake {
    pub device: DeviceId,
    pub operator: OperatorName,
    pub name: DeviceName,
    pub forgotten: bool,
    pub handshake_dated: LocalTime,
}

pub(super) async fn forget(
    admin: &Admin,
    caller: &Caller,
    named: &str,
    reason: Option<Remark>,
) -> Result<ForgottenHandshake, AdminError> {
    let services = &admin.services;
    if Reach::of(services, caller) != Reach::Everybody {
        return Err(no!(services, Refused, "vpn.forget-role"));
    }
    let Device { id, operator, name, .. } = find(services, caller, named).await?;
    let tunnels = services.live.tunnels();
    let Some(last) = tunnels.of(&id).and_then(|seen| seen.last) else {
        return Err(no!(services, Conflict, "vpn.nothing-to-forget", name = id.as_str()));
    };
    let (reason, dated) = (reason.as_deref().unwrap_or_default().to_owned(), last.dated);
    let event = Event::TunnelForgotten { device: id.clone(), operator: operator.clone(), dated, reason };
    admin.journal(caller, event).await?;
    tunnels.forget(&id, services.clock.now());
    let handshake_dated = LocalTime::of(services, dated);
    Ok(ForgottenHandshake { device: id, operator, name, forgotten: true, handshake_dated })
}
