//! Checks of single values, made while the parser still knows where in the file they stand.

use std::net::SocketAddr;

use ipnetwork::IpNetwork;
use jiff::tz::TimeZone;
use serde::de::{Deserialize, Deserializer, Error};

use super::Period;
use crate::auth::Alternatives;

pub(super) fn timezone<'de, D: Deserializer<'de>>(from: D) -> Result<TimeZone, D::Error> {
    let name = String::deserialize(from)?;
    TimeZone::get(&name).map_err(|_| {
        Error::custom(format!("{name:?} is no known time zone: write a name such as \"Asia/Shanghai\""))
    })
}

/// One text, or a list of them.
#[derive(serde::Deserialize)]
#[serde(untagged, expecting = "a text, or a list of texts")]
enum Texts {
    One(String),
    Many(Vec<String>),
}

impl Texts {
    fn each<T, E: Error>(self, read: impl Fn(&str) -> Result<T, E>) -> Result<Vec<T>, E> {
        match self {
            Self::One(text) => Ok(vec![read(&text)?]),
            Self::Many(texts) => texts.iter().map(|text| read(text)).collect(),
        }
    }
}

pub(super) fn addresses<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<SocketAddr>, D::Error> {
    Texts::deserialize(from)?.each(|text| {
        text.parse().map_err(|_| {
            let mend = "write one with its port, such as \"[::]:2222\"";
            Error::custom(format!("{text:?} is no address: {mend}"))
        })
    })
}

pub(super) fn some_addresses<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<SocketAddr>, D::Error> {
    let addresses = addresses(from)?;
    if addresses.is_empty() {
        return Err(Error::custom("nothing to listen on: name an address such as \"[::]:2222\""));
    }
    Ok(addresses)
}

pub(super) fn networks<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<IpNetwork>, D::Error> {
    Texts::deserialize(from)?.each(|text| {
        text.parse().map_err(|_| {
            Error::custom(format!("{text:?} is no network: write one such as \"10.0.0.0/24\", or an address"))
        })
    })
}

/// Networks that devices get their addresses from. The gateway needs one, and each device another.
pub(super) fn pool<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<IpNetwork>, D::Error> {
    let networks = networks(from)?;
    let of = |v4: bool| networks.iter().filter(|network| network.is_ipv4() == v4).count();
    if networks.is_empty() || of(true) > 1 || of(false) > 1 {
        return Err(Error::custom("name one network, or one of IPv4 and one of IPv6"));
    }
    let small = |network: &&IpNetwork| network.prefix() > if network.is_ipv4() { 29 } else { 125 };
    if let Some(network) = networks.iter().find(small) {
        return Err(Error::custom(format!("{network} has no room for devices: give it a shorter prefix")));
    }
    Ok(networks)
}

pub(super) fn endpoint<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(from)?;
    let port = text.rsplit_once(':').filter(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
    if port.is_none() || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Error::custom("write a host and a port, such as \"vpn.example.org:51820\""));
    }
    Ok(Some(text))
}

pub(super) fn some_factors<'de, D: Deserializer<'de>>(from: D) -> Result<Alternatives, D::Error> {
    let texts = Vec::<String>::deserialize(from)?;
    if texts.is_empty() {
        return Err(Error::custom("nobody could log in: name factors such as \"publickey+totp\""));
    }
    Alternatives::parse(&texts).map_err(Error::custom)
}

pub(super) fn some_time<'de, D: Deserializer<'de>>(from: D) -> Result<Period, D::Error> {
    let period = Period::deserialize(from)?;
    if period.is_zero() {
        return Err(Error::custom("no time at all: write more than \"0s\""));
    }
    Ok(period)
}
