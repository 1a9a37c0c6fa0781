//! Checks of single values, made while the parser still knows where in the file they stand.

use std::net::SocketAddr;

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

pub(super) fn some_addresses<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<SocketAddr>, D::Error> {
    let texts = Vec::<String>::deserialize(from)?;
    if texts.is_empty() {
        return Err(Error::custom("nothing to listen on: name an address such as \"[::]:2222\""));
    }
    let address = |text: String| {
        let fault = |_| {
            Error::custom(format!("{text:?} is no address: write one with its port, such as \"[::]:2222\""))
        };
        text.parse().map_err(fault)
    };
    texts.into_iter().map(address).collect()
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
