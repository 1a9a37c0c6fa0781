//! Conditions, before and after: which of them is the stricter.

use std::cmp::Ordering;

use serde::Serialize;

use super::sides::Sides;
use crate::domain::CommandSetName;
use crate::policy::Decision;
use crate::policy::rule::Conditions;

/// What kind of change it is; what opens something comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Could not do it at all.
    Gains,
    /// Could do it, from fewer places or at fewer times.
    Wider,
    Looser,
    /// The conditions are others, neither only looser nor only stricter.
    Different,
    Stricter,
    Narrower,
    /// Cannot do it at all any more.
    Loses,
}

/// How two sets of conditions compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compared {
    Same,
    Looser,
    Stricter,
    Different,
}

impl Compared {
    pub(super) fn of(old: &Conditions, new: &Conditions) -> Self {
        let longest = |length: Option<_>| length.unwrap_or(std::time::Duration::MAX);
        let parts = [
            Some(new.approval.cmp(&old.approval)),
            stricter_commands(&old.commands, &new.commands),
            Some(longest(old.max_session).cmp(&longest(new.max_session))),
            Some(longest(old.idle).cmp(&longest(new.idle))),
            Some(longest(old.remember).cmp(&longest(new.remember))),
            new.handling.compare(old.handling),
        ];
        let has = |order| parts.contains(&Some(order));
        match (has(Ordering::Less), has(Ordering::Greater), parts.contains(&None)) {
            (false, false, false) => Self::Same,
            (true, false, false) => Self::Looser,
            (false, true, false) => Self::Stricter,
            _ => Self::Different,
        }
    }
}

/// More sets are stricter: the strictest verdict counts.
fn stricter_commands(old: &[CommandSetName], new: &[CommandSetName]) -> Option<Ordering> {
    let holds = |a: &[CommandSetName], b: &[CommandSetName]| b.iter().all(|set| a.contains(set));
    match (holds(old, new), holds(new, old)) {
        (true, true) => Some(Ordering::Equal),
        (true, false) => Some(Ordering::Less),
        (false, true) => Some(Ordering::Greater),
        (false, false) => None,
    }
}

/// What is asked of whoever is allowed.
pub(super) fn conditions(decision: &Decision) -> Option<Conditions> {
    let Decision::Allow(allowance) = decision else { return None };
    Some(Conditions {
        approval: allowance.approval,
        commands: allowance.commands.clone(),
        max_session: allowance.max_session,
        idle: allowance.idle,
        remember: allowance.remember,
        handling: allowance.handling,
    })
}

impl ChangeKind {
    /// From one decision on a request to another; `None` where they say the same.
    pub fn between(old: &Decision, new: &Decision) -> Option<Self> {
        let terms = Sides { old, new }.each(|decision| conditions(decision));
        kind(&terms, Sides { old: false, new: false })
    }
}

/// The kind of a change in one place and at one time, where `ever` says whether it was and will be allowed
/// at some place and time.
pub(super) fn kind(terms: &Sides<Option<Conditions>>, ever: Sides<bool>) -> Option<ChangeKind> {
    match (&terms.old, &terms.new) {
        (None, None) => None,
        (None, Some(_)) => Some(if ever.old { ChangeKind::Wider } else { ChangeKind::Gains }),
        (Some(_), None) => Some(if ever.new { ChangeKind::Narrower } else { ChangeKind::Loses }),
        (Some(old), Some(new)) => match Compared::of(old, new) {
            Compared::Same => None,
            Compared::Looser => Some(ChangeKind::Looser),
            Compared::Stricter => Some(ChangeKind::Stricter),
            Compared::Different => Some(ChangeKind::Different),
        },
    }
}
