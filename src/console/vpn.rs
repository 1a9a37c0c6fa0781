//! `juyong vpn …`.

use super::input::Input;
use super::operator::cannot_log_in;
use super::readers::{Readers, Told};
use super::say::say;
use super::secrets::qr;
use super::table::aligned;
use super::tree::{Command, Enrol, Vpn};
use crate::access::{Authenticated, Services};
use crate::admin::{
    self, AdminError, DeviceBy, DeviceEntry, EnrolledCertificate, EnrolledDevice, EnrolledTunnel,
    ForgottenHandshake, NewDeviceRequest, RevokedDevice, VpnOutcome, VpnRequest,
};
use crate::domain::{DeviceName, OperatorName};

/// How many rows are asked for at a time.
const ROWS: u32 = 1000;

pub(super) fn request(command: &Vpn, input: Input) -> Result<VpnRequest, AdminError> {
    Ok(match command {
        Vpn::Enrol(command) => VpnRequest::Enrol(enrol(command, input)?),
        Vpn::List { operator } => {
            let operator = operator.as_deref().map(OperatorName::parse).transpose()?;
            VpnRequest::List { operator, after: None, limit: ROWS }
        }
        Vpn::Forget { device, reason } => {
            VpnRequest::Forget { device: device.clone(), reason: reason.clone() }
        }
        Vpn::Revoke { device, reason } => {
            VpnRequest::Revoke { device: device.clone(), reason: reason.clone() }
        }
    })
}

fn enrol(command: &Enrol, input: Input) -> Result<NewDeviceRequest, AdminError> {
    let Enrol { name, device, public_key, tls, .. } = command;
    Ok(NewDeviceRequest {
        operator: name.as_deref().map(OperatorName::parse).transpose()?,
        label: device.as_deref().map(DeviceName::parse).transpose()?,
        by: match tls {
            true => DeviceBy::Certificate,
            false => DeviceBy::Tunnel { public_key: public_key.clone() },
        },
        code: input.stdin,
    })
}

/// Whether this command takes a fresh code.
pub(super) fn wants_code(services: &Services, who: &Authenticated, command: &Command) -> bool {
    matches!(command, Command::Vpn(Vpn::Enrol(_))) && admin::takes_code(services, who)
}

pub(super) fn told(outcome: &VpnOutcome, readers: Readers) -> Vec<Told> {
    match outcome {
        VpnOutcome::Enrolled(EnrolledDevice::Certificate(enrolled)) => certificate(enrolled, readers),
        VpnOutcome::Enrolled(EnrolledDevice::Tunnel(enrolled)) => tunnel(enrolled, readers),
        VpnOutcome::List(page) => list(&page.rows, readers),
        VpnOutcome::Forgotten(forgotten) => {
            let ForgottenHandshake { device, operator, name, handshake_dated, .. } = forgotten;
            let name = format!("{device} ({operator}/{name})");
            vec![Told::Line(say!(readers, "vpn.forgotten", name = name, dated = handshake_dated.shown()))]
        }
        VpnOutcome::Revoked(RevokedDevice { device, operator, name, .. }) => {
            let name = format!("{device} ({operator}/{name})");
            vec![Told::Line(say!(readers, "vpn.revoked", name = name))]
        }
    }
}

/// A device alone lets nobody in: whoever enrols one hears what is missing.
pub(super) fn warned(outcome: &VpnOutcome, readers: Readers) -> Option<String> {
    let (operator, lacking) = match outcome {
        VpnOutcome::Enrolled(EnrolledDevice::Certificate(enrolled)) => {
            (&enrolled.operator, &enrolled.lacking)
        }
        VpnOutcome::Enrolled(EnrolledDevice::Tunnel(enrolled)) => (&enrolled.operator, &enrolled.lacking),
        _ => return None,
    };
    (!lacking.is_empty()).then(|| cannot_log_in(operator, lacking, readers.language()))
}

fn certificate(enrolled: &EnrolledCertificate, readers: Readers) -> Vec<Told> {
    let EnrolledCertificate { comments, certificate, key, ca, .. } = enrolled;
    let file = format!("{comments}{certificate}{}{ca}", key.expose());
    vec![Told::Raw(file), Told::Error(say!(readers, "vpn.once-file"))]
}

/// What is scanned stands beside the file, so that the file can be kept as it comes.
fn tunnel(enrolled: &EnrolledTunnel, readers: Readers) -> Vec<Told> {
    let mut told = vec![Told::Raw(enrolled.config.expose().to_owned())];
    if let Some(file) = &enrolled.to_scan {
        told.extend(qr(file.expose()).ok().map(Told::Error));
        told.push(Told::Error(say!(readers, "vpn.once")));
    }
    told
}

pub(super) fn list(rows: &[DeviceEntry], readers: Readers) -> Vec<Told> {
    let cells: Vec<_> = rows.iter().map(|row| cells(row, readers)).collect();
    let lines = aligned("", &cells).into_iter().map(Told::Line);
    lines.chain(rows.iter().filter_map(|row| warning(row, readers))).collect()
}

fn cells(row: &DeviceEntry, readers: Readers) -> [String; 7] {
    let addresses: Vec<_> = row.addresses.iter().map(ToString::to_string).collect();
    let until = row.expires.as_ref().map(|until| say!(readers, "vpn.until", until = until.told()));
    let over = row.revoked.as_ref().map(|at| {
        let word = |word: &Option<String>| word.clone().unwrap_or_default();
        let (by, reason) = (word(&row.revoked_by), word(&row.reason));
        say!(readers, "vpn.revoked-by", at = at.told(), by = by, reason = reason).trim_end().to_owned()
    });
    [
        row.device.to_string(),
        format!("{}/{}", row.operator, row.name),
        row.kind.to_owned(),
        addresses.join(","),
        state(row, readers),
        seen(row, readers),
        over.or(until).unwrap_or_default(),
    ]
}

fn state(row: &DeviceEntry, readers: Readers) -> String {
    match row.state {
        word @ ("ready" | "revoked") => say!(readers, format!("vpn.state-{word}")),
        other => other.to_owned(),
    }
}

/// Where it comes from, and when its last handshake was, by its own clock: that is what the next has to be later than.
fn seen(row: &DeviceEntry, readers: Readers) -> String {
    let state = match row.tunnel {
        Some("up") => say!(readers, "vpn.up"),
        Some(_) => say!(readers, "vpn.down"),
        None => return String::new(),
    };
    let outer = row.outer.map(|outer| format!(" {outer}")).unwrap_or_default();
    let dated =
        row.handshake_dated.as_ref().map(|dated| say!(readers, "vpn.handshake", dated = dated.told()));
    format!("{state}{outer}{}", dated.unwrap_or_default())
}

/// What stays out because of its own clock, and the mend.
fn warning(row: &DeviceEntry, readers: Readers) -> Option<Told> {
    let dated = row.handshake_dated.as_ref().filter(|_| row.clock_ahead && row.revoked.is_none())?;
    let device = row.device.as_str();
    Some(Told::Error(say!(readers, "vpn.clock-ahead", device = device, dated = dated.told())))
}
