//! A device that comes through the tunnel: its client file, and the code that a phone scans.

use std::net::IpAddr;

use rust_i18n::t;
use zeroize::Zeroizing;

use super::super::out::Out;
use super::super::run::Failure;
use super::super::secrets::qr;
use super::super::time;
use super::client::ClientFile;
use super::enrol::{Endpoint, New};
use super::{expiry, told};
use crate::access::Services;
use crate::device::Pool;
use crate::domain::{Device, WireguardKey, plain};
use crate::platform::key_pair::KeyPair;
use crate::store::DeviceProof;

/// The port that WireGuard's documentation uses.
const PORT: u16 = 51820;

/// The device's key; its private half only if it was drawn here.
pub(super) struct Pair {
    public: WireguardKey,
    private: Option<Zeroizing<String>>,
    gateway: WireguardKey,
}

impl Pair {
    /// As the device made it, or drawn.
    pub(super) fn of(services: &Services, given: Option<&str>) -> Result<Self, Failure> {
        let Some(own) = &services.wireguard else { return Err(told(services, "vpn.no-tunnel")) };
        let gateway = own.public();
        if let Some(text) = given {
            return Ok(Self { public: public_key(services, own, text)?, private: None, gateway });
        }
        let pair = KeyPair::draw()?;
        Ok(Self { public: pair.public(), private: Some(pair.private_text()), gateway })
    }
}

/// The key that a device made itself.
fn public_key(services: &Services, own: &KeyPair, text: &str) -> Result<WireguardKey, Failure> {
    let key: WireguardKey = text.parse().map_err(|_| told(services, "vpn.key-malformed"))?;
    if key == own.public() {
        return Err(told(services, "vpn.key-own"));
    }
    if own.is_void(&key) {
        return Err(told(services, "vpn.key-void"));
    }
    Ok(key)
}

pub(super) async fn enrol(new: New<'_>, pair: Pair, out: &Out) -> Result<(), Failure> {
    let services = new.services;
    let pool = Pool::new(&services.config.tunnel.pool);
    let device = new.keep(DeviceProof::Wireguard { key: pair.public, pool: &pool }).await?;
    let configured = services.config.tunnel.endpoint.clone();
    let endpoint = match configured {
        Some(text) => Endpoint { text, certain: true },
        None => Endpoint::of(&services.config.listen.wireguard, PORT),
    };
    let file = ClientFile {
        private: pair.private,
        addresses: device.credential.addresses().collect(),
        gateway_key: pair.gateway,
        gateway: pool.gateway().iter().collect(),
        endpoint: endpoint.text,
    };
    show(services, &device, &file, endpoint.certain, out).await
}

async fn show(
    services: &Services,
    device: &Device,
    file: &ClientFile,
    certain: bool,
    out: &Out,
) -> Result<(), Failure> {
    let text = format!("{}{}", heads(services, device, file, certain), file.text());
    if out.json {
        let expires = expiry(services, device).map(|until| time::shown(until, &services.config.timezone));
        let object = serde_json::json!({
            "device": device.id, "operator": device.operator, "name": device.name,
            "kind": device.credential.kind(), "addresses": file.addresses,
            "public_key": device.credential.to_string(), "expires": expires, "config": text,
        });
        return Ok(out.line(object.to_string()).await?);
    }
    out.raw(text).await?;
    if file.private.is_some() {
        // Beside the file, so that the file can be kept as it comes.
        out.error(qr(&file.text())?).await?;
        out.error(t!("vpn.once", locale = services.language().tag())).await?;
    }
    Ok(())
}

/// Comments for whoever opens the file.
fn heads(services: &Services, device: &Device, file: &ClientFile, certain: bool) -> String {
    let tag = services.language().tag();
    let (operator, name) = (device.operator.to_string(), device.name.to_string());
    let mut lines = vec![t!("vpn.head", locale = tag, operator = operator, name = name)];
    if let Some(address) = file.gateway.first() {
        let command = login(&operator, *address, services.config.tunnel.port);
        lines.push(t!("vpn.login", locale = tag, command = command));
    }
    if file.private.is_none() {
        lines.push(t!("vpn.own-key", locale = tag));
    }
    if !certain {
        lines.push(t!("vpn.check-endpoint", locale = tag));
    }
    lines.iter().map(|line| format!("# {}\n", plain(line))).collect()
}

fn login(operator: &str, address: IpAddr, port: u16) -> String {
    match port {
        22 => format!("ssh {operator}@{address}"),
        port => format!("ssh -p {port} {operator}@{address}"),
    }
}
