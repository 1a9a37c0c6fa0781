//! Reads a `[[test]]`.

use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::domain::{AssetName, CommandSetName, FileAccess, LoginName, OperatorName, Protocol, RuleId, Via};
use crate::policy::address::Address;
use crate::policy::batch::parse_rfc3339;
use crate::policy::context::Context;
use crate::policy::days::parse_duration;
use crate::policy::diagnostic::{Fault, Faults};
use crate::policy::fields::Fields;
use crate::policy::items::Item;
use crate::policy::word::Effect;
use crate::policy::{Reason, Request};

use super::expect::Expected;
use super::{Expectation, TestCase};

const FIELDS: [&str; 18] = [
    "name",
    "operator",
    "source",
    "via",
    "asset",
    "login",
    "protocol",
    "file",
    "forward_to",
    "at",
    "expect",
    "reason",
    "rules",
    "approval",
    "commands",
    "max_session",
    "idle",
    "until",
];

/// What only a grant has.
const CONDITIONS: [&str; 5] = ["approval", "commands", "max_session", "idle", "until"];

impl TestCase {
    pub(in crate::policy) fn read<'a>(
        item: &Item<'a>,
        context: &Context<'a>,
        faults: &mut Faults<'a>,
    ) -> Option<Self> {
        let mut fields = Fields::new(item.table, item.place.clone(), &FIELDS, faults);
        fields.require(&["operator", "source", "asset", "login", "protocol", "at", "expect"]);
        let name = fields.text("name").map(|name| name.text.to_owned());
        let expectations = read_expectations(&mut fields, context);
        let request = read_request(&mut fields, context, &expectations)?;
        let name = name.unwrap_or_else(|| brief(&request));
        let decided = expectations.iter().any(|one| matches!(one.expected, Expected::Decision(_)));
        decided.then_some(Self { name, request, expectations })
    }
}

/// What stands for a name that was not given.
fn brief(request: &Request) -> String {
    let Request { operator, login, asset, protocol, .. } = request;
    format!("{operator} {protocol} {login}@{asset}")
}

/// A name that exists nowhere is mistyped, unless that is what is tested.
fn read_request(
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
    let fault = || Fault::new(format_args!("{text:?} is no IP address"));
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

/// RFC 3339, or what a clock on the wall of the gateway's timezone shows.
fn read_time(text: &str, timezone: &TimeZone) -> Result<Timestamp, Fault> {
    let shape = "dddd-dd-dd dd:dd";
    let shaped = text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(c, s)| if s == b'd' { c.is_ascii_digit() } else { c == s });
    let wall = if shaped { text.parse::<DateTime>().ok() } else { None };
    if let Some(wall) = wall {
        let instant = timezone.to_ambiguous_timestamp(wall).unambiguous();
        let fault = || Fault::new(format_args!("{text:?} is skipped or repeated by a change of clocks"));
        return instant.map_err(|_| fault().hint("give the offset: 2026-10-25T02:30:00+01:00"));
    }
    parse_rfc3339(text).ok_or_else(|| {
        let fault = Fault::new(format_args!("{text:?} is no time"));
        fault.hint("times look like 2026-05-01 08:30 or 2026-05-01T08:30:00+08:00")
    })
}

fn read_expectations(fields: &mut Fields<'_, '_>, context: &Context<'_>) -> Vec<Expectation> {
    let effect = fields.word::<Effect>("expect");
    if effect == Some(Effect::Deny) {
        for key in CONDITIONS.into_iter().filter(|key| fields.has(key)).collect::<Vec<_>>() {
            fields.fault(key, Fault::new(format_args!("`{key}` means nothing of a request that is denied")));
        }
    }
    let reason = fields.word::<Reason>("reason");
    if let (Some(Effect::Allow), Some(given)) = (effect, reason)
        && given != Reason::Rule
    {
        let fault = Fault::new(format_args!("nothing is allowed for the reason {given}"));
        fields.fault("reason", fault.hint("`reason` says why something is denied"));
    }
    let expected = [
        effect.map(Expected::Decision),
        reason.map(Expected::Reason),
        names(fields, "rules", |text| read_rule(text, context)).map(Expected::Rules),
        fields.has("approval").then(|| Expected::Approval(fields.flag("approval"))),
        names(fields, "commands", |text| read_commands(text, context)).map(Expected::Commands),
        fields.parse("max_session", read_length).map(Expected::MaxSession),
        fields.parse("idle", read_length).map(Expected::Idle),
        fields
            .parse("until", |text| or_none(text, |text| read_time(text, context.timezone)))
            .map(Expected::Until),
    ];
    let placed = |expected: Expected| Expectation { place: fields.mark(expected.key()), expected };
    expected.into_iter().flatten().map(placed).collect()
}

/// A list of names, in the order of a decision. Here an empty one says something: none.
fn names<T: Ord>(
    fields: &mut Fields<'_, '_>,
    key: &str,
    read: impl FnMut(&str) -> Result<T, Fault>,
) -> Option<Vec<T>> {
    let mut names = fields.set(key, read)?;
    names.sort();
    names.dedup();
    Some(names)
}

fn read_rule(text: &str, context: &Context<'_>) -> Result<RuleId, Fault> {
    let id = RuleId::parse(text)?;
    context.names.rule(text)?;
    Ok(id)
}

fn read_commands(text: &str, context: &Context<'_>) -> Result<CommandSetName, Fault> {
    let name = CommandSetName::parse(text)?;
    context.names.commands(text)?;
    Ok(name)
}

fn read_length(text: &str) -> Result<Option<Duration>, Fault> {
    or_none(text, parse_duration)
}

/// `none`, or what is read.
fn or_none<T>(text: &str, read: impl FnOnce(&str) -> Result<T, Fault>) -> Result<Option<T>, Fault> {
    if text == "none" { Ok(None) } else { read(text).map(Some) }
}
