//! From where something is allowed: the decision, asked once for all addresses that no range tells apart.

use std::collections::HashMap;

use crate::domain::canonical;
use crate::policy::rule::{Attempt, Rule};
use crate::policy::word::Effect;
use crate::policy::{Decision, Field, Request, Sources};

use super::inquiry::Inquiry;
use super::spans::{self, Span, Whence};

/// What is decided, and from where.
pub(super) type Answers = Vec<(Decision, Whence)>;

impl Inquiry {
    /// Each grant with the sources that have it; else, if that is asked for, the denial that came nearest.
    /// `rules` are those whose other fields fit.
    pub(super) fn by_source(
        &self,
        attempt: &Attempt<'_>,
        rules: &[&Rule],
        decide: &impl Fn(&Request) -> Decision,
    ) -> Answers {
        if !self.denied && rules.iter().all(|rule| rule.effect == Effect::Deny) {
            return Vec::new();
        }
        if self.source.is_some() {
            let decision = decide(&request(attempt));
            let wanted = self.denied || allows(&decision);
            let from = Whence { within: vec![canonical(attempt.source).into()], except: Vec::new() };
            return if wanted { vec![(decision, from)] } else { Vec::new() };
        }
        let account = attempt.operator.sources.iter();
        let cuts: Vec<_> = account.chain(rules.iter().filter_map(|rule| rule.sources.as_ref())).collect();
        let (spans, decisions) = everywhere(attempt, rules, &cuts, decide);
        let grants = grants(&decisions);
        if grants.is_empty() && self.denied {
            return nearest(decisions).map(|denial| (denial, Whence::default())).into_iter().collect();
        }
        let of = |grant: &Decision| {
            let chosen = spans.iter().zip(&decisions).filter(|(_, decision)| *decision == grant);
            Whence::of(&chosen.map(|(span, _)| *span).collect::<Vec<_>>(), &spans, &cuts)
        };
        grants.into_iter().map(|grant| (grant.clone(), of(grant))).collect()
    }
}

/// Every span with what is decided there. The source matters through the account's ranges and the rules'
/// alone: where they hold it alike, one answer counts for all.
fn everywhere(
    attempt: &Attempt<'_>,
    rules: &[&Rule],
    cuts: &[&Sources],
    decide: &impl Fn(&Request) -> Decision,
) -> (Vec<Span>, Vec<Decision>) {
    let request = request(attempt);
    let mut known: HashMap<Vec<bool>, Decision> = HashMap::new();
    let spans = spans::cut(cuts).into_iter();
    let decided = spans.filter_map(|span| {
        let source = span.example()?;
        let held = held(&Attempt { source, ..*attempt }, rules);
        let decision = known.entry(held).or_insert_with(|| decide(&Request { source, ..request.clone() }));
        Some((span, decision.clone()))
    });
    decided.unzip()
}

/// Whose ranges hold the source: the account's, each rule's.
fn held(attempt: &Attempt<'_>, rules: &[&Rule]) -> Vec<bool> {
    let account = attempt.operator.sources.as_ref().is_none_or(|sources| sources.contain(attempt.source));
    std::iter::once(account).chain(rules.iter().map(|rule| rule.fits(Field::Sources, attempt))).collect()
}

fn allows(decision: &Decision) -> bool {
    matches!(decision, Decision::Allow(_))
}

/// Each grant once.
fn grants(decisions: &[Decision]) -> Vec<&Decision> {
    let mut grants: Vec<&Decision> = Vec::new();
    for grant in decisions.iter().filter(|decision| allows(decision)) {
        if !grants.contains(&grant) {
            grants.push(grant);
        }
    }
    grants
}

/// The denial that came furthest in the order of the checks.
fn nearest(decisions: Vec<Decision>) -> Option<Decision> {
    decisions.into_iter().max_by_key(|decision| match decision {
        Decision::Deny(denial) => Some(denial.reason),
        Decision::Allow(_) => None,
    })
}

fn request(attempt: &Attempt<'_>) -> Request {
    Request {
        operator: attempt.operator.name.to_string(),
        source: attempt.source,
        via: attempt.via,
        asset: attempt.asset.name.to_string(),
        login: attempt.login.to_owned(),
        protocol: attempt.protocol,
        file: attempt.file,
        forward_to: attempt.forward_to.cloned(),
        at: attempt.at,
    }
}
