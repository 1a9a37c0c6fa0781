//! When a decision turns by itself: the next instant at which something that it depends on begins or ends and
//! the same decision says otherwise.

mod timed;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};

use crate::policy::{Decision, Request};

use super::case::Case;
use timed::{Timed, timed};

/// How far ahead is looked, in days: a turn is mostly near, and each step costs what it holds.
const STEPS: [i64; 3] = [8, 60, Outlook::HORIZON];

/// What becomes of a decision if nobody changes anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outlook {
    Changes(DecisionChange),
    /// What made the decision does not depend on time.
    Stays,
    /// It depends on time, and is the same for [`Outlook::HORIZON`] days.
    NotInSight,
}

/// From allowed to denied, or back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionChange {
    /// The first instant of the new decision.
    pub at: Timestamp,
    pub then: Decision,
    /// What begins or ends there: `schedule night-window of asset db1 closes`.
    pub because: Vec<String>,
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
) -> Option<DecisionChange> {
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
                return Some(DecisionChange {
                    at,
                    then: asked(at),
                    because: differences(timed, &before, &states),
                });
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
