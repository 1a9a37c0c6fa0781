//! Ends a device for good. It is out of force before anything is written, and what came through it ends with it.

use super::super::out::Out;
use super::super::run::{Caller, Failure};
use super::Reach;
use crate::domain::Device;
use crate::event::Event;
use crate::session::Services;
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
        Failure(format!("{id} is out of use until the next start only, since that was not stored: {error}"))
    })?;
    let event = Event::DeviceRevoked { device: id.clone(), operator: operator.clone(), reason };
    services.journal(caller.actor(), caller.origin(), event).await?;
    let object = serde_json::json!({ "device": id, "operator": operator, "name": name, "revoked": true });
    Ok(out.record(&object, || format!("{id} ({operator}/{name}) is revoked")).await?)
}

/// The device of this id, or of the caller's own that has this label. What somebody may not look after is, to
/// them, not there.
async fn find(services: &Services, caller: &Caller, named: &str) -> Result<Device, Failure> {
    let reach = Reach::of(services, caller);
    let own = match caller {
        Caller::Operator(who) => Some(who.operator()),
        Caller::Local(_) => None,
    };
    let rows = services.store.devices().list(None).await?;
    let in_use = rows.into_iter().filter(|row| row.revoked.is_none()).map(|row| row.device);
    let meant = |device: &Device| {
        reach.covers(&device.operator)
            && (device.id.as_str() == named || own == Some(&device.operator) && device.name.as_str() == named)
    };
    in_use.into_iter().find(meant).ok_or_else(|| {
        Failure(format!("there is no device {named} to revoke: `vpn list` shows what there is"))
    })
}
