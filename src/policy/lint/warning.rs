//! What is right by the letter and still hardly meant: rules that never match, accounts that reach nothing.
//!
//! Warnings, not faults: a policy with lints is in force as it stands. Each says how to mend it.

mod people;
mod reach;
mod rules;
mod shells;
mod times;

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use super::Policy;
use reach::Reach;
use times::Meetings;

/// One doubt about one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lint {
    pub kind: LintKind,
    /// What it is about: `rule dba-prod`, `operator li-lei`, `asset db1`, `commands dba`.
    pub subject: String,
    pub message: String,
    pub mend: String,
    /// Where that stands: `path:line:column`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// What kind of doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LintKind {
    RuleNeverMatches,
    RuleAlwaysDenied,
    RuleDuplicate,
    SchedulesNeverMeet,
    OperatorReachesNothing,
    AssetUnreachable,
    SingleFactor,
    ValidityExpired,
    ShellHandedOut,
    PeriodOver,
    WeakAlgorithms,
}

impl Lint {
    fn new(kind: LintKind, subject: impl fmt::Display, message: impl Into<String>, mend: &str) -> Self {
        Self {
            kind,
            subject: subject.to_string(),
            message: message.into(),
            mend: mend.to_owned(),
            place: None,
        }
    }
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        write!(f, "warning: {}: {}\n  hint: {}", self.subject, self.message, self.mend)
    }
}

impl Policy {
    /// Every doubt, as of `now`: those about rules first.
    pub fn lints(&self, now: Timestamp) -> Vec<Lint> {
        let reaches: Vec<Reach<'_>> = self.rules().map(|rule| Reach::of(self, rule, now)).collect();
        let mut meetings = Meetings::from(now);
        let mut lints = Vec::new();
        for reach in &reaches {
            match reach.fault() {
                Some(lint) => lints.push(lint),
                None => meetings.check(reach, &mut lints),
            }
        }
        rules::denied(&reaches, &mut lints);
        rules::duplicates(self, &mut lints);
        people::operators(self, &reaches, now, &mut lints);
        people::assets(self, &reaches, &mut lints);
        people::weak(self, &mut lints);
        times::over(self, now, &mut lints);
        shells::handed_out(self, &mut lints);
        for lint in &mut lints {
            lint.place = self.places.get(&lint.subject).cloned();
        }
        lints
    }
}

#[cfg(test)]
mod tests;
