//! What a decision depends on that is so at one time and not at another.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::lockdown::{Lockdown, Locks};
use crate::policy::checks::{ACCOUNT, ASSET};
use crate::policy::explain::case::Case;
use crate::policy::explain::checks::asking;
use crate::policy::explain::compare;
use crate::policy::rule::{Attempt, Rule};
use crate::policy::{Field, Operator, Reason, Schedule};

/// Something that is so at one time and not at another.
pub(super) enum Timed<'a> {
    Valid(&'a Operator),
    Locked { locks: Locks<'a>, by: &'a Lockdown, operator: &'a Operator, asset: &'a str },
    Open(&'a Schedule, BTreeSet<String>),
}

impl Timed<'_> {
    pub(super) fn holds(&self, at: Timestamp) -> bool {
        match self {
            Self::Valid(operator) => operator.validity.holds(at),
            Self::Locked { locks, by, operator, asset } => {
                locks.bars(by, &operator.account(), Some(asset), at)
            }
            Self::Open(schedule, _) => schedule.is_open(at),
        }
    }

    pub(super) fn edges(&self, from: Timestamp, until: Timestamp) -> BTreeSet<Timestamp> {
        let ends = match self {
            Self::Open(schedule, _) => return schedule.edges(from, until),
            Self::Valid(operator) => [operator.validity.since(), operator.validity.until()],
            Self::Locked { locks, .. } => return locks.edges(from, until).collect(),
        };
        ends.into_iter().flatten().filter(|at| *at > from && *at <= until).collect()
    }

    pub(super) fn tell(&self, holds: bool) -> String {
        match (self, holds) {
            (Self::Valid(operator), true) => format!("`valid` of operator {} begins", operator.name),
            (Self::Valid(operator), false) => format!("`valid` of operator {} ends", operator.name),
            (Self::Locked { by, .. }, true) => format!("lockdown {} begins, or a permit past it ends", by.id),
            (Self::Locked { by, .. }, false) => format!("lockdown {} ends", by.id),
            (Self::Open(schedule, of), holds) => {
                let turns = if holds { "opens" } else { "closes" };
                format!("schedule {} of {} {turns}", schedule.name(), compare::list(of))
            }
        }
    }
}

/// All that depends on time and can turn the decision; `None` where something else settles it.
pub(super) fn timed<'a>(case: &Case<'a>) -> Option<Vec<Timed<'a>>> {
    let attempt = case.attempt()?;
    let (operator, asset) = (attempt.operator, attempt.asset);
    if case.beside.disabled.is_some() || !other_checks_pass(case, &attempt) {
        return None;
    }
    let mut open: BTreeMap<&str, (&Schedule, BTreeSet<String>)> = BTreeMap::new();
    let mut add = |schedule: Option<&'a Schedule>, whose: String| {
        if let Some(schedule) = schedule {
            open.entry(schedule.name().as_str()).or_insert((schedule, BTreeSet::new())).1.insert(whose);
        }
    };
    add(operator.schedule.as_deref(), format!("operator {}", operator.name));
    add(asset.schedule.as_deref(), format!("asset {}", asset.name));
    for rule in rules_at_work(case)? {
        add(rule.schedule.as_deref(), format!("rule {}", rule.id));
    }
    let valid = (operator.validity != Default::default()).then_some(Timed::Valid(operator));
    let locks = case.policy.locks(case.beside.lockdowns);
    let orders = locks.each().filter(|by| by.names(&operator.account()));
    let orders = orders.map(|by| Timed::Locked { locks, by, operator, asset: asset.name.as_str() });
    let open = open.into_values().map(|(schedule, whose)| Timed::Open(schedule, whose));
    Some(valid.into_iter().chain(orders).chain(open).collect())
}

/// Whether nothing stands in the way that no hour removes.
fn other_checks_pass(case: &Case<'_>, attempt: &Attempt<'_>) -> bool {
    let by_the_hour =
        [Reason::OperatorValidity, Reason::Lockdown, Reason::OperatorSchedule, Reason::AssetSchedule];
    let (operator, asset, asking) = (attempt.operator, attempt.asset, asking(case));
    let over = operator.validity.until().is_some_and(|until| until <= attempt.at);
    let account = operator.account();
    let bars = |order: &Lockdown| asking.locks.bars(order, &account, asking.asset, attempt.at);
    let endless = asking.locks.each().any(|order| order.until.is_none() && bars(order));
    let account = ACCOUNT.iter().filter(|(reason, _)| !by_the_hour.contains(reason));
    let of_asset = ASSET.iter().filter(|(reason, _)| !by_the_hour.contains(reason));
    !over
        && !endless
        && account.map(|(_, passes)| passes).all(|passes| passes(operator, &asking))
        && of_asset.map(|(_, passes)| passes).all(|passes| passes(asset, attempt.login, attempt.at))
}

/// The rules that match at some hour; `None` if they deny, or do not allow, at every hour.
fn rules_at_work<'a>(case: &Case<'a>) -> Option<Vec<&'a Rule>> {
    let attempt = case.attempt()?;
    let fits = |rule: &&Rule| {
        Field::ALL.into_iter().all(|field| field == Field::Schedule || rule.fits(field, &attempt))
    };
    let deny: Vec<&Rule> = case.policy.deny.iter().filter(fits).collect();
    let allow: Vec<&Rule> = case.policy.allow.iter().filter(fits).collect();
    if allow.is_empty() || deny.iter().any(|rule| rule.schedule.is_none()) {
        return None;
    }
    // Where one allows at every hour, the hours of the others do not matter.
    let always = allow.iter().any(|rule| rule.schedule.is_none());
    Some(if always { deny } else { deny.into_iter().chain(allow).collect() })
}
