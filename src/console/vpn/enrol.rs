//! Enrols a device. What is secret of it is drawn here, shown once and kept nowhere.

use std::net::SocketAddr;

use rust_i18n::t;

use super::super::operator::{known, tell_lacking};
use super::super::out::Out;
use super::super::run::{Caller, Failure, Input};
use super::super::tree::Enrol;
use super::{Reach, certificate, told, told_of, tunnel};
use crate::access::{Services, fresh_code};
use crate::domain::{Device, DeviceId, DeviceName, OperatorName};
use crate::event::Event;
use crate::store::{DeviceError, DeviceProof, NewDevice, Revocation};

pub(super) async fn enrol(
    services: &Services,
    caller: &Caller,
    order: &Enrol,
    input: Input,
    out: &Out,
) -> Result<(), Failure> {
    let operator = whose(services, caller, order.name.as_deref())?;
    let name = label(services, &operator, order.device.as_deref())?;
    let id = DeviceId::new(millis(services), crate::platform::random::bits()?);
    let new = New { services, caller, id, operator: operator.clone(), name };
    if order.tls {
        certificate::ready(services)?;
        prove(services, caller, input).await?;
        certificate::enrol(new, out).await?;
    } else {
        let pair = tunnel::Pair::of(services, order.public_key.as_deref())?;
        prove(services, caller, input).await?;
        tunnel::enrol(new, pair, out).await?;
    }
    tell_lacking(services, &operator, out).await
}

fn millis(services: &Services) -> u64 {
    u64::try_from(services.clock.now().as_millisecond()).unwrap_or_default()
}

/// Whose device it will be: an account that may be used, now or later.
fn whose(services: &Services, caller: &Caller, name: Option<&str>) -> Result<OperatorName, Failure> {
    let name = match (name, caller) {
        (Some(name), _) => OperatorName::parse(name)?,
        (None, Caller::Operator(who)) => who.operator().clone(),
        (None, Caller::Local(_)) => return Err(told(services, "vpn.whose")),
    };
    if !Reach::of(services, caller).covers(&name) {
        return Err(told(services, "vpn.not-yours"));
    }
    let (name, standing) = (known(services, name.as_str())?, services.live.standing());
    let over = |until| until <= services.clock.now();
    match standing.policy.operator(name.as_str()) {
        Some(account) if account.disabled || standing.disabled.contains_key(&name) => {
            Err(told_of(services, "vpn.disabled", name.as_str()))
        }
        Some(account) if account.validity.until().is_some_and(over) => {
            Err(told_of(services, "vpn.over", name.as_str()))
        }
        _ => Ok(name),
    }
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

/// A device that may be enrolled, but for what it proves itself with.
pub(super) struct New<'a> {
    pub services: &'a Services,
    caller: &'a Caller,
    pub id: DeviceId,
    pub operator: OperatorName,
    pub name: DeviceName,
}

impl New<'_> {
    /// Stores, journals and puts in force. What is not journaled does not stay.
    pub(super) async fn keep(self, proof: DeviceProof<'_>) -> Result<Device, Failure> {
        let Self { services, caller, id, operator, name } = self;
        let (at, by) = (services.clock.now(), caller.actor().to_string());
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

/// How clients reach a listener, where nobody said it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Endpoint {
    pub text: String,
    /// Whether it is more than a guess.
    pub certain: bool,
}

impl Endpoint {
    /// By the first address that is one machine's, else by the name that this one has.
    pub(super) fn of(listeners: &[SocketAddr], default_port: u16) -> Self {
        match listeners.iter().find(|address| !address.ip().is_unspecified()) {
            Some(address) => Self { text: address.to_string(), certain: true },
            None => {
                let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
                let port = listeners.first().map_or(default_port, SocketAddr::port);
                Self { text: format!("{host}:{port}"), certain: false }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_address_of_one_machine_is_where_clients_go() {
        let of = |texts: &[&str]| {
            let listeners: Vec<_> = texts.iter().map(|text| text.parse().unwrap()).collect();
            Endpoint::of(&listeners, 51820)
        };
        let certain = |text: &str| Endpoint { text: text.to_owned(), certain: true };
        assert_eq!(of(&["0.0.0.0:1", "192.0.2.7:2", "192.0.2.8:3"]), certain("192.0.2.7:2"));
        assert_eq!(of(&["[2001:db8::7]:51820"]), certain("[2001:db8::7]:51820"));
        for (listeners, port) in [(&["[::]:4000", "0.0.0.0:4001"][..], ":4000"), (&[], ":51820")] {
            let guess = of(listeners);
            assert!(!guess.certain && guess.text.ends_with(port), "{guess:?}");
        }
    }
}
