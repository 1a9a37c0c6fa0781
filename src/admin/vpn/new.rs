//! A device that may be enrolled, but for what it proves itself with.

use super::super::caller::Caller;
use super::super::context::Admin;
use super::super::error::{AdminError, AdminErrorKind};
use super::super::say::no;
use crate::access::Services;
use crate::domain::{Device, DeviceId, DeviceName, OperatorName, Tell};
use crate::event::Event;
use crate::store::{DeviceError, DeviceProof, NewDevice, Revocation};

pub(super) struct New<'a> {
    pub admin: &'a Admin,
    pub caller: &'a Caller,
    pub id: DeviceId,
    pub operator: OperatorName,
    pub name: DeviceName,
}

impl New<'_> {
    /// Stores, journals and puts in force. What is not journaled does not stay.
    pub(super) async fn keep(self, proof: DeviceProof<'_>) -> Result<Device, AdminError> {
        let Self { admin, caller, id, operator, name } = self;
        let services = &admin.services;
        let (at, by) = (services.clock.now(), caller.actor().to_string());
        let new = NewDevice { id, operator: &operator, name, proof, at, by: &by };
        let kept = services.store.devices().enrol(new, services.config.tunnel.devices).await;
        let device = kept.map_err(|error| refused(services, &error))?;
        let event = Event::DeviceEnrolled {
            device: device.id.clone(),
            operator,
            name: device.name.clone(),
            credential: device.credential.to_string(),
            addresses: device.credential.addresses().collect(),
        };
        if let Err(error) = admin.journal(caller, event).await {
            let revocation = Revocation { at, by, reason: "not journaled".into() };
            services.store.devices().revoke(&device.id, &revocation).await?;
            return Err(error.into());
        }
        services.live.update(|standing| standing.enrol(device.clone()));
        Ok(device)
    }
}

fn refused(services: &Services, error: &DeviceError) -> AdminError {
    match error {
        DeviceError::TooMany { operator, limit } => {
            let (operator, limit) = (operator.as_str(), limit.to_string());
            no!(services, Conflict, "vpn.too-many", operator = operator, limit = limit)
        }
        DeviceError::NameTaken { operator, name } => {
            no!(services, Conflict, "vpn.name-taken", operator = operator.as_str(), name = name.as_str())
        }
        DeviceError::Known | DeviceError::Exhausted(_) => {
            AdminError::new(AdminErrorKind::Conflict, error.told(services.language()))
        }
        DeviceError::Store(_) => AdminError::failed(error.clone()),
    }
}
