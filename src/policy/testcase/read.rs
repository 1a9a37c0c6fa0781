//! Reads a `[[test]]`.

use std::time::Duration;

use crate::diagnostic::{Diagnostics, Fault};
use crate::domain::{CommandSetName, RuleId};
use crate::policy::context::Context;
use crate::policy::days::parse_duration;
use crate::policy::fields::Fields;
use crate::policy::items::Item;
use crate::policy::word::Effect;
use crate::policy::{Reason, Request};

use super::case::{Expectation, TestCase};
use super::expect::Expected;
use super::request::{read_request, read_time};

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
        faults: &mut Diagnostics<'a>,
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
