//! Every device of those whom the caller looks after, and whether it may be used now.

use std::net::{IpAddr, SocketAddr};

use jiff::Timestamp;
use serde::Serialize;

use super::super::caller::Caller;
use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::super::page::Page;
use super::super::say::no;
use super::reach::{Reach, expiry};
use crate::access::Services;
use crate::access::live::Seen;
use crate::domain::{DeviceId, DeviceName, OperatorName};
use crate::store::DeviceRow;

/// A device, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceEntry {
    pub device: DeviceId,
    pub operator: OperatorName,
    pub name: DeviceName,
    pub kind: &'static str,
    pub addresses: Vec<IpAddr>,
    /// Of a certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Of a tunnel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_key: Option<String>,
    /// `ready`, or the fixed word for why it may not be used now.
    pub state: &'static str,
    /// `up` or `down`, of one that was seen.
    pub tunnel: Option<&'static str>,
    pub outer: Option<SocketAddr>,
    pub handshake_at: Option<LocalTime>,
    /// By the device's own clock: the next one has to be later.
    pub handshake_dated: Option<LocalTime>,
    pub handshake_refused: Option<LocalTime>,
    /// It stays out because of its own clock, now or soon.
    pub clock_ahead: bool,
    pub enrolled: LocalTime,
    pub enrolled_by: String,
    pub expires: Option<LocalTime>,
    pub revoked: Option<LocalTime>,
    pub revoked_by: Option<String>,
    pub reason: Option<String>,
}

/// Where a page of devices ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceCursor {
    pub enrolled: Timestamp,
    pub device: DeviceId,
}

pub(in crate::admin) async fn list(
    services: &Services,
    caller: &Caller,
    operator: Option<OperatorName>,
    after: Option<DeviceCursor>,
    limit: u32,
) -> Result<Page<DeviceEntry, DeviceCursor>, AdminError> {
    let operator = match (operator, Reach::of(services, caller)) {
        (operator, Reach::Everybody) => operator,
        (None, Reach::Own(own)) => Some(own),
        (Some(named), Reach::Own(own)) if named == own => Some(own),
        _ => return Err(no!(services, Refused, "vpn.not-yours")),
    };
    let after = after.map(|DeviceCursor { enrolled, device }| (enrolled, device));
    let rows = services.store.devices().list(operator.as_ref(), after, limit.saturating_add(1)).await?;
    let Page { rows, next } = Page::cut(rows, limit, |row: &DeviceRow| DeviceCursor {
        enrolled: row.device.enrolled_at,
        device: row.device.id.clone(),
    });
    Ok(Page { rows: rows.into_iter().map(|row| entry(services, row)).collect(), next })
}

fn state(services: &Services, row: &DeviceRow) -> &'static str {
    let standing = services.live.standing();
    match standing.device(&row.device.id, services.clock.decisive()) {
        _ if row.revoked.is_some() => "revoked",
        Ok(_) => "ready",
        Err(refused) => refused.as_str(),
    }
}

fn entry(services: &Services, row: DeviceRow) -> DeviceEntry {
    let shown = |at| LocalTime::of(services, at);
    let (state, expires) = (state(services, &row), expiry(services, &row.device).map(shown));
    let DeviceRow { device, enrolled_by, revoked } = row;
    let seen = services.live.tunnels().of(&device.id);
    let last = seen.as_ref().and_then(|seen| seen.last);
    let (kind, credential) = (device.credential.kind(), device.credential.to_string());
    let (fingerprint, public_key) =
        if kind == "tls" { (Some(credential), None) } else { (None, Some(credential)) };
    let (at, by, reason) = match revoked {
        Some(revoked) => (Some(shown(revoked.at)), Some(revoked.by), Some(revoked.reason)),
        None => (None, None, None),
    };
    DeviceEntry {
        kind,
        addresses: device.credential.addresses().collect(),
        fingerprint,
        public_key,
        state,
        tunnel: seen.as_ref().map(|seen| if seen.is_up { "up" } else { "down" }),
        outer: seen.as_ref().and_then(|seen| seen.outer),
        handshake_at: last.map(|last| shown(last.at)),
        handshake_dated: last.map(|last| shown(last.dated)),
        handshake_refused: seen.as_ref().and_then(|seen| seen.refused).map(|refused| shown(refused.dated)),
        clock_ahead: seen.as_ref().is_some_and(Seen::is_ahead),
        enrolled: shown(device.enrolled_at),
        enrolled_by,
        expires,
        revoked: at,
        revoked_by: by,
        reason,
        device: device.id,
        operator: device.operator,
        name: device.name,
    }
}
