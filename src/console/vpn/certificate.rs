//! A device that comes by TLS: its certificate and key, and by what it knows the gateway, as one file in PEM.

use std::net::IpAddr;

use rust_i18n::t;

use super::super::out::Out;
use super::super::run::Failure;
use super::super::time;
use super::enrol::{Endpoint, New};
use super::told;
use crate::access::Services;
use crate::authority::Issued;
use crate::config::TlsClient;
use crate::domain::{Device, OperatorName, plain};
use crate::store::DeviceProof;

/// The port of the documentation's examples.
const PORT: u16 = 8443;

/// Is there a listener that a certificate is for?
pub(super) fn ready(services: &Services) -> Result<(), Failure> {
    if services.config.listen.tls.is_empty() {
        return Err(told(services, "vpn.tls-off"));
    }
    if services.config.tunnel.tls_client == TlsClient::None {
        return Err(told(services, "vpn.tls-unasked"));
    }
    Ok(())
}

pub(super) async fn enrol(new: New<'_>, out: &Out) -> Result<(), Failure> {
    let (services, from) = (new.services, whole_second(new.services));
    let until = lasts(services, &new.operator, from)?;
    let issued = services.authority.issue(&new.operator, &new.id, &new.name, from, until)?;
    let proof = DeviceProof::Tls { fingerprint: issued.fingerprint, not_after: until };
    let device = new.keep(proof).await?;
    show(services, &device, &issued, until, out).await
}

/// Certificates count in whole seconds.
fn whole_second(services: &Services) -> jiff::Timestamp {
    let now = services.clock.now();
    jiff::Timestamp::from_second(now.as_second()).unwrap_or(now)
}

/// Until when a certificate is good: as configured, and no longer than its operator's account.
fn lasts(
    services: &Services,
    operator: &OperatorName,
    from: jiff::Timestamp,
) -> Result<jiff::Timestamp, Failure> {
    let most = from.checked_add(services.config.tunnel.tls_device.as_duration())?;
    let standing = services.live.standing();
    let account = standing.policy.operator(operator.as_str()).and_then(|account| account.validity.until());
    Ok(account.map_or(most, |until| until.min(most)))
}

async fn show(
    services: &Services,
    device: &Device,
    issued: &Issued,
    until: jiff::Timestamp,
    out: &Out,
) -> Result<(), Failure> {
    let key = issued.key.expose_str().unwrap_or_default();
    if out.json {
        let object = serde_json::json!({
            "device": device.id, "operator": device.operator, "name": device.name,
            "kind": device.credential.kind(), "addresses": [], "fingerprint": issued.fingerprint,
            "expires": time::shown(until, &services.config.timezone),
            "certificate": issued.certificate, "key": key, "ca": issued.authority,
        });
        return Ok(out.line(object.to_string()).await?);
    }
    let heads = heads(services, device);
    out.raw(format!("{heads}{}{key}{}", issued.certificate, issued.authority)).await?;
    Ok(out.error(t!("vpn.once-file", locale = services.language().tag())).await?)
}

/// Comments for whoever opens the file; programs read between the lines of dashes only.
fn heads(services: &Services, device: &Device) -> String {
    let tag = services.language().tag();
    let (operator, name) = (device.operator.to_string(), device.name.to_string());
    let endpoint = endpoint(services);
    let command = login(services, &operator, &format!("{name}.pem"), &endpoint.text);
    let mut lines = vec![
        t!("vpn.head", locale = tag, operator = operator, name = name),
        t!("vpn.login-tls", locale = tag, file = format!("{name}.pem"), command = command),
    ];
    if !endpoint.certain {
        lines.push(t!("vpn.check-endpoint", locale = tag));
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
