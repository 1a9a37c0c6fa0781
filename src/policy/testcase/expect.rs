//! What a test may expect of a decision.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{CommandSetName, RuleId};
use crate::policy::word::Effect;
use crate::policy::{Decision, Reason};

/// One part of a decision: as it is expected, or as it came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    Decision(Effect),
    Reason(Reason),
    /// Sorted, each once.
    Rules(Vec<RuleId>),
    Approval(bool),
    /// Sorted, each once.
    Commands(Vec<CommandSetName>),
    MaxSession(Option<Duration>),
    Idle(Option<Duration>),
    Until(Option<Timestamp>),
}

impl Expected {
    /// The key under which it is written.
    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::Decision(_) => "expect",
            Self::Reason(_) => "reason",
            Self::Rules(_) => "rules",
            Self::Approval(_) => "approval",
            Self::Commands(_) => "commands",
            Self::MaxSession(_) => "max_session",
            Self::Idle(_) => "idle",
            Self::Until(_) => "until",
        }
    }

    /// The same part of a decision; a denial has no conditions.
    pub(super) fn found_in(&self, decision: &Decision) -> Option<Self> {
        Some(match (self, decision) {
            (Self::Decision(_), Decision::Allow(_)) => Self::Decision(Effect::Allow),
            (Self::Decision(_), Decision::Deny(_)) => Self::Decision(Effect::Deny),
            (Self::Reason(_), Decision::Allow(_)) => Self::Reason(Reason::Rule),
            (Self::Reason(_), Decision::Deny(denial)) => Self::Reason(denial.reason),
            (Self::Rules(_), Decision::Allow(allowance)) => Self::Rules(allowance.rules.clone()),
            (Self::Rules(_), Decision::Deny(denial)) => Self::Rules(denial.rules.clone()),
            (Self::Approval(_), Decision::Allow(allowance)) => Self::Approval(allowance.approval),
            (Self::Commands(_), Decision::Allow(allowance)) => Self::Commands(allowance.commands.clone()),
            (Self::MaxSession(_), Decision::Allow(allowance)) => Self::MaxSession(allowance.max_session),
            (Self::Idle(_), Decision::Allow(allowance)) => Self::Idle(allowance.idle),
            (Self::Until(_), Decision::Allow(allowance)) => Self::Until(allowance.until),
            (_, Decision::Deny(_)) => return None,
        })
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decision(Effect::Allow) => f.write_str("allow"),
            Self::Decision(Effect::Deny) => f.write_str("deny"),
            Self::Reason(reason) => reason.fmt(f),
            Self::Rules(rules) => list(rules, f),
            Self::Approval(approval) => approval.fmt(f),
            Self::Commands(sets) => list(sets, f),
            Self::MaxSession(length) | Self::Idle(length) => match length {
                Some(length) => f.write_str(&duration(*length)),
                None => f.write_str("none"),
            },
            Self::Until(Some(until)) => until.fmt(f),
            Self::Until(None) => f.write_str("none"),
        }
    }
}

fn list<T: fmt::Display>(names: &[T], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if names.is_empty() {
        return f.write_str("none");
    }
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    f.write_str(&names.join(", "))
}

/// As the files write it.
pub(in crate::policy) fn duration(length: Duration) -> String {
    let seconds = length.as_secs();
    if seconds == 0 {
        return "0s".to_owned();
    }
    let units = [("d", seconds / 86_400), ("h", seconds / 3_600 % 24), ("m", seconds / 60 % 60)];
    let units = units.into_iter().chain([("s", seconds % 60)]);
    units.filter(|(_, count)| *count > 0).map(|(unit, count)| format!("{count}{unit}")).collect()
}
