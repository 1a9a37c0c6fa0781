//! Every device of those whom the caller looks after, and whether it may be used now.

use rust_i18n::t;

use super::super::out::Out;
use super::super::run::{Caller, Failure};
use super::super::say::say;
use super::super::table::aligned;
use super::super::time;
use super::{Reach, expiry, told};
use crate::access::Services;
use crate::access::live::Seen;
use crate::domain::OperatorName;
use crate::store::{DeviceRow, PAGE, WHOLE, gather};

pub(super) async fn list(
    services: &Services,
    caller: &Caller,
    operator: Option<&str>,
    out: &Out,
) -> Result<(), Failure> {
    let operator = match (operator.map(OperatorName::parse).transpose()?, Reach::of(services, caller)) {
        (operator, Reach::Everybody) => operator,
        (None, Reach::Own(own)) => Some(own),
        (Some(named), Reach::Own(own)) if named == own => Some(own),
        _ => return Err(told(services, "vpn.not-yours")),
    };
    let rows = gather(WHOLE, |after| services.store.devices().list(operator.as_ref(), after, PAGE)).await?;
    if out.json {
        for row in &rows {
            out.line(object(services, row).to_string()).await?;
        }
        return Ok(());
    }
    if rows.is_empty() {
        return Ok(out.line(say!(services, "vpn.none")).await?);
    }
    let cells: Vec<_> = rows.iter().map(|row| cells(services, row)).collect();
    for line in aligned("", &cells) {
        out.line(line).await?;
    }
    for row in &rows {
        warn(services, row, out).await?;
    }
    Ok(())
}

/// `ready`, or the fixed word for why it may not be used now.
fn state(services: &Services, row: &DeviceRow) -> &'static str {
    let standing = services.live.standing();
    match standing.device(&row.device.id, services.clock.decisive()) {
        _ if row.revoked.is_some() => "revoked",
        Ok(_) => "ready",
        Err(refused) => refused.as_str(),
    }
}

/// The same for people.
fn state_told(services: &Services, row: &DeviceRow) -> String {
    match state(services, row) {
        word @ ("ready" | "revoked") => say!(services, format!("vpn.state-{word}")),
        other => other.to_owned(),
    }
}

fn object(services: &Services, row: &DeviceRow) -> serde_json::Value {
    let (device, zone) = (&row.device, &services.config.timezone);
    let (revoked, shown) = (row.revoked.as_ref(), |at| time::shown(at, zone));
    let tunnel = services.live.tunnels().of(&device.id);
    let last = tunnel.as_ref().and_then(|seen| seen.last);
    let credential = if device.credential.kind() == "tls" { "fingerprint" } else { "public_key" };
    serde_json::json!({
        "device": device.id, "operator": device.operator, "name": device.name,
        "kind": device.credential.kind(), "addresses": device.credential.addresses().collect::<Vec<_>>(),
        credential: device.credential.to_string(), "state": state(services, row),
        "tunnel": tunnel.as_ref().map(|seen| if seen.is_up { "up" } else { "down" }),
        "outer": tunnel.as_ref().and_then(|seen| seen.outer),
        "handshake_at": last.map(|last| shown(last.at)), "handshake_dated": last.map(|last| shown(last.dated)),
        "handshake_refused": tunnel.as_ref().and_then(|seen| seen.refused).map(|refused| shown(refused.dated)),
        "clock_ahead": tunnel.as_ref().is_some_and(Seen::is_ahead),
        "enrolled": shown(device.enrolled_at), "enrolled_by": row.enrolled_by,
        "expires": expiry(services, &row.device).map(shown), "revoked": revoked.map(|revoked| shown(revoked.at)),
        "revoked_by": revoked.map(|revoked| &revoked.by), "reason": revoked.map(|revoked| &revoked.reason),
    })
}

/// Where it comes from, and when its last handshake was, by its own clock: that is what the next has to be later than.
fn seen(services: &Services, row: &DeviceRow) -> String {
    let Some(seen) = services.live.tunnels().of(&row.device.id) else { return String::new() };
    let key = if seen.is_up { "vpn.up" } else { "vpn.down" };
    let state = say!(services, key);
    let outer = seen.outer.map(|outer| format!(" {outer}")).unwrap_or_default();
    let dated = seen.last.map(|last| time::told(last.dated, &services.config.timezone));
    let dated = dated.map(|dated| say!(services, "vpn.handshake", dated = dated)).unwrap_or_default();
    format!("{state}{outer}{dated}")
}

/// What stays out because of its own clock, and the mend.
async fn warn(services: &Services, row: &DeviceRow, out: &Out) -> Result<(), Failure> {
    let seen = services.live.tunnels().of(&row.device.id).filter(Seen::is_ahead);
    let Some(last) = seen.and_then(|seen| seen.last).filter(|_| row.revoked.is_none()) else { return Ok(()) };
    let (tag, zone) = (services.language().tag(), &services.config.timezone);
    let (device, dated) = (row.device.id.to_string(), time::told(last.dated, zone));
    Ok(out.error(t!("vpn.clock-ahead", locale = tag, device = device, dated = dated)).await?)
}

fn cells(services: &Services, row: &DeviceRow) -> [String; 7] {
    let (device, zone) = (&row.device, &services.config.timezone);
    let addresses: Vec<_> = device.credential.addresses().map(|address| address.to_string()).collect();
    let until = expiry(services, &row.device)
        .map(|until| say!(services, "vpn.until", until = time::told(until, zone)));
    let over = row.revoked.as_ref().map(|over| {
        let (at, by, reason) = (time::told(over.at, zone), over.by.as_str(), over.reason.as_str());
        say!(services, "vpn.revoked-by", at = at, by = by, reason = reason).trim_end().to_owned()
    });
    [
        device.id.to_string(),
        format!("{}/{}", device.operator, device.name),
        device.credential.kind().to_owned(),
        addresses.join(","),
        state_told(services, row),
        seen(services, row),
        over.or(until).unwrap_or_default(),
    ]
}
