//! A device that comes through the tunnel: its client file.

use std::net::IpAddr;

use serde::Serialize;
use zeroize::Zeroizing;

use super::super::account::lacking;
use super::super::endpoint::Endpoint;
use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::super::once::ToldOnce;
use super::super::say::{no, say};
use super::client::ClientFile;
use super::new::New;
use super::reach::expiry;
use crate::access::Services;
use crate::auth::Factors;
use crate::device::Pool;
use crate::domain::{Device, DeviceId, DeviceName, OperatorName, WireguardKey, plain};
use crate::platform::key_pair::KeyPair;
use crate::store::DeviceProof;

/// The port that WireGuard's documentation uses.
const PORT: u16 = 51820;

/// A device with its client file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EnrolledTunnel {
    pub device: DeviceId,
    pub operator: OperatorName,
    pub name: DeviceName,
    pub kind: &'static str,
    pub addresses: Vec<IpAddr>,
    pub public_key: String,
    pub expires: Option<LocalTime>,
    /// The client file, with comments for whoever opens it.
    pub config: ToldOnce,
    /// The same without them, for a phone to scan: only where the key was drawn here.
    #[serde(skip)]
    pub to_scan: Option<ToldOnce>,
    /// What the account lacks for a login: a device alone lets nobody in.
    #[serde(skip)]
    pub lacking: Vec<Factors>,
}

/// The device's key; its private half only if it was drawn here.
pub(super) struct Pair {
    public: WireguardKey,
    private: Option<Zeroizing<String>>,
    gateway: WireguardKey,
}

impl Pair {
    /// As the device made it, or drawn.
    pub(super) fn of(services: &Services, given: Option<&str>) -> Result<Self, AdminError> {
        let Some(own) = &services.wireguard else { return Err(no!(services, Conflict, "vpn.no-tunnel")) };
        let gateway = own.public();
        if let Some(text) = given {
            return Ok(Self { public: public_key(services, own, text)?, private: None, gateway });
        }
        let pair = KeyPair::draw()?;
        Ok(Self { public: pair.public(), private: Some(pair.private_text()), gateway })
    }
}

/// The key that a device made itself.
fn public_key(services: &Services, own: &KeyPair, text: &str) -> Result<WireguardKey, AdminError> {
    let key: WireguardKey = text.parse().map_err(|_| no!(services, Invalid, "vpn.key-malformed"))?;
    if key == own.public() {
        return Err(no!(services, Invalid, "vpn.key-own"));
    }
    if own.is_void(&key) {
        return Err(no!(services, Invalid, "vpn.key-void"));
    }
    Ok(key)
}

pub(super) async fn enrol(new: New<'_>, pair: Pair) -> Result<EnrolledTunnel, AdminError> {
    let services = &new.admin.services;
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
    let lacking = lacking(services, &device.operator).await?;
    Ok(EnrolledTunnel { lacking, ..enrolled(services, device, file, endpoint.certain) })
}

fn enrolled(services: &Services, device: Device, file: ClientFile, certain: bool) -> EnrolledTunnel {
    let text = file.text();
    EnrolledTunnel {
        kind: device.credential.kind(),
        public_key: device.credential.to_string(),
        expires: expiry(services, &device).map(|until| LocalTime::of(services, until)),
        config: ToldOnce::new(comments(services, &device, &file, certain) + &text),
        to_scan: file.private.is_some().then(|| ToldOnce::new(text)),
        lacking: Vec::new(),
        addresses: file.addresses,
        device: device.id,
        operator: device.operator,
        name: device.name,
    }
}

/// For whoever opens the file.
fn comments(services: &Services, device: &Device, file: &ClientFile, certain: bool) -> String {
    let (operator, name) = (device.operator.as_str(), device.name.as_str());
    let mut lines = vec![say!(services, "vpn.head", operator = operator, name = name)];
    if let Some(address) = file.gateway.first() {
        let command = login(operator, *address, services.config.tunnel.port);
        lines.push(say!(services, "vpn.login", command = command));
    }
    if file.private.is_none() {
        lines.push(say!(services, "vpn.own-key"));
    }
    if !certain {
        lines.push(say!(services, "vpn.check-endpoint"));
    }
    lines.iter().map(|line| format!("# {}\n", plain(line))).collect()
}

fn login(operator: &str, address: IpAddr, port: u16) -> String {
    match port {
        22 => format!("ssh {operator}@{address}"),
        port => format!("ssh -p {port} {operator}@{address}"),
    }
}
