//! Schedules that are never open together, and planned lockdowns that are over.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::reach::{Reach, subject};
use super::warning::{Lint, LintKind};
use crate::domain::ScheduleName;
use crate::policy::{Asset, Operator, Policy, Schedule};

/// How far ahead is looked: long enough for every week of a month and a run of holidays.
const WEEKS: i64 = 8;

/// Which schedules meet, each set looked at once.
pub(super) struct Meetings {
    now: Timestamp,
    until: Timestamp,
    known: BTreeMap<Vec<ScheduleName>, bool>,
}

impl Meetings {
    pub(super) fn from(now: Timestamp) -> Self {
        let until = now.saturating_add(SignedDuration::from_hours(24 * 7 * WEEKS)).unwrap_or(now);
        Self { now, until, known: BTreeMap::new() }
    }

    /// Says where the schedules of rule, account and asset leave no moment. A `deny` rule that some of its
    /// people never meet has lost nothing: it is told of only if all of it is idle.
    pub(super) fn check(&mut self, reach: &Reach<'_>, lints: &mut Vec<Lint>) {
        let rule = reach.rule.schedule.as_deref();
        let operators = by_schedule(&reach.operators, |operator: &Operator| operator.schedule.as_deref());
        let assets = by_schedule(&reach.assets, |asset: &Asset| asset.schedule.as_deref());
        let (mut apart, mut together) = (Vec::new(), false);
        for operator in &operators {
            for asset in &assets {
                let of_both = [operator.schedule.as_deref(), asset.schedule.as_deref(), rule];
                let schedules: Vec<&Schedule> = of_both.into_iter().flatten().collect();
                if self.meet(&schedules) {
                    together = true;
                } else {
                    apart.push(tell(reach, operator, asset, &schedules));
                }
            }
        }
        if reach.allows() || !together {
            lints.append(&mut apart);
        }
    }

    /// Whether there is a moment at which all are open.
    fn meet(&mut self, schedules: &[&Schedule]) -> bool {
        let mut names: Vec<_> = schedules.iter().map(|schedule| schedule.name().clone()).collect();
        names.sort();
        names.dedup();
        let (now, until) = (self.now, self.until);
        *self.known.entry(names).or_insert_with(|| {
            let edges = schedules.iter().flat_map(|schedule| schedule.edges(now, until));
            std::iter::once(now).chain(edges).any(|at| schedules.iter().all(|schedule| schedule.is_open(at)))
        })
    }
}

/// One of each schedule: the others of the same one would say the same.
fn by_schedule<'a, T>(all: &[&'a T], schedule: impl Fn(&T) -> Option<&Schedule>) -> Vec<&'a T> {
    let mut seen: Vec<Option<ScheduleName>> = Vec::new();
    let mut kept = Vec::new();
    for one in all {
        let name = schedule(one).map(|schedule| schedule.name().clone());
        if !seen.contains(&name) {
            seen.push(name);
            kept.push(*one);
        }
    }
    kept
}

fn tell(reach: &Reach<'_>, operator: &Operator, asset: &Asset, schedules: &[&Schedule]) -> Lint {
    let mut names: Vec<_> = schedules.iter().map(|schedule| schedule.name().as_str()).collect();
    names.dedup();
    let message = match names.as_slice() {
        [one] => format!("{one} does not open within {WEEKS} weeks"),
        _ => {
            let (names, who, what) = (names.join(", "), &operator.name, &asset.name);
            format!("{names} are never open together within {WEEKS} weeks, so {who} never meets it on {what}")
        }
    };
    let mend = "widen one of the schedules, or leave this pair out of the rule";
    Lint::new(LintKind::SchedulesNeverMeet, subject(reach.rule), message, mend)
}

/// A period whose end has passed: most likely a year that nobody has changed.
pub(super) fn over(policy: &Policy, now: Timestamp, lints: &mut Vec<Lint>) {
    for period in policy.periods().iter().filter(|period| period.until <= now) {
        let mend = "set `from` and `until` to the next time, or remove it";
        let message = "its `until` has passed: it does not begin again";
        lints.push(Lint::new(LintKind::PeriodOver, format!("lockdown {}", period.name), message, mend));
    }
}
