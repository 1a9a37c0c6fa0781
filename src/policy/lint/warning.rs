//! One warning, and what kinds there are.

use std::fmt;

use serde::Serialize;

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
    pub(super) fn new(
        kind: LintKind,
        subject: impl fmt::Display,
        message: impl Into<String>,
        mend: &str,
    ) -> Self {
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
