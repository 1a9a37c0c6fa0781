//! Where and when something changes, for rules of which all the rest of a request is known to fit.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::change::ChangeScope;
use super::grid::Grid;
use super::hours::Week;
use super::parties::Rules;
use super::sides::Sides;
use super::terms::{self, ChangeKind};
use crate::domain::RuleId;
use crate::lockdown::Lockdowns;
use crate::policy::rule::{Conditions, Rule};
use crate::policy::{Asset, Decision, Operator, Policy, Request};

/// Everything that an answer can depend on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Question {
    /// The rules of each side that fit, by their numbers.
    pub(super) rules: Sides<Vec<usize>>,
    /// What account and what asset it is about.
    pub(super) kinds: (usize, usize),
    /// Whether the asset has the login.
    pub(super) listed: Sides<bool>,
}

/// Whom and what a question is about: any one for whom it is the same.
pub(super) struct Subject<'a> {
    pub(super) operator: Sides<Option<&'a Operator>>,
    pub(super) asset: Sides<Option<&'a Asset>>,
    /// One that fits all of the rules but for its place and time.
    pub(super) request: Request,
}

/// Whether the answer cannot have changed, or nothing is allowed anyway.
pub(super) fn idle(rules: &Sides<Vec<usize>>, unchanged: bool, all: &Rules<'_>) -> bool {
    let allowing = rules.both().into_iter().flatten().any(|number| all.allows(*number));
    !allowing || (unchanged && rules.old == rules.new)
}

/// A change in some places and at some times.
pub(super) struct Effect {
    pub(super) kind: ChangeKind,
    pub(super) terms: Sides<Option<Conditions>>,
    pub(super) scope: ChangeScope,
    pub(super) rules: BTreeSet<RuleId>,
}

/// Asks, and remembers what was answered: many pairs put the same question.
pub(super) struct Effects {
    week: Week,
    known: HashMap<Question, Rc<Vec<Effect>>>,
}

impl Effects {
    pub(super) fn over(week: Week) -> Self {
        Self { week, known: HashMap::new() }
    }

    pub(super) fn of(
        &mut self,
        question: Question,
        all: &Rules<'_>,
        subject: Subject<'_>,
    ) -> Rc<Vec<Effect>> {
        if let Some(effects) = self.known.get(&question) {
            return Rc::clone(effects);
        }
        let Subject { operator, asset, request } = subject;
        let rules =
            question.rules.each(|numbers| numbers.iter().filter_map(|number| all.rule(*number)).collect());
        let grid = Grid::of(&rules, operator, asset, &self.week);
        let policies = Sides {
            old: Policy::narrow(operator.old, asset.old, &rules.old),
            new: Policy::narrow(operator.new, asset.new, &rules.new),
        };
        let effects = Rc::new(ask(&policies, &grid, request));
        self.known.insert(question, Rc::clone(&effects));
        effects
    }
}

/// Puts every place and time to both policies.
fn ask(policies: &Sides<Policy>, grid: &Grid, mut request: Request) -> Vec<Effect> {
    let mut asked = Vec::new();
    grid.each(|cell, source, via, at| {
        (request.source, request.via, request.at) = (source, via, at);
        asked.push((cell, policies.each(|policy| policy.decide(&request, &Lockdowns::default()))));
    });
    let ever = Sides {
        old: asked.iter().any(|(_, decisions)| matches!(decisions.old, Decision::Allow(_))),
        new: asked.iter().any(|(_, decisions)| matches!(decisions.new, Decision::Allow(_))),
    };
    let mut changed: BTreeMap<_, (BTreeSet<_>, BTreeSet<RuleId>)> = BTreeMap::new();
    for (cell, decisions) in &asked {
        let terms = decisions.each(terms::conditions);
        if let Some(kind) = terms::kind(&terms, ever) {
            let (cells, rules) = changed.entry((kind, terms)).or_default();
            cells.insert(*cell);
            rules.extend(decisions.both().into_iter().flat_map(matched).cloned());
        }
    }
    let effects = changed.into_iter().flat_map(|((kind, terms), (cells, rules))| {
        let effect = move |scope| Effect { kind, terms: terms.clone(), scope, rules: rules.clone() };
        grid.scopes(&cells).into_iter().map(effect)
    });
    effects.collect()
}

fn matched(decision: &Decision) -> &[RuleId] {
    match decision {
        Decision::Allow(allowance) => &allowance.rules,
        Decision::Deny(denial) => &denial.rules,
    }
}

impl Policy {
    /// Of one account and one asset, with the rules that can matter to them: its decisions on them are those
    /// of the whole.
    fn narrow(operator: Option<&Operator>, asset: Option<&Asset>, rules: &[&Rule]) -> Self {
        let mut policy = Self::empty();
        policy.operators.extend(operator.map(|operator| (operator.name.clone(), operator.clone())));
        policy.assets.extend(asset.map(|asset| (asset.name.clone(), asset.clone())));
        policy.ruled_by(rules.iter().map(|rule| (*rule).clone()).collect())
    }
}
