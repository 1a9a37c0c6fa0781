//! Where the conditions of a grant come from: which rules, and what ends it.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::domain::{CommandSetName, RuleId};
use crate::policy::rule::Attempt;
use crate::policy::{Allowance, Conditions, Decision, Rule};

use super::case::Case;

/// Beside each condition of an [`Allowance`], whose it is; all empty where the request is denied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    pub approval: Vec<RuleId>,
    pub commands: BTreeMap<CommandSetName, Vec<RuleId>>,
    pub max_session: Vec<RuleId>,
    pub idle: Vec<RuleId>,
    pub remember: Vec<RuleId>,
    /// What ends the grant at its `until`: `schedule night-window of asset db1`.
    pub until: Vec<String>,
}

impl Origins {
    pub(super) fn of(case: &Case<'_>, decision: &Decision) -> Self {
        let (Decision::Allow(allowance), Some(attempt)) = (decision, case.attempt()) else {
            return Self::default();
        };
        let rules = || case.policy.allow.iter().filter(|rule| allowance.rules.contains(&rule.id));
        let asked = |asks: &dyn Fn(&Conditions) -> bool| -> Vec<RuleId> {
            rules().filter(|rule| asks(&rule.conditions)).map(|rule| rule.id.clone()).collect()
        };
        let whose = |set: &CommandSetName| (set.clone(), asked(&|of| of.commands.contains(set)));
        // A limit that nobody sets is nobody's.
        let sets = |limit: Option<Duration>, of: Option<Duration>| limit.is_some() && of == limit;
        Self {
            approval: asked(&|of| of.approval),
            commands: allowance.commands.iter().map(whose).collect(),
            max_session: asked(&|of| sets(allowance.max_session, of.max_session)),
            idle: asked(&|of| sets(allowance.idle, of.idle)),
            remember: asked(&|of| sets(allowance.remember, of.remember)),
            until: ends(case, allowance, &attempt, rules()),
        }
    }
}

/// Everything that ends at the grant's own end.
fn ends<'a>(
    case: &Case<'_>,
    allowance: &Allowance,
    attempt: &Attempt<'_>,
    rules: impl Iterator<Item = &'a Rule>,
) -> Vec<String> {
    let (at, operator, asset) = (attempt.at, attempt.operator, attempt.asset);
    let mut ends: Vec<(Option<Timestamp>, String)> =
        vec![(operator.validity.until(), format!("`valid` of operator {}", operator.name))];
    let mut closes = |schedule: Option<&crate::policy::Schedule>, whose: String| {
        if let Some(schedule) = schedule {
            ends.push((schedule.open_until(at), format!("schedule {} of {whose}", schedule.name())));
        }
    };
    closes(operator.schedule.as_deref(), format!("operator {}", operator.name));
    closes(asset.schedule.as_deref(), format!("asset {}", asset.name));
    rules.for_each(|rule| closes(rule.schedule.as_deref(), format!("rule {}", rule.id)));
    let longest = allowance.max_session.and_then(|longest| at.checked_add(longest).ok());
    ends.push((longest, "max_session".to_owned()));
    let locks = case.policy.locks(case.beside.lockdowns);
    if let Some((then, lockdown)) = locks.next_bar(&operator.account(), Some(asset.name.as_str()), at) {
        let name = lockdown.order.as_deref().unwrap_or(lockdown.id.as_str());
        ends.push((Some(then), format!("lockdown {name}")));
    }
    let Some(until) = allowance.until else { return Vec::new() };
    // A grant's end is cut to whole seconds.
    let same = |end: Timestamp| {
        (SignedDuration::ZERO..SignedDuration::from_secs(1)).contains(&end.duration_since(until))
    };
    ends.into_iter().filter(|(end, _)| end.is_some_and(same)).map(|(_, what)| what).collect()
}
