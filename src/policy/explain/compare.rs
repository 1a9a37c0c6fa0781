//! What a check or a field put beside what, in words: `10.1.2.3 is not in 203.0.113.0/24`.

use std::fmt::Display;
use std::net::IpAddr;

use jiff::Timestamp;

use crate::domain::{Protocol, canonical};
use crate::policy::rule::{Attempt, Rule};
use crate::policy::word::Word;
use crate::policy::{Asset, Field, Operator, Schedule, Sources};

/// How many items of a list are told.
const TOLD: usize = 8;

/// `a, b, c and 9 more`.
pub(super) fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let mut items = items.into_iter();
    let told: Vec<String> = items.by_ref().take(TOLD).map(|item| item.to_string()).collect();
    match items.count() {
        0 => told.join(", "),
        more => format!("{} and {more} more", told.join(", ")),
    }
}

fn among<T: Display>(what: impl Display, listed: impl IntoIterator<Item = T>, fits: bool) -> String {
    format!("{what} is {} {}", if fits { "in" } else { "not in" }, list(listed))
}

pub(super) fn source(address: IpAddr, sources: Option<&Sources>, fits: bool) -> String {
    let address = canonical(address);
    match sources {
        None => "from anywhere".to_owned(),
        Some(sources) if !fits => among(address, sources.ranges(), false),
        Some(sources) => {
            among(address, sources.ranges().iter().filter(|range| range.contains(address)), true)
        }
    }
}

pub(super) fn schedule(schedule: Option<&Schedule>, at: Timestamp, open: bool) -> String {
    let Some(schedule) = schedule else { return "at any time".to_owned() };
    let wall = at.to_zoned_datetime(schedule.timezone.clone());
    let zone = schedule.timezone.iana_name().unwrap_or("its own timezone");
    let state = if open { "open" } else { "closed" };
    format!("{} is {state} on {} ({zone})", schedule.name(), wall.strftime("%a %Y-%m-%d %H:%M:%S"))
}

pub(super) fn login(login: &str, asset: &Asset, fits: bool) -> String {
    match asset.known_login(login) {
        Err(unknown) => format!("{unknown} {} has {}", asset.name, list(&asset.logins)),
        Ok(()) => among(login, &asset.logins, fits),
    }
}

/// A field of a rule beside what is asked for.
pub(super) fn field(rule: &Rule, field: Field, attempt: &Attempt<'_>, fits: bool) -> String {
    let Attempt { operator, asset, .. } = attempt;
    match field {
        Field::Operators => among(who(operator), rule.operators.iter().flatten(), fits),
        Field::Sources => source(attempt.source, rule.sources.as_ref(), fits),
        Field::Via => among(attempt.via.word(), words(&rule.via), fits),
        Field::Assets => among(what(asset), rule.assets.iter().flatten(), fits),
        Field::Logins => among(attempt.login, rule.logins.iter().flatten(), fits),
        Field::MaxDanger => {
            let (danger, most) = (asset.danger.word(), rule.max_danger.map_or("anything", Word::word));
            let relation = if fits { "no more than" } else { "more than" };
            format!("{} has danger {danger}, {relation} {most}", asset.name)
        }
        Field::Protocols => among(attempt.protocol, rule.protocols.iter().flatten(), fits),
        Field::Files => files(rule, attempt, fits),
        Field::ForwardTo => forward(rule, attempt, fits),
        Field::Schedule => schedule(rule.schedule.as_deref(), attempt.at, fits),
    }
}

fn files(rule: &Rule, attempt: &Attempt<'_>, fits: bool) -> String {
    match &rule.files {
        _ if !matches!(attempt.protocol, Protocol::Sftp | Protocol::Scp) => {
            format!("{} is not asked for files", attempt.protocol)
        }
        None => format!("{} is not in list, all that a rule without `files` allows", attempt.file.word()),
        Some(_) => among(attempt.file.word(), words(&rule.files), fits),
    }
}

fn forward(rule: &Rule, attempt: &Attempt<'_>, fits: bool) -> String {
    match (&rule.forward_to, attempt.forward_to) {
        _ if attempt.protocol != Protocol::Forward => format!("{} is not a forward", attempt.protocol),
        (None, _) => "a rule without `forward_to` allows no forward".to_owned(),
        (Some(listed), Some(to)) => among(to, listed, fits),
        (Some(_), None) => "no destination was given".to_owned(),
    }
}

fn words<T: Word>(list: &Option<Vec<T>>) -> impl Iterator<Item = &'static str> {
    list.iter().flatten().map(|one| one.word())
}

/// The account and all by which a selector may mean it.
fn who(operator: &Operator) -> String {
    let groups = operator.groups.iter().map(|group| format!("@{group}"));
    let vendor = operator.vendor.iter().map(|vendor| format!("vendor:{vendor}"));
    named(&operator.name, groups.chain(vendor))
}

fn what(asset: &Asset) -> String {
    named(&asset.name, asset.groups.iter().map(|group| format!("@{group}")))
}

fn named(name: impl Display, also: impl Iterator<Item = String>) -> String {
    let also = list(also);
    if also.is_empty() { name.to_string() } else { format!("{name} ({also})") }
}
