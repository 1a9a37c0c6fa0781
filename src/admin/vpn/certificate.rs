//! A device that comes by TLS: its certificate and key, and by what it knows the gateway, as one file in PEM.

use std::net::IpAddr;

use jiff::Timestamp;
use serde::Serialize;

use super::super::account::lacking;
use super::super::endpoint::Endpoint;
use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::super::once::ToldOnce;
use super::super::say::{no, say};
use super::new::New;
use crate::access::Services;
use crate::auth::Factors;
use crate::config::TlsClient;
use crate::domain::{Device, DeviceId, DeviceName, Digest, OperatorName, plain};
use crate::store::DeviceProof;

/// The port of the documentation's examples.
const PORT: u16 = 8443;

/// A device with its certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EnrolledCertificate {
    pub device: DeviceId,
    pub operator: OperatorName,
    pub name: DeviceName,
    pub kind: &'static str,
    pub addresses: [IpAddr; 0],
    pub fingerprint: Digest,
    pub expires: LocalTime,
    /// PEM, like the next two.
    pub certificate: String,
    pub key: ToldOnce,
    /// What the device knows the gateway by.
    pub ca: String,
    /// For whoever opens the file: programs read between the lines of dashes only.
    #[serde(skip)]
    pub comments: String,
    /// What the account lacks for a login: a device alone lets nobody in.
    #[serde(skip)]
    pub lacking: Vec<Factors>,
}

/// Is there a listener that a certificate is for?
pub(super) fn ready(services: &Services) -> Result<(), AdminError> {
    if services.config.listen.tls.is_empty() {
        return Err(no!(services, Conflict, "vpn.tls-off"));
    }
    if services.config.tunnel.tls_client == TlsClient::None {
        return Err(no!(services, Conflict, "vpn.tls-unasked"));
    }
    Ok(())
}

pub(super) async fn enrol(new: New<'_>) -> Result<EnrolledCertificate, AdminError> {
    let services = &new.admin.services;
    let from = whole_second(services);
    let until = lasts(services, &new.operator, from)?;
    let issued = services.authority.issue(&new.operator, &new.id, &new.name, from, until);
    let issued = issued.map_err(AdminError::failed)?;
    let fingerprint = issued.fingerprint;
    let device = new.keep(DeviceProof::Tls { fingerprint, not_after: until }).await?;
    let comments = comments(services, &device);
    let lacking = lacking(services, &device.operator).await?;
    Ok(EnrolledCertificate {
        kind: device.credential.kind(),
        device: device.id,
        operator: device.operator,
        name: device.name,
        addresses: [],
        fingerprint,
        expires: LocalTime::of(services, until),
        certificate: issued.certificate,
        key: ToldOnce::new(issued.key.expose_str().unwrap_or_default()),
        ca: issued.authority,
        comments,
        lacking,
    })
}

/// Certificates count in whole seconds.
fn whole_second(services: &Services) -> Timestamp {
    let now = services.clock.now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// Until when a certificate is good: as configured, and no longer than its operator's account.
fn lasts(services: &Services, operator: &OperatorName, from: Timestamp) -> Result<Timestamp, AdminError> {
    let most = from.checked_add(services.config.tunnel.tls_device.as_duration());
    let most = most.map_err(AdminError::internal)?;
    let standing = services.live.standing();
    let account = standing.policy.operator(operator.as_str()).and_then(|account| account.validity.until());
    Ok(account.map_or(most, |until| until.min(most)))
}

fn comments(services: &Services, device: &Device) -> String {
    let (operator, name) = (device.operator.as_str(), device.name.as_str());
    let (endpoint, file) = (endpoint(services), format!("{name}.pem"));
    let command = login(services, operator, &file, &endpoint.text);
    let mut lines = vec![
        say!(services, "vpn.head", operator = operator, name = name),
        say!(services, "vpn.login-tls", file = file, command = command),
    ];
    if !endpoint.certain {
        lines.push(say!(services, "vpn.check-endpoint"));
    }
    lines.iter().map(|line| format!("# {}\n", plain(line))).collect()
}

/// The host that tunnels go to, if one is configured; the port is the TLS listener's.
fn endpoint(services: &Services) -> Endpoint {
    let listeners = &services.config.listen.tls;
    let host = services.config.tunnel.endpoint.as_ref().and_then(|text| text.rsplit_once(':'));
    match (host, listeners.first()) {
        (Some((host, _)), Some(first)) => {
            Endpoint { text: format!("{host}:{}", first.port()), certain: true }
        }
        _ => Endpoint::of(listeners, PORT),
    }
}

/// A configured certificate is known by what the system trusts, and is held to its name.
fn login(services: &Services, operator: &str, file: &str, endpoint: &str) -> String {
    let host = endpoint.rsplit_once(':').map_or(endpoint, |(host, _)| host);
    let host = host.trim_matches(['[', ']']);
    let known_by = match services.config.tunnel.tls_server {
        None => format!("-CAfile {file}"),
        Some(_) if host.parse::<IpAddr>().is_ok() => format!("-verify_ip {host}"),
        Some(_) => format!("-verify_hostname {host}"),
    };
    format!(
        "ssh -o ProxyCommand='openssl s_client -quiet -verify_return_error {known_by} -cert {file} -key {file} \
         -connect {endpoint}' {operator}@{host}"
    )
}
