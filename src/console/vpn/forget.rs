//! Forgets a device's last handshake, so that one whose clock was ahead gets in again. The tunnel then asks it to be of
//! now: what was recorded before stays out.

use rust_i18n::t;

use super::super::out::Out;
use super::super::run::{Caller, Failure};
use super::super::time;
use super::{Reach, find, told, told_of};
use crate::access::Services;
use crate::domain::Device;
use crate::event::Event;

pub(super) async fn forget(
    services: &Services,
    caller: &Caller,
    named: &str,
    reason: &str,
    out: &Out,
) -> Result<(), Failure> {
    if Reach::of(services, caller) != Reach::Everybody {
        return Err(told(services, "vpn.forget-role"));
    }
    let Device { id, operator, name, .. } = find(services, caller, named).await?;
    let tunnels = services.live.tunnels();
    let Some(last) = tunnels.of(&id).and_then(|seen| seen.last) else {
        return Err(told_of(services, "vpn.nothing-to-forget", id.as_str()));
    };
    let (reason, dated) = (reason.to_owned(), last.dated);
    let event = Event::TunnelForgotten { device: id.clone(), operator: operator.clone(), dated, reason };
    services.journal(caller.actor(), caller.origin(), event).await?;
    tunnels.forget(&id, services.clock.now());
    let shown = time::shown(dated, &services.config.timezone);
    let object = serde_json::json!({
        "device": id, "operator": operator, "name": name, "forgotten": true, "handshake_dated": shown,
    });
    let (tag, name) = (services.language().tag(), format!("{id} ({operator}/{name})"));
    let text = || t!("vpn.forgotten", locale = tag, name = name, dated = shown).into_owned();
    Ok(out.record(&object, text).await?)
}
