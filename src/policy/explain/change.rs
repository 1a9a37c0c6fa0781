//! When a decision turns by itself: the next instant at which something that it depends on begins or ends and
//! the same decision says otherwise.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};

use crate::lockdown::Lockdown;
use crate::policy::checks::{ACCOUNT, ASSET};
use crate::policy::rule::Rule;
use crate::policy::{Decision, Field, Operator, Reason, Request, Schedule};

use super::checks::asking;
use super::{Case, compare};

/// How far ahead is looked, in days: a turn is mostly near, and each step costs what it holds.
const STEPS: [i64; 3] = [8, 60, Outlook::HORIZON];

/// What becomes of a decision if nobody changes anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outlook {
    Changes(Change),
    /// What made the decision does not depend on time.
    Stays,
    /// It depends on time, and is the same for [`Outlook::HORIZON`] days.
    NotInSight,
}

/// From allowed to denied, or back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The first instant of the new decision.
    pub at: Timestamp,
    pub then: Decision,
    /// What begins or ends there: `schedule night-window of asset db1 closes`.
    pub because: Vec<String>,
}

/// Something that is so at one time and not at another.
enum Timed<'a> {
    Valid(&'a Operator),
    Covered(&'a Lockdown, &'a Operator),
    Open(&'a Schedule, BTreeSet<String>),
}

impl Outlook {
    /// In days.
    pub const HORIZON: i64 = 400;

    pub(super) fn of(case: &Case<'_>, decision: &Decision, decide: impl Fn(&Request) -> Decision) -> Self {
        let Some(timed) = timed(case).filter(|timed| !timed.is_empty()) else { return Self::Stays };
        first_change(case.request, &timed, allows(decision), decide).map_or(Self::NotInSight, Self::Changes)
    }
}

fn allows(decision: &Decision) -> bool {
    matches!(decision, Decision::Allow(_))
}

fn first_change(
    request: &Request,
    timed: &[Timed<'_>],
    allowed: bool,
    decide: impl Fn(&Request) -> Decision,
) -> Option<Change> {
    let asked = |at| decide(&Request { at, ..request.clone() });
    let (mut from, mut states) = (request.at, states(timed, request.at));
    // The decision depends on time through these states alone: what it says of each needs asking once.
    let mut known = HashMap::from([(states.clone(), allowed)]);
    for days in STEPS {
        let until = request.at.saturating_add(SignedDuration::from_hours(24 * days)).ok()?;
        for (at, touched) in edges(timed, from, until) {
            let before = states.clone();
            for (number, state) in
                states.iter_mut().enumerate().filter(|(number, _)| touched.contains(number))
            {
                *state = timed.get(number).is_some_and(|one| one.holds(at));
            }
            if states != before
                && allowed != *known.entry(states.clone()).or_insert_with(|| allows(&asked(at)))
            {
                return Some(Change { at, then: asked(at), because: differences(timed, &before, &states) });
            }
        }
        from = until;
    }
    None
}

fn states(timed: &[Timed<'_>], at: Timestamp) -> Vec<bool> {
    timed.iter().map(|one| one.holds(at)).collect()
}

/// The instants at which something may begin or end, with the numbers of what does.
fn edges(timed: &[Timed<'_>], from: Timestamp, until: Timestamp) -> BTreeMap<Timestamp, BTreeSet<usize>> {
    let mut edges: BTreeMap<Timestamp, BTreeSet<usize>> = BTreeMap::new();
    for (number, one) in timed.iter().enumerate() {
        for at in one.edges(from, until) {
            edges.entry(at).or_default().insert(number);
        }
    }
    edges
}

fn differences(timed: &[Timed<'_>], before: &[bool], after: &[bool]) -> Vec<String> {
    let states = timed.iter().zip(before.iter().zip(after));
    states.filter(|(_, (before, after))| before != after).map(|(one, (_, holds))| one.tell(*holds)).collect()
}

impl Timed<'_> {
    fn holds(&self, at: Timestamp) -> bool {
        match self {
            Self::Valid(operator) => operator.validity.holds(at),
            Self::Covered(order, operator) => order.covers(&operator.account(), at),
            Self::Open(schedule, _) => schedule.is_open(at),
        }
    }

    fn edges(&self, from: Timestamp, until: Timestamp) -> BTreeSet<Timestamp> {
        let ends = match self {
            Self::Open(schedule, _) => return schedule.edges(from, until),
            Self::Valid(operator) => [operator.validity.since(), operator.validity.until()],
            Self::Covered(order, _) => [order.until, None],
        };
        ends.into_iter().flatten().filter(|at| *at > from && *at <= until).collect()
    }

    fn tell(&self, holds: bool) -> String {
        match (self, holds) {
            (Self::Valid(operator), true) => format!("`valid` of operator {} begins", operator.name),
            (Self::Valid(operator), false) => format!("`valid` of operator {} ends", operator.name),
            (Self::Covered(order, _), _) => format!("lockdown {} ends", order.id),
            (Self::Open(schedule, of), holds) => {
                let turns = if holds { "opens" } else { "closes" };
                format!("schedule {} of {} {turns}", schedule.name(), compare::list(of))
            }
        }
    }
}

/// All that depends on time and can turn the decision; `None` where something else settles it.
fn timed<'a>(case: &Case<'a>) -> Option<Vec<Timed<'a>>> {
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
    let orders = case.beside.lockdowns.iter().filter(|order| order.covers(&operator.account(), attempt.at));
    let orders = orders.map(|order| Timed::Covered(order, operator));
    let open = open.into_values().map(|(schedule, whose)| Timed::Open(schedule, whose));
    Some(valid.into_iter().chain(orders).chain(open).collect())
}

/// Whether nothing stands in the way that no hour removes.
fn other_checks_pass(case: &Case<'_>, attempt: &crate::policy::rule::Attempt<'_>) -> bool {
    let by_the_hour =
        [Reason::OperatorValidity, Reason::Lockdown, Reason::OperatorSchedule, Reason::AssetSchedule];
    let (operator, asset, asking) = (attempt.operator, attempt.asset, asking(case));
    let over = operator.validity.until().is_some_and(|until| until <= attempt.at);
    let endless = case
        .beside
        .lockdowns
        .iter()
        .any(|order| order.until.is_none() && order.covers(&operator.account(), attempt.at));
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
