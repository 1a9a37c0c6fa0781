#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::super::batch::parse_request;
use super::super::tests::{loaded_text, shanghai, table};
use super::*;
use crate::domain::{LockdownId, Protocol, Via};
use crate::lockdown::{Lockdown, Lockdowns, Scope};
use crate::policy::{Decision, Field, Policy, Reason, Request};

mod checks;
mod outlook;
mod reach;

const TABLE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/decisions.jsonl"));

fn explain(policy: &Policy, lockdowns: &Lockdowns, request: &Request) -> Explanation {
    let zone = shanghai();
    let beside = Beside { lockdowns, disabled: None, zone: &zone };
    policy.explain(request, &beside, |request| policy.decide(request, lockdowns))
}

fn request(line: &str) -> Request {
    let words: Vec<&str> = line.split(' ').collect();
    let [operator, source, asset, login, protocol, at] = words[..] else { panic!("{line}") };
    let line = serde_json::json!({
        "operator": operator, "source": source, "asset": asset, "login": login, "protocol": protocol,
        "at": format!("{at}+08:00"),
    });
    parse_request(&line.to_string()).unwrap()
}

fn allows(decision: &Decision) -> bool {
    matches!(decision, Decision::Allow(_))
}

#[test]
fn an_explanation_says_what_the_decision_says() {
    let (policy, none) = (table(), Lockdowns::default());
    for line in TABLE.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let request = parse_request(&case["request"].to_string()).unwrap();
        let explanation = explain(&policy, &none, &request);
        assert_eq!(explanation.decision, policy.decide(&request, &none), "{line}");
        let failed = explanation.checks.iter().find(|check| !check.passed).map(|check| check.reason);
        let of = |effect: &str| -> Vec<String> {
            let matching = explanation.rules.iter().filter(|r| r.matches && r.effect.as_str() == effect);
            matching.map(|rule| rule.id.to_string()).collect()
        };
        match &explanation.decision {
            Decision::Allow(allowance) => {
                assert_eq!(failed, None, "{line}");
                assert_eq!(of("allow"), allowance.rules.iter().map(ToString::to_string).collect::<Vec<_>>());
                assert_eq!(allowance.until.is_some(), !explanation.origins.until.is_empty(), "{line}");
                assert_eq!(allowance.max_session.is_some(), !explanation.origins.max_session.is_empty());
            }
            Decision::Deny(denial) => {
                assert_eq!(failed, Some(denial.reason), "{line}");
                assert_eq!(explanation.origins, Origins::default(), "{line}");
                if denial.reason == Reason::Rule {
                    assert_eq!(of("deny"), denial.rules.iter().map(ToString::to_string).collect::<Vec<_>>());
                }
            }
        }
    }
}
