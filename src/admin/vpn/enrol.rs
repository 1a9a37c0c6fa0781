//! Enrols a device. What is secret of it is drawn here, told once and kept nowhere.

use serde::Serialize;

use super::super::account::known;
use super::super::caller::Caller;
use super::super::context::Admin;
use super::super::error::AdminError;
use super::super::say::no;
use super::certificate::{self, EnrolledCertificate};
use super::new::New;
use super::reach::{Reach, takes_code};
use super::tunnel::{self, EnrolledTunnel};
use crate::access::{Services, fresh_code};
use crate::domain::{DeviceId, DeviceName, OperatorName, Secret};

#[derive(Debug, Clone)]
pub struct NewDeviceRequest {
    /// Whose it will be; else the caller's.
    pub operator: Option<OperatorName>,
    /// What to call it; else a name is found.
    pub label: Option<DeviceName>,
    pub by: DeviceBy,
    /// A fresh one-time code, of who enrols for themself.
    pub code: Option<Secret>,
}

/// What the device comes by.
#[derive(Debug, Clone)]
pub enum DeviceBy {
    /// A certificate for TLS.
    Certificate,
    /// A tunnel, with the key that the device made itself; else a pair is drawn.
    Tunnel { public_key: Option<String> },
}

/// A device, with what is told of it once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum EnrolledDevice {
    Certificate(EnrolledCertificate),
    Tunnel(EnrolledTunnel),
}

pub(super) async fn enrol(
    admin: &Admin,
    caller: &Caller,
    request: NewDeviceRequest,
) -> Result<EnrolledDevice, AdminError> {
    let NewDeviceRequest { operator, label, by, code } = request;
    let services = &admin.services;
    let operator = whose(services, caller, operator)?;
    let name = match label {
        Some(label) => label,
        None => free_name(services, &operator)?,
    };
    let id = DeviceId::new(millis(services), crate::platform::random::bits()?);
    let new = New { admin, caller, id, operator, name };
    match by {
        DeviceBy::Certificate => {
            certificate::ready(services)?;
            prove(services, caller, code).await?;
            certificate::enrol(new).await.map(EnrolledDevice::Certificate)
        }
        DeviceBy::Tunnel { public_key } => {
            let pair = tunnel::Pair::of(services, public_key.as_deref())?;
            prove(services, caller, code).await?;
            tunnel::enrol(new, pair).await.map(EnrolledDevice::Tunnel)
        }
    }
}

fn millis(services: &Services) -> u64 {
    u64::try_from(services.clock.now().as_millisecond()).unwrap_or_default()
}

/// Whose device it will be: an account that may be used, now or later.
fn whose(
    services: &Services,
    caller: &Caller,
    name: Option<OperatorName>,
) -> Result<OperatorName, AdminError> {
    let name = match (name, caller) {
        (Some(name), _) => name,
        (None, Caller::Operator(who)) => who.operator().clone(),
        (None, Caller::Local(_)) => return Err(no!(services, Invalid, "vpn.whose")),
    };
    if !Reach::of(services, caller).covers(&name) {
        return Err(no!(services, Refused, "vpn.not-yours"));
    }
    known(services, &name)?;
    let standing = services.live.standing();
    let over = |until| until <= services.clock.now();
    match standing.policy.operator(name.as_str()) {
        Some(account) if account.disabled || standing.disabled.contains_key(&name) => {
            Err(no!(services, Conflict, "vpn.disabled", name = name.as_str()))
        }
        Some(account) if account.validity.until().is_some_and(over) => {
            Err(no!(services, Conflict, "vpn.over", name = name.as_str()))
        }
        _ => Ok(name),
    }
}

/// The first of `device-1`, `device-2` … that the operator does not use.
fn free_name(services: &Services, operator: &OperatorName) -> Result<DeviceName, AdminError> {
    let standing = services.live.standing();
    let used = |name: &String| standing.devices.of(operator).any(|device| device.name.as_str() == name);
    let free = (1..).map(|number: u32| format!("device-{number}")).find(|name| !used(name));
    Ok(DeviceName::parse(&free.unwrap_or_default())?)
}

/// Who enrols for themself gives a fresh code.
async fn prove(services: &Services, caller: &Caller, code: Option<Secret>) -> Result<(), AdminError> {
    let Caller::Operator(who) = caller else { return Ok(()) };
    if !takes_code(services, who) {
        return Ok(());
    }
    let Some(code) = code.filter(|code| !code.is_empty()) else {
        return Err(no!(services, Unproven, "vpn.code-missing"));
    };
    fresh_code(services, who, &code, "vpn enrol").await.map_err(|reason| match reason {
        "locked" => no!(services, Refused, "vpn.code-locked"),
        "no-code" => no!(services, Refused, "vpn.code-none"),
        _ => no!(services, Refused, "vpn.code-wrong"),
    })
}
