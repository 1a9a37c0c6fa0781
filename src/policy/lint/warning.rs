//! One warning, and what kinds there are.

use std::fmt;

use rust_i18n::t;
use serde::Serialize;

use crate::diagnostic::{in_language, word_for_hint};
use crate::domain::Language;

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
    OfficerFromAnywhere,
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

impl Lint {
    /// All of it, for a person.
    pub fn told(&self, language: Language) -> String {
        let place = self.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
        let subject = subject_in(&self.subject, language);
        let (message, mend) = (in_language(&self.message, language), in_language(&self.mend, language));
        let warning = t!("lint.warning", locale = language.tag(), subject = subject, message = message);
        format!("{place}{warning}\n  {}{mend}", word_for_hint(language))
    }
}

impl fmt::Display for Lint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(Language::English))
    }
}

/// What is told about: `rule dba-prod`, in this language.
pub(in super::super) fn subject_in(subject: &str, language: Language) -> String {
    const KINDS: [(&str, &str); 7] = [
        ("rule ", "lint.rule"),
        ("operator ", "lint.operator"),
        ("asset ", "lint.asset"),
        ("commands ", "lint.commands"),
        ("command set ", "lint.commands"),
        ("lockdown ", "lint.lockdown"),
        ("schedule ", "lint.schedule"),
    ];
    let named = |(kind, key): (&str, &'static str)| Some((subject.strip_prefix(kind)?, key));
    match (language, KINDS.into_iter().find_map(named)) {
        (Language::English, _) => subject.to_owned(),
        (_, Some((name, key))) => t!(key, locale = language.tag(), name = name).into_owned(),
        (_, None) => in_language(subject, language).into_owned(),
    }
}
