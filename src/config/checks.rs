//! Checks of single values, made while the parser still knows where in the file they stand.

use std::net::SocketAddr;
use std::num::NonZeroU32;

use ipnetwork::IpNetwork;
use jiff::tz::TimeZone;
use serde::de::{Deserialize, Deserializer, Error};

use super::mend::fault;
use super::unit::{Size, TimeSpan};
use crate::auth::Alternatives;
use crate::auth::gm_otp::{GmOtpDigits, GmOtpStep};

pub(super) fn timezone<'de, D: Deserializer<'de>>(from: D) -> Result<TimeZone, D::Error> {
    let name = String::deserialize(from)?;
    TimeZone::get(&name).map_err(|_| {
        fault(format_args!("{name:?} is not a known time zone"), "write a name such as \"Asia/Shanghai\"")
    })
}

/// One text, or a list of them.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Texts {
    One(String),
    Many(Vec<String>),
}

impl Texts {
    /// `example` shows how such a text looks.
    fn read<'de, D: Deserializer<'de>>(from: D, example: &str) -> Result<Self, D::Error> {
        let problem = "this must be a text in double quotes, or a list of such";
        Self::deserialize(from)
            .map_err(|_| fault(problem, format_args!("write {example:?}, or [{example:?}] for several")))
    }

    /// What is wrong with one of them hides nothing of what is wrong with the next.
    fn each<T, E: Error>(self, read: impl Fn(&str) -> Result<T, Wrong>) -> Result<Vec<T>, E> {
        let texts = match self {
            Self::One(text) => vec![text],
            Self::Many(texts) => texts,
        };
        let (mut good, mut problems, mut mends) = (Vec::new(), Vec::new(), Vec::new());
        for text in &texts {
            match read(text) {
                Ok(value) => good.push(value),
                Err(Wrong { problem, mend }) => {
                    problems.push(problem);
                    mends.push(mend);
                }
            }
        }
        mends.dedup();
        if problems.is_empty() { Ok(good) } else { Err(fault(problems.join("; "), mends.join("; "))) }
    }
}

/// What is wrong with one text, and the mend.
struct Wrong {
    problem: String,
    mend: String,
}

impl Wrong {
    fn new(problem: impl std::fmt::Display, mend: impl std::fmt::Display) -> Self {
        Self { problem: problem.to_string(), mend: mend.to_string() }
    }
}

/// Where to listen, as an example.
const ADDRESS: &str = "[::]:2222";

pub(super) fn addresses<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<SocketAddr>, D::Error> {
    Texts::read(from, ADDRESS)?.each(|text| text.parse().map_err(|_| no_address(text)))
}

/// Says which half of an address is wrong.
fn no_address(text: &str) -> Wrong {
    let port = |text: &str| text.parse::<u16>().is_ok();
    let host = text.rsplit_once(':').filter(|(_, end)| port(end)).map(|(host, _)| host);
    match host {
        Some(host) if host.parse::<std::net::Ipv6Addr>().is_ok() => {
            let mend = format!("put an IPv6 address in brackets: \"[{host}]:PORT\", such as {ADDRESS:?}");
            Wrong::new(format_args!("{text:?} is not an address with its port"), mend)
        }
        Some(host) => {
            let mend = "write an IP address of this machine and a port, such as \"192.0.2.1:2222\", or \"[::]:2222\" for all";
            Wrong::new(format_args!("{host:?} is not an IP address"), mend)
        }
        None if port(text) => Wrong::new(
            format_args!("{text:?} is a port without an address"),
            format_args!("write \"[::]:{text}\" for every address"),
        ),
        None => Wrong::new(
            format_args!("{text:?} is not an address with its port"),
            format_args!("write one such as {ADDRESS:?}"),
        ),
    }
}

pub(super) fn some_addresses<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<SocketAddr>, D::Error> {
    let addresses = addresses(from)?;
    if addresses.is_empty() {
        return Err(fault("nothing to listen on", "name an address such as \"[::]:2222\""));
    }
    Ok(addresses)
}

pub(super) fn networks<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<IpNetwork>, D::Error> {
    Texts::read(from, "10.0.0.0/24")?.each(|text| {
        text.parse().map_err(|_| {
            Wrong::new(
                format_args!("{text:?} is not a network"),
                "write one such as \"10.0.0.0/24\", or an address",
            )
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
        return Err(fault(format_args!("{network} has no room for devices"), "give it a shorter prefix"));
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
        return Err(fault("nobody could log in", "name factors such as \"publickey+totp\""));
    }
    Alternatives::parse(&texts).map_err(Error::custom)
}

pub(super) fn gm_otp_step<'de, D: Deserializer<'de>>(from: D) -> Result<GmOtpStep, D::Error> {
    match TimeSpan::deserialize(from)?.as_duration().as_secs() {
        30 => Ok(GmOtpStep::Half),
        60 => Ok(GmOtpStep::Minute),
        _ => Err(fault("a dynamic password lasts 30 or 60 seconds", "write \"30s\" or \"60s\"")),
    }
}

pub(super) fn gm_otp_digits<'de, D: Deserializer<'de>>(from: D) -> Result<GmOtpDigits, D::Error> {
    match u32::deserialize(from)? {
        6 => Ok(GmOtpDigits::Six),
        8 => Ok(GmOtpDigits::Eight),
        _ => Err(fault("a dynamic password has 6 or 8 digits", "write 6 or 8")),
    }
}

pub(super) fn some_time<'de, D: Deserializer<'de>>(from: D) -> Result<TimeSpan, D::Error> {
    let period = TimeSpan::deserialize(from)?;
    if period.is_zero() {
        return Err(fault("no time at all", "write more than \"0s\""));
    }
    Ok(period)
}

/// Longer than a day a code would no longer say who sits there today.
const LONGEST_CODE: TimeSpan = TimeSpan::seconds(24 * 60 * 60);

/// How long a code is remembered; zero is not at all.
pub(super) fn code_time<'de, D: Deserializer<'de>>(from: D) -> Result<TimeSpan, D::Error> {
    let period = TimeSpan::deserialize(from)?;
    if period <= LONGEST_CODE {
        return Ok(period);
    }
    let mend = "write \"24h\" at most; \"0s\" asks for a code at each login";
    Err(fault(format_args!("\"{period}\" is too long to remember a code"), mend))
}

pub(super) fn some_size<'de, D: Deserializer<'de>>(from: D) -> Result<Size, D::Error> {
    let size = Size::deserialize(from)?;
    if size.bytes() == 0 {
        return Err(fault("nothing at all", "write more than \"0B\""));
    }
    Ok(size)
}

/// Shorter ones are guessed, longer ones are not what a person types.
const PASSWORD_LENGTHS: std::ops::RangeInclusive<u32> = 8..=64;

pub(super) fn password_length<'de, D: Deserializer<'de>>(from: D) -> Result<NonZeroU32, D::Error> {
    let length = NonZeroU32::deserialize(from)?;
    if PASSWORD_LENGTHS.contains(&length.get()) {
        return Ok(length);
    }
    Err(fault(
        format_args!("{length} characters are not a length of passwords"),
        "write a number from 8 to 64",
    ))
}
