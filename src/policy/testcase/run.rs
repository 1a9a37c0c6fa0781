//! Runs tests against the policy that they stand in.

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Fault};
use crate::domain::{Language, Tell, english, text};
use crate::lockdown::Lockdowns;
use crate::policy::{Decision, Policy, Reason};

use super::case::{Expectation, TestCase};
use super::expect::Expected;
use super::work::RuleAtWork;

/// A test whose policy says something else than was expected.
#[derive(Debug, Clone, Serialize)]
pub struct TestFailure {
    pub test: String,
    /// Where the first expectation stands that was not met; its message names all of them.
    #[serde(flatten)]
    pub fault: Diagnostic,
    pub decided: Decision,
    pub rules: Vec<RuleAtWork>,
    #[serde(skip)]
    unmet: Vec<Unmet>,
}

/// What was expected and what came.
#[derive(Debug, Clone)]
struct Unmet {
    expected: Expected,
    /// `None`: a denial, which has no such part.
    found: Option<Expected>,
    /// Of a denial, where the decision itself was not expected.
    because: Option<Reason>,
}

english!(TestFailure);

impl Tell for TestFailure {
    fn told(&self, language: Language) -> String {
        let fault = self.fault.saying(&Fault::new(said(&self.test, &self.unmet, language)));
        let rules = self.rules.iter().map(|rule| format!("\n  {}", rule.told(language)));
        fault.told(language) + &rules.collect::<String>()
    }
}

fn said(test: &str, unmet: &[Unmet], language: Language) -> String {
    let each: Vec<_> = unmet.iter().map(|one| one.told(language)).collect();
    let (name, what) = (format!("{test:?}"), each.join(&text!(language, "diff.semicolon")));
    text!(language, "test.fails", name = name, what = what)
}

impl Tell for Unmet {
    fn told(&self, language: Language) -> String {
        let (key, expected) = (self.expected.key(), &self.expected);
        let found = match (&self.found, self.because) {
            (Some(found), Some(reason)) => text!(language, "test.because", found = found, reason = reason),
            (Some(found), None) => found.to_string(),
            (None, _) => text!(language, "test.denial"),
        };
        match expected {
            Expected::Decision(_) => text!(language, "test.decision", expected = expected, found = found),
            _ => text!(language, "test.part", key = key, expected = expected, found = found),
        }
    }
}

impl Policy {
    /// Runs every test; the answer is those that fail. No lockdown is in force in a test.
    pub fn failing_tests(&self) -> Vec<TestFailure> {
        self.tests.iter().filter_map(|test| test.failure(self)).collect()
    }
}

impl TestCase {
    fn failure(&self, policy: &Policy) -> Option<TestFailure> {
        let decided = policy.decide(&self.request, &Lockdowns::default());
        let unmet: Vec<&Expectation> = self.expectations.iter().filter(|one| !one.is_met(&decided)).collect();
        // Of a request that is not even decided as expected, the conditions are beside the point.
        let decisive = unmet.iter().find(|one| matches!(one.expected, Expected::Decision(_)));
        let told = decisive.map_or_else(|| unmet.clone(), |one| vec![*one]);
        let unmet: Vec<_> = told.iter().map(|one| one.unmet(&decided)).collect();
        let message = said(&self.name, &unmet, Language::English);
        Some(TestFailure {
            test: self.name.clone(),
            fault: told.first()?.place.saying(&Fault::new(message)),
            unmet,
            rules: policy.at_work(&self.request, &decided, self.named_rules()),
            decided,
        })
    }

    /// The rules that it expects to match.
    fn named_rules(&self) -> &[crate::domain::RuleId] {
        let rules = self.expectations.iter().find_map(|one| match &one.expected {
            Expected::Rules(rules) => Some(rules.as_slice()),
            _ => None,
        });
        rules.unwrap_or_default()
    }
}

impl Expectation {
    fn is_met(&self, decided: &Decision) -> bool {
        self.expected.found_in(decided).as_ref() == Some(&self.expected)
    }

    fn unmet(&self, decided: &Decision) -> Unmet {
        let because = match (&self.expected, decided) {
            (Expected::Decision(_), Decision::Deny(denial)) => Some(denial.reason),
            _ => None,
        };
        Unmet { expected: self.expected.clone(), found: self.expected.found_in(decided), because }
    }
}
