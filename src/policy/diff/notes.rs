//! What changes beside access: duties, ways to log in, where an asset is, what command sets say, what is planned.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::periods::{self, PeriodChange};
use super::sides::Sides;
use crate::domain::{ScheduleName, UserCaName};
use crate::policy::word::written;
use crate::policy::{Asset, Operator, Policy, Schedule};

/// One thing that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What it is about: `operator li-lei`, `asset db1`, `command set dba`.
    pub subject: String,
    pub message: String,
    /// From when until when, of a planned lockdown.
    pub when: Option<(Timestamp, Timestamp)>,
}

fn note(subject: impl Into<String>, message: impl Into<String>) -> Note {
    Note { subject: subject.into(), message: message.into(), when: None }
}

pub(super) fn notes(sides: &Sides<&Policy>, now: Timestamp) -> Vec<Note> {
    // What locks people out comes first.
    let periods = periods::changes(sides.old, sides.new, now).into_iter();
    let period = |one: PeriodChange| Note {
        when: Some(one.when),
        ..note(format!("lockdown {}", one.name), one.message)
    };
    let mut notes: Vec<_> = periods.map(period).collect();
    notes.extend(operators(sides));
    notes.extend(user_cas(sides));
    notes.extend(assets(sides));
    notes.extend(command_sets(sides));
    if sides.old.dangers() != sides.new.dangers() {
        notes.push(note("danger catalog", "its additions are not what they were"));
    }
    notes.extend(schedules(sides));
    notes
}

fn operators(sides: &Sides<&Policy>) -> Vec<Note> {
    let mut notes = Vec::new();
    let names: BTreeSet<_> =
        sides.both().into_iter().flat_map(|side| side.operators()).map(|o| &o.name).collect();
    for name in names {
        let subject = || format!("operator {name}");
        match (sides.old.operator(name.as_str()), sides.new.operator(name.as_str())) {
            (Some(old), Some(new)) => notes.extend(account(old, new).map(|message| note(subject(), message))),
            (None, Some(new)) => {
                notes.push(note(subject(), format!("new, with the role {}", written(new.role))))
            }
            (Some(_), None) => notes.push(note(subject(), "exists no more")),
            (None, None) => {}
        }
    }
    notes
}

fn account(old: &Operator, new: &Operator) -> impl Iterator<Item = String> {
    let role = (old.role != new.role)
        .then(|| format!("role {} instead of {}", written(new.role), written(old.role)));
    let disabled = match (old.disabled, new.disabled) {
        (false, true) => Some("disabled".to_owned()),
        (true, false) => Some("not disabled any more".to_owned()),
        _ => None,
    };
    let factors = (old.factors != new.factors).then(|| "logs in with other factors".to_owned());
    let remember = (old.remember != new.remember).then(|| "a code covers another while".to_owned());
    let principals = (old.principals != new.principals).then(|| "goes by other principals".to_owned());
    let concurrent =
        (old.concurrent != new.concurrent).then(|| "may have another number open at once".to_owned());
    let audit = (old.audit != new.audit).then(|| "audits something else".to_owned());
    [role, disabled, factors, remember, principals, concurrent, audit].into_iter().flatten()
}

fn user_cas(sides: &Sides<&Policy>) -> Vec<Note> {
    let named =
        |side: &Policy, name: &UserCaName| side.user_cas().iter().find(|ca| ca.name == *name).cloned();
    let names: BTreeSet<_> =
        sides.both().into_iter().flat_map(|side| side.user_cas()).map(|ca| &ca.name).collect();
    let message = |name: &UserCaName| match (named(sides.old, name), named(sides.new, name)) {
        (None, Some(new)) => Some(format!("its certificates prove keys; its own is {}", new.key)),
        (Some(_), None) => Some("its certificates prove nothing any more".to_owned()),
        (Some(old), Some(new)) if old != new => Some(if old.key == new.key {
            "speaks for others, or has other certificates revoked".to_owned()
        } else {
            format!("has another key: {}", new.key)
        }),
        _ => None,
    };
    names.into_iter().filter_map(|name| Some(note(format!("user CA {name}"), message(name)?))).collect()
}

fn assets(sides: &Sides<&Policy>) -> Vec<Note> {
    let mut notes = Vec::new();
    let names: BTreeSet<_> =
        sides.both().into_iter().flat_map(|side| side.assets()).map(|a| &a.name).collect();
    for name in names {
        let subject = || format!("asset {name}");
        match (sides.old.asset(name.as_str()), sides.new.asset(name.as_str())) {
            (Some(old), Some(new)) => notes.extend(machine(old, new).map(|message| note(subject(), message))),
            (None, Some(new)) => notes.push(note(subject(), format!("new, at {}", new.address))),
            (Some(_), None) => notes.push(note(subject(), "exists no more")),
            (None, None) => {}
        }
    }
    notes
}

fn machine(old: &Asset, new: &Asset) -> impl Iterator<Item = String> {
    let address =
        (old.address != new.address).then(|| format!("is at {} instead of {}", new.address, old.address));
    let keys = (old.host_keys != new.host_keys).then(|| "other host keys are believed".to_owned());
    let trust = (old.trust != new.trust).then(|| "host keys are believed in another way".to_owned());
    let legacy = (old.legacy != new.legacy).then(|| match new.legacy.as_slice() {
        [] => "weak algorithms are open to it no more".to_owned(),
        weak => {
            let names: Vec<_> = weak.iter().map(ToString::to_string).collect();
            format!("weak algorithms are open to it: {}", names.join(", "))
        }
    });
    [address, keys, trust, legacy].into_iter().flatten()
}

fn command_sets(sides: &Sides<&Policy>) -> Vec<Note> {
    let used = |side: &Policy| {
        side.rules().flat_map(|rule| rule.conditions.commands.clone()).collect::<BTreeSet<_>>()
    };
    let used = sides.each(|side| used(side));
    let both = used.old.intersection(&used.new);
    let changed =
        both.filter(|name| sides.old.command_set(name.as_str()) != sides.new.command_set(name.as_str()));
    changed.map(|name| note(format!("command set {name}"), "judges commands otherwise")).collect()
}

/// Every schedule that something uses.
fn schedules_of(policy: &Policy) -> BTreeMap<&ScheduleName, &Schedule> {
    let operators = policy.operators().map(|operator| &operator.schedule);
    let assets = policy.assets().map(|asset| &asset.schedule);
    let rules = policy.rules().map(|rule| &rule.schedule);
    let used = operators.chain(assets).chain(rules).flatten().map(Arc::as_ref);
    used.map(|schedule| (schedule.name(), schedule)).collect()
}

fn schedules(sides: &Sides<&Policy>) -> Vec<Note> {
    let (old, new) = (schedules_of(sides.old), schedules_of(sides.new));
    let changed = old.iter().filter(|(name, schedule)| new.get(*name).is_some_and(|new| new != *schedule));
    let message = "has other hours; only the coming week of it is compared";
    changed.map(|(name, _)| note(format!("schedule {name}"), message)).collect()
}
