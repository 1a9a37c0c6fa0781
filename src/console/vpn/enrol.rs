//! Enrols a device. What is secret of it is drawn here, shown once and kept nowhere.

use std::net::{IpAddr, SocketAddr};

use rust_i18n::t;

use super::super::operator::known;
use super::super::out::Out;
use super::super::run::{Caller, Failure, Input};
use super::super::time;
use super::super::tree::Enrol;
use super::Reach;
use super::client::ClientFile;
use crate::device::Pool;
use crate::domain::{Device, DeviceId, DeviceName, OperatorName, WireguardKey};
use crate::event::Event;
use crate::keypair::KeyPair;
use crate::session::{Services, fresh_code};
use crate::store::{DeviceError, NewDevice, Proof, Revocation};

pub(super) async fn enrol(
    services: &Services,
    caller: &Caller,
    order: &Enrol,
    input: Input,
    out: &Out,
) -> Result<(), Failure> {
    let operator = whose(services, caller, order.name.as_deref())?;
    let name = label(services, &operator, order.device.as_deref())?;
    if order.tls {
        return Err(Failure("this version gives no certificates to devices: leave --tls out".into()));
    }
    let Some(own) = &services.wireguard else {
        let mend = "set wireguard = \"[::]:51820\" in [listen] and start the gateway anew";
        return Err(Failure(format!("no tunnel ends here: {mend}")));
    };
    let (key, private) = match &order.public_key {
        Some(text) => (public_key(own, text)?, None),
        None => {
            let pair = KeyPair::draw()?;
            (pair.public(), Some(pair.private_text()))
        }
    };
    prove(services, caller, input).await?;
    let pool = Pool::new(&services.config.tunnel.pool);
    let device = keep(services, caller, operator, name, Proof::Wireguard { key, pool: &pool }).await?;
    let (endpoint, certain) = endpoint(services);
    let file = ClientFile {
        private,
        addresses: device.credential.addresses().collect(),
        gateway_key: own.public(),
        gateway: pool.gateway().iter().collect(),
        endpoint,
    };
    show(services, &device, &file, certain, out).await
}

/// Whose device it will be: an account that may be used, now or later.
fn whose(services: &Services, caller: &Caller, name: Option<&str>) -> Result<OperatorName, Failure> {
    let name = match (name, caller) {
        (Some(name), _) => OperatorName::parse(name)?,
        (None, Caller::Operator(who)) => who.operator().clone(),
        (None, Caller::Local(_)) => return Err(Failure("name the operator: vpn enrol NAME".into())),
    };
    if !Reach::of(services, caller).covers(&name) {
        return Err(told(services, "vpn.not-yours"));
    }
    let (name, standing) = (known(services, name.as_str())?, services.live.standing());
    let account = standing.policy.operator(name.as_str());
    let over = |until| until <= services.clock.now();
    match account {
        Some(account) if account.disabled || standing.disabled.contains_key(&name) => {
            Err(Failure(format!("{name} is disabled: enable the account first")))
        }
        Some(account) if account.validity.until().is_some_and(over) => {
            Err(Failure(format!("{name} is not valid any more: change `valid` in the policy first")))
        }
        _ => Ok(name),
    }
}

fn told(services: &Services, key: &str) -> Failure {
    Failure(t!(key, locale = services.language().tag()).into_owned())
}

/// What it is called: as given, or the first of `device-1`, `device-2` … that the operator does not use.
fn label(services: &Services, operator: &OperatorName, given: Option<&str>) -> Result<DeviceName, Failure> {
    if let Some(given) = given {
        return Ok(DeviceName::parse(given)?);
    }
    let standing = services.live.standing();
    let used = |name: &String| standing.devices.of(operator).any(|device| device.name.as_str() == name);
    let free = (1..).map(|number: u32| format!("device-{number}")).find(|name| !used(name));
    Ok(DeviceName::parse(&free.unwrap_or_default())?)
}

/// The key that a device made itself.
fn public_key(own: &KeyPair, text: &str) -> Result<WireguardKey, Failure> {
    let key: WireguardKey = text.parse()?;
    if key == own.public() {
        return Err(Failure("this is the gateway's own key: give the device's".into()));
    }
    if own.is_void(&key) {
        return Err(Failure(
            "this key proves nothing, since anybody can use it: make one by `wg genkey`".into(),
        ));
    }
    Ok(key)
}

/// Who enrols for themself gives a fresh code.
async fn prove(services: &Services, caller: &Caller, input: Input) -> Result<(), Failure> {
    let (Caller::Operator(who), Reach::Own(_)) = (caller, Reach::of(services, caller)) else { return Ok(()) };
    let Some(code) = input.stdin.filter(|code| !code.is_empty()) else {
        return Err(told(services, "vpn.code-missing"));
    };
    fresh_code(services, who, &code, "vpn enrol").await.map_err(|reason| match reason {
        "locked" => told(services, "vpn.code-locked"),
        "no-code" => told(services, "vpn.code-none"),
        _ => told(services, "vpn.code-wrong"),
    })
}

/// Stores, journals and puts in force. What is not journaled does not stay.
async fn keep(
    services: &Services,
    caller: &Caller,
    operator: OperatorName,
    name: DeviceName,
    proof: Proof<'_>,
) -> Result<Device, Failure> {
    let (at, by) = (services.clock.now(), caller.actor().to_string());
    let id = DeviceId::new(u64::try_from(at.as_millisecond()).unwrap_or_default(), crate::chance::chance()?);
    let new = NewDevice { id, operator: &operator, name, proof, at, by: &by };
    let kept = services.store.devices().enrol(new, services.config.tunnel.devices).await;
    let device = kept.map_err(|error| refused(services, error))?;
    let event = Event::DeviceEnrolled {
        device: device.id.clone(),
        operator,
        name: device.name.clone(),
        credential: device.credential.to_string(),
        addresses: device.credential.addresses().collect(),
    };
    if let Err(error) = services.journal(caller.actor(), caller.origin(), event).await {
        let revocation = Revocation { at, by, reason: "not journaled".into() };
        services.store.devices().revoke(&device.id, &revocation).await?;
        return Err(error.into());
    }
    services.live.update(|standing| standing.enrol(device.clone()));
    Ok(device)
}

fn refused(services: &Services, error: DeviceError) -> Failure {
    let tag = services.language().tag();
    match &error {
        DeviceError::TooMany { operator, limit } => {
            let (operator, limit) = (operator.to_string(), limit.to_string());
            Failure(t!("vpn.too-many", locale = tag, operator = operator, limit = limit).into_owned())
        }
        DeviceError::NameTaken { operator, name } => {
            let (operator, name) = (operator.to_string(), name.to_string());
            Failure(t!("vpn.name-taken", locale = tag, operator = operator, name = name).into_owned())
        }
        _ => error.into(),
    }
}

/// How clients reach the gateway, and whether that is known.
fn endpoint(services: &Services) -> (String, bool) {
    let specific = |address: &&SocketAddr| !address.ip().is_unspecified();
    let listen = &services.config.listen.wireguard;
    match (&services.config.tunnel.endpoint, listen.iter().find(specific)) {
        (Some(endpoint), _) => (endpoint.clone(), true),
        (None, Some(address)) => (address.to_string(), true),
        (None, None) => {
            let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
            (format!("{host}:{}", listen.first().map_or(51820, SocketAddr::port)), false)
        }
    }
}

async fn show(
    services: &Services,
    device: &Device,
    file: &ClientFile,
    certain: bool,
    out: &Out,
) -> Result<(), Failure> {
    let (tag, zone) = (services.language().tag(), &services.config.timezone);
    let heads = heads(services, device, file, certain);
    let text = format!("{heads}{}", file.text());
    if out.json {
        let standing = services.live.standing();
        let until = standing.policy.operator(device.operator.as_str()).and_then(|o| o.validity.until());
        let object = serde_json::json!({
            "device": device.id, "operator": device.operator, "name": device.name,
            "kind": device.credential.kind(), "addresses": file.addresses,
            "public_key": device.credential.to_string(),
            "expires": until.map(|until| time::shown(until, zone)), "config": text,
        });
        return Ok(out.line(object.to_string()).await?);
    }
    out.bytes(text).await?;
    if file.private.is_some() {
        // Beside the file, so that the file can be kept as it comes.
        out.error(super::super::secrets::qr(&file.text())?).await?;
        out.error(t!("vpn.once", locale = tag)).await?;
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
    lines.iter().map(|line| format!("# {line}\n")).collect()
}

fn login(operator: &str, address: IpAddr, port: u16) -> String {
    match port {
        22 => format!("ssh {operator}@{address}"),
        port => format!("ssh -p {port} {operator}@{address}"),
    }
}
