//! Ends a device for good. It is out of force before anything is written, and what came through it ends with it.

use rust_i18n::t;

use super::super::out::Out;
use super::super::run::{Caller, Failure};
use super::find;
use crate::access::Services;
use crate::domain::Device;
use crate::event::Event;
use crate::store::Revocation;

pub(super) async fn revoke(
    services: &Services,
    caller: &Caller,
    named: &str,
    reason: &str,
    out: &Out,
) -> Result<(), Failure> {
    let Device { id, operator, name, .. } = find(services, caller, named).await?;
    let reason = reason.to_owned();
    services.live.update(|standing| standing.revoke(&id));
    let (at, by) = (services.clock.now(), caller.actor().to_string());
    let revocation = Revocation { at, by, reason: reason.clone() };
    services.store.devices().revoke(&id, &revocation).await.map_err(|error| {
        let (device, error, tag) = (id.to_string(), error.to_string(), services.language().tag());
        Failure(t!("vpn.unstored", locale = tag, device = device, error = error).into_owned())
    })?;
    let event = Event::DeviceRevoked { device: id.clone(), operator: operator.clone(), reason };
    services.journal(caller.actor(), caller.origin(), event).await?;
    let object = serde_json::json!({ "device": id, "operator": operator, "name": name, "revoked": true });
    let (tag, name) = (services.language().tag(), format!("{id} ({operator}/{name})"));
    Ok(out.record(&object, || t!("vpn.revoked", locale = tag, name = name).into_owned()).await?)
}
