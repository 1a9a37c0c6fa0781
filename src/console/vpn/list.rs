//! Every device of those whom the caller looks after, and whether it may be used now.

use super::super::out::Out;
use super::super::run::{Caller, Failure};
use super::super::table::aligned;
use super::super::time;
use super::{Reach, expiry, told};
use crate::domain::OperatorName;
use crate::session::Services;
use crate::store::DeviceRow;

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
    let rows = services.store.devices().list(operator.as_ref()).await?;
    if out.json {
        for row in &rows {
            out.line(object(services, row).to_string()).await?;
        }
        return Ok(());
    }
    let cells: Vec<_> = rows.iter().map(|row| cells(services, row)).collect();
    for line in aligned("", &cells) {
        out.line(line).await?;
    }
    Ok(())
}

/// `ready`, or the fixed word for why it may not be used now.
fn state(services: &Services, row: &DeviceRow) -> &'static str {
    let standing = services.live.standing();
    match standing.device(&row.device.id, services.clock.now()) {
        _ if row.revoked.is_some() => "revoked",
        Ok(_) => "ready",
        Err(refused) => refused.as_str(),
    }
}

fn object(services: &Services, row: &DeviceRow) -> serde_json::Value {
    let (device, zone) = (&row.device, &services.config.timezone);
    let (revoked, shown) = (row.revoked.as_ref(), |at| time::shown(at, zone));
    let credential = if device.credential.kind() == "tls" { "fingerprint" } else { "public_key" };
    serde_json::json!({
        "device": device.id, "operator": device.operator, "name": device.name,
        "kind": device.credential.kind(), "addresses": device.credential.addresses().collect::<Vec<_>>(),
        credential: device.credential.to_string(), "state": state(services, row),
        "enrolled": shown(device.enrolled_at), "enrolled_by": row.enrolled_by,
        "expires": expiry(services, &row.device).map(shown), "revoked": revoked.map(|revoked| shown(revoked.at)),
        "revoked_by": revoked.map(|revoked| &revoked.by), "reason": revoked.map(|revoked| &revoked.reason),
    })
}

fn cells(services: &Services, row: &DeviceRow) -> [String; 6] {
    let (device, zone) = (&row.device, &services.config.timezone);
    let addresses: Vec<_> = device.credential.addresses().map(|address| address.to_string()).collect();
    let until = expiry(services, &row.device).map(|until| format!("until {}", time::brief(until, zone)));
    let over = row.revoked.as_ref().map(|over| {
        format!("{} by {} {}", time::brief(over.at, zone), over.by, over.reason).trim_end().to_owned()
    });
    [
        device.id.to_string(),
        format!("{}/{}", device.operator, device.name),
        device.credential.kind().to_owned(),
        addresses.join(","),
        state(services, row).to_owned(),
        over.or(until).unwrap_or_default(),
    ]
}
