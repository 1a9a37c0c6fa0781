//! Runs tests against the policy that they stand in.

use std::fmt;

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Fault};
use crate::lockdown::Lockdowns;
use crate::policy::{Decision, Policy};

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
}

impl fmt::Display for TestFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(f)?;
        self.rules.iter().try_for_each(|rule| write!(f, "\n  {rule}"))
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
        let said: Vec<_> = told.iter().map(|one| one.said(&decided)).collect();
        let message = format!("test {:?} fails: {}", self.name, said.join("; "));
        Some(TestFailure {
            test: self.name.clone(),
            fault: told.first()?.place.saying(&Fault::new(message)),
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

    /// What was expected and what came.
    fn said(&self, decided: &Decision) -> String {
        let key = self.expected.key();
        let found = match (self.expected.found_in(decided), decided) {
            (Some(found), Decision::Deny(denial)) if key == "expect" => {
                format!("{found} ({})", denial.reason)
            }
            (Some(found), _) => found.to_string(),
            (None, _) => "a denial".to_owned(),
        };
        let expected = &self.expected;
        if key == "expect" {
            format!("expected {expected}, decided {found}")
        } else {
            format!("`{key}`: expected {expected}, found {found}")
        }
    }
}
