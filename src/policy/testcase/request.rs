//! Reads the request of a `[[test]]`.

use std::net::IpAddr;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::diagnostic::Fault;
use crate::domain::{AssetName, FileAccess, LoginName, Moments, OperatorName, Protocol, Sense, Via};
use crate::policy::address::Address;
use crate::policy::context::Context;
use crate::policy::fields::Fields;
use crate::policy::{Reason, Request};

use super::case::Expectation;
use super::expect::Expected;

/// A name that exists nowhere is mistyped, unless that is what is tested.
pub(super) fn read_request(
    fields: &mut Fields<'_, '_>,
    context: &Context<'_>,
    expectations: &[Expectation],
) -> Option<Request> {
    let tested = |reason| expectations.iter().any(|one| one.expected == Expected::Reason(reason));
    let strange = (tested(Reason::OperatorUnknown), tested(Reason::AssetUnknown));
    let known = |unknown: bool, check: Result<(), Fault>| if unknown { Ok(()) } else { check };
    let operator = fields
        .parse("operator", |text| known(strange.0, read_operator(text, context)).map(|()| text.to_owned()));
    let asset =
        fields.parse("asset", |text| known(strange.1, read_asset(text, context)).map(|()| text.to_owned()));
    let any_login = strange.1 || tested(Reason::AssetLogin);
    let login = fields.parse("login", |text| {
        LoginName::parse(text)?;
        known(any_login, context.names.login(text)).map(|()| text.to_owned())
    });
    let source = fields.parse("source", read_source);
    let via = fields.has("via").then(|| fields.word::<Via>("via"));
    let protocol = fields.word::<Protocol>("protocol");
    let file = fields.word::<FileAccess>("file");
    let forward_to = fields.parse("forward_to", |text| Ok(Address::parse(text)?));
    check_extras(fields, protocol);
    Some(Request {
        at: fields.parse("at", |text| read_time(text, context.timezone))?,
        operator: operator?,
        source: source?,
        via: via.unwrap_or(Some(Via::default()))?,
        asset: asset?,
        login: login?,
        protocol: protocol?,
        file: file.unwrap_or_default(),
        forward_to,
    })
}

fn read_operator(text: &str, context: &Context<'_>) -> Result<(), Fault> {
    OperatorName::parse(text)?;
    context.names.operator_name(text)
}

fn read_asset(text: &str, context: &Context<'_>) -> Result<(), Fault> {
    AssetName::parse(text)?;
    context.names.asset_name(text)
}

fn read_source(text: &str) -> Result<IpAddr, Fault> {
    let fault = || Fault::new(format_args!("{text:?} is not an IP address"));
    text.parse().map_err(|_| fault().hint("a request comes from one address, not from a network"))
}

/// What belongs to other protocols.
fn check_extras(fields: &mut Fields<'_, '_>, protocol: Option<Protocol>) {
    let Some(protocol) = protocol else { return };
    if fields.has("file") && !matches!(protocol, Protocol::Sftp | Protocol::Scp) {
        fields.fault("file", Fault::new("`file` belongs to sftp and scp"));
    }
    match (protocol, fields.has("forward_to")) {
        (Protocol::Forward, false) => {
            fields.fault("protocol", Fault::absence("a forward needs `forward_to`"));
        }
        (Protocol::Forward, true) | (_, false) => {}
        (_, true) => fields.fault("forward_to", Fault::new("`forward_to` belongs to forward")),
    }
}

/// As a person types a time; what counts from now is not one here.
pub(super) fn read_time(text: &str, timezone: &TimeZone) -> Result<Timestamp, Fault> {
    Ok(Moments { zone: timezone, now: None }.read(text, Sense::At)?)
}
