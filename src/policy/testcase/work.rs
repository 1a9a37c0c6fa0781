//! The rules at work in a decision: those that made it, and those that nearly made another.

use serde::Serialize;

use crate::domain::{Language, RuleId, Tell, text};
use crate::policy::fits::Field;
use crate::policy::rule::{Attempt, Rule};
use crate::policy::word::Effect;
use crate::policy::{Decision, Policy, Reason, Request};

/// How many rules are named that did not match.
const NEAREST: usize = 3;

/// A rule that a decision turned on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleAtWork {
    pub rule: RuleId,
    pub effect: Effect,
    /// The fields that do not match; none where the rule matches.
    pub fails: Vec<Field>,
}

impl Tell for RuleAtWork {
    fn told(&self, language: Language) -> String {
        let rule = &self.rule;
        let effect = if self.effect == Effect::Allow { "allow" } else { "deny" };
        let fields: Vec<_> = self.fails.iter().map(|field| format!("`{field}`")).collect();
        let fields = fields.join(&text!(language, "console.comma"));
        let key = match self.fails.as_slice() {
            [] => "test.rule-matches",
            [_] => "test.rule-differs-one",
            _ => "test.rule-differs-many",
        };
        text!(language, key, rule = rule, effect = effect, fields = fields)
    }
}

impl Policy {
    /// The rules that matched; where none did, those that came nearest; and those that were `expected`.
    pub(super) fn at_work(
        &self,
        request: &Request,
        decision: &Decision,
        expected: &[RuleId],
    ) -> Vec<RuleAtWork> {
        let Some(attempt) = self.attempt(request) else { return Vec::new() };
        let work = |rule: &Rule| RuleAtWork {
            rule: rule.id.clone(),
            effect: rule.effect,
            fails: Field::ALL.into_iter().filter(|field| !rule.fits(*field, &attempt)).collect(),
        };
        let matched = match decision {
            Decision::Allow(allowance) => allowance.rules.as_slice(),
            Decision::Deny(denial) => denial.rules.as_slice(),
        };
        let named = |rule: &&Rule| matched.contains(&rule.id) || expected.contains(&rule.id);
        let mut at_work: Vec<_> = self.rules().filter(named).map(work).collect();
        if matches!(decision, Decision::Deny(denial) if denial.reason == Reason::NoRule) {
            let allow = self.rules().filter(|rule| rule.effect == Effect::Allow);
            let mut near: Vec<_> = allow.map(work).filter(|rule| !at_work.contains(rule)).collect();
            near.sort_by_key(|rule| rule.fails.len());
            at_work.extend(near.into_iter().take(NEAREST));
        }
        at_work
    }

    /// The request with its names resolved, where they can be.
    fn attempt<'a>(&'a self, request: &'a Request) -> Option<Attempt<'a>> {
        let Request { source, via, protocol, file, at, .. } = *request;
        Some(Attempt {
            operator: self.operator(&request.operator)?,
            source,
            via,
            asset: self.asset(&request.asset)?,
            login: &request.login,
            protocol,
            file,
            forward_to: request.forward_to.as_ref(),
            at,
        })
    }
}
