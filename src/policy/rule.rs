//! Rules: which requests they match and on what conditions they allow them.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{
    AssetSelector, CommandSetName, Danger, FileAccess, LoginName, OperatorSelector, Protocol, RuleId, Via,
};

use super::address::Address;
use super::asset::Asset;
use super::context::Context;
use super::days::{parse_code_age, parse_duration};
use super::fields::Fields;
use super::handling::Handling;
use super::items::Item;
use super::operator::Operator;
use super::schedule::Schedule;
use super::sources::Sources;
use super::word::Effect;
use crate::diagnostic::{Diagnostics, Fault};

/// A checked `[[rule]]`. A field that is `None` matches everything.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    pub id: RuleId,
    pub effect: Effect,
    pub operators: Option<Vec<OperatorSelector>>,
    pub sources: Option<Sources>,
    pub assets: Option<Vec<AssetSelector>>,
    pub logins: Option<Vec<LoginName>>,
    pub protocols: Option<Vec<Protocol>>,
    pub via: Option<Vec<Via>>,
    pub max_danger: Option<Danger>,
    pub schedule: Option<Arc<Schedule>>,
    pub files: Option<Vec<FileAccess>>,
    pub forward_to: Option<Vec<Address>>,
    pub conditions: Conditions,
    pub reason: Option<String>,
}

/// What an `allow` rule asks of the sessions that it allows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Conditions {
    pub approval: bool,
    pub commands: Vec<CommandSetName>,
    pub max_session: Option<Duration>,
    pub idle: Option<Duration>,
    /// How old a login's code may be, where it was an earlier login's; zero: it has to be its own.
    pub remember: Option<Duration>,
    pub handling: Handling,
}

/// A request with its names resolved.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attempt<'a> {
    pub(super) operator: &'a Operator,
    pub(super) source: IpAddr,
    pub(super) via: Via,
    pub(super) asset: &'a Asset,
    pub(super) login: &'a str,
    pub(super) protocol: Protocol,
    pub(super) file: FileAccess,
    pub(super) forward_to: Option<&'a Address>,
    pub(super) at: Timestamp,
}

const FIELDS: [&str; 21] = [
    "id",
    "effect",
    "operators",
    "sources",
    "assets",
    "logins",
    "protocols",
    "via",
    "max_danger",
    "schedule",
    "files",
    "forward_to",
    "approval",
    "commands",
    "max_session",
    "idle",
    "remember",
    "terminal",
    "full_recording",
    "die_with_session",
    "reason",
];

impl Rule {
    pub(super) fn read<'a>(
        item: &Item<'a>,
        context: &Context<'a>,
        faults: &mut Diagnostics<'a>,
    ) -> Option<Self> {
        let mut fields = Fields::new(item.table, item.place.clone(), &FIELDS, faults).narrowing();
        fields.require(&["id", "effect"]);
        let id = fields.parse("id", |text| Ok(RuleId::parse(text)?));
        let effect = fields.word("effect");
        let conditions = read_conditions(&mut fields, context, effect);
        let rule = Self {
            operators: fields.list("operators", |text| context.names.operator(text)),
            sources: context.sources(&mut fields, "sources"),
            assets: fields.list("assets", |text| context.names.asset(text)),
            logins: fields.list("logins", |text| read_login(text, context)),
            protocols: fields.words("protocols"),
            via: fields.words("via"),
            max_danger: fields.word("max_danger"),
            schedule: fields.parse("schedule", |text| context.schedule(text)).flatten(),
            files: fields.words("files"),
            forward_to: fields.list("forward_to", |text| Ok(Address::parse(text)?)),
            reason: fields.text("reason").map(|reason| reason.text.to_owned()),
            id: id?,
            effect: effect?,
            conditions,
        };
        Some(rule)
    }
}

fn read_login(text: &str, context: &Context<'_>) -> Result<LoginName, Fault> {
    let login = LoginName::parse(text)?;
    context.names.login(text)?;
    Ok(login)
}

fn read_conditions(fields: &mut Fields<'_, '_>, context: &Context<'_>, effect: Option<Effect>) -> Conditions {
    if effect == Some(Effect::Deny) {
        for key in
            ["approval", "commands", "max_session", "idle", "remember"].into_iter().chain(Handling::NAMES)
        {
            if fields.has(key) {
                let fault = Fault::new(format_args!("`{key}` means nothing in a rule that denies"));
                fields.fault(key, fault.hint("it is a condition of what an `allow` rule allows"));
            }
        }
    }
    let commands = fields.list("commands", |text| {
        context.names.commands(text)?;
        Ok(CommandSetName::parse(text)?)
    });
    Conditions {
        approval: fields.flag("approval"),
        commands: commands.unwrap_or_default(),
        max_session: fields.parse("max_session", parse_duration),
        idle: fields.parse("idle", parse_duration),
        remember: fields.parse("remember", parse_code_age),
        handling: Handling::of(Handling::NAMES.map(|key| fields.flag(key))),
    }
}
