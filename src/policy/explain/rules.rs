//! Each rule, with the fields that make it match or that stand in its way.

use crate::domain::RuleId;
use crate::policy::Field;
use crate::policy::rule::{Attempt, Rule};
use crate::policy::word::Effect;

use super::case::Case;
use super::compare;

/// One rule beside the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Considered {
    pub id: RuleId,
    pub effect: Effect,
    pub matches: bool,
    /// Where it matches, the fields that the rule names; else those that do not fit.
    pub fields: Vec<ComparedField>,
}

/// One field of a rule beside what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedField {
    pub field: Field,
    pub compared: String,
}

/// Every rule: what matches first, then what fewest fields keep from it.
pub(super) fn considered(case: &Case<'_>) -> Vec<Considered> {
    let Some(attempt) = case.attempt() else { return Vec::new() };
    let mut rules: Vec<Considered> = case.policy.rules().map(|rule| Considered::of(rule, &attempt)).collect();
    rules.sort_by_key(|rule| if rule.matches { 0 } else { rule.fields.len() });
    rules
}

impl Considered {
    fn of(rule: &Rule, attempt: &Attempt<'_>) -> Self {
        let misses: Vec<Field> = Field::ALL.into_iter().filter(|field| !rule.fits(*field, attempt)).collect();
        let matches = misses.is_empty();
        let told = if matches { named(rule) } else { misses };
        let compared = |field| compare::field(rule, field, attempt, matches);
        let fields =
            told.into_iter().map(|field| ComparedField { field, compared: compared(field) }).collect();
        Self { id: rule.id.clone(), effect: rule.effect, matches, fields }
    }
}

/// The fields that a rule does not leave out.
fn named(rule: &Rule) -> Vec<Field> {
    let names = |field: &Field| match field {
        Field::Operators => rule.operators.is_some(),
        Field::Sources => rule.sources.is_some(),
        Field::Via => rule.via.is_some(),
        Field::Assets => rule.assets.is_some(),
        Field::Logins => rule.logins.is_some(),
        Field::MaxDanger => rule.max_danger.is_some(),
        Field::Protocols => rule.protocols.is_some(),
        Field::Files => rule.files.is_some(),
        Field::ForwardTo => rule.forward_to.is_some(),
        Field::Schedule => rule.schedule.is_some(),
    };
    Field::ALL.into_iter().filter(names).collect()
}
