//! From pairs to changes: everybody for whom the same changes on the same assets is told once.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use jiff::Timestamp;

use super::bits::Bits;
use super::case::{Case, Finding, Findings};
use super::change::Change;
use super::effects::Effects;
use super::hours::Week;
use super::parties::{self, Class, Rules};
use super::sides::Sides;
use crate::domain::{AssetName, OperatorName, RuleId};
use crate::policy::{Asset, Operator, Policy};

type Operators<'a> = Class<'a, Operator, OperatorName>;
type Assets<'a> = Class<'a, Asset, AssetName>;

/// For whom and what a finding holds: the numbers of the classes.
#[derive(Default)]
struct Holders {
    assets: BTreeMap<usize, BTreeSet<usize>>,
    rules: BTreeSet<RuleId>,
}

pub(super) fn changes(policies: &Sides<&Policy>, now: Timestamp) -> Vec<Change> {
    let rules = Rules::of(policies);
    let operators = parties::operators(policies, &rules);
    let assets = parties::assets(policies, &rules);
    let effects = Effects::over(Week::from(now));
    let mut cases = Cases { rules: &rules, effects, known: HashMap::new() };
    let mut holders: HashMap<Finding, Holders> = HashMap::new();
    for (o, operator) in operators.iter().enumerate() {
        for (a, asset) in assets.iter().enumerate() {
            let Some(findings) = cases.findings(operator, asset) else { continue };
            for (finding, rules) in findings.iter() {
                if !holders.contains_key(finding) {
                    holders.insert(finding.clone(), Holders::default());
                }
                if let Some(holders) = holders.get_mut(finding) {
                    holders.assets.entry(o).or_default().insert(a);
                    holders.rules.extend(rules.iter().cloned());
                }
            }
        }
    }
    let mut changes: Vec<Change> = holders
        .into_iter()
        .flat_map(|(finding, holders)| told(&finding, &holders, &operators, &assets))
        .collect();
    changes.sort_by(|a, b| order(a).cmp(&order(b)));
    changes
}

/// What opens most comes first.
fn order(change: &Change) -> impl Ord + '_ {
    let Change { kind, operators, assets, logins, access, scope, before, after, .. } = change;
    (*kind, Reverse(change.pairs()), operators, assets, logins, access, scope, (before, after))
}

/// Operators with the same assets, together.
fn told(
    finding: &Finding,
    holders: &Holders,
    operators: &[Operators<'_>],
    assets: &[Assets<'_>],
) -> Vec<Change> {
    let mut by_assets: BTreeMap<&BTreeSet<usize>, Vec<OperatorName>> = BTreeMap::new();
    for (operator, on) in &holders.assets {
        let names = operators.get(*operator).map(|class| class.names.clone()).unwrap_or_default();
        by_assets.entry(on).or_default().extend(names);
    }
    let change = |(on, mut operators): (&BTreeSet<usize>, Vec<OperatorName>)| {
        let mut assets: Vec<_> = on
            .iter()
            .filter_map(|at| assets.get(*at))
            .flat_map(|class| class.names.iter().cloned())
            .collect();
        operators.sort();
        assets.sort();
        Change {
            kind: finding.kind,
            operators,
            assets,
            logins: finding.logins.clone(),
            access: finding.access.clone(),
            scope: finding.scope.clone(),
            before: finding.terms.old.clone(),
            after: finding.terms.new.clone(),
            rules: holders.rules.iter().cloned().collect(),
        }
    };
    by_assets.into_iter().map(change).collect()
}

/// Looks at pairs, and at those that are alike only once.
struct Cases<'a> {
    rules: &'a Rules<'a>,
    effects: Effects,
    known: HashMap<(Sides<Bits>, usize, usize), Rc<Findings>>,
}

impl Cases<'_> {
    /// `None` where nothing can have changed.
    fn findings(&mut self, operator: &Operators<'_>, asset: &Assets<'_>) -> Option<Rc<Findings>> {
        let rules = Sides {
            old: operator.rules.old.and(&asset.rules.old),
            new: operator.rules.new.and(&asset.rules.new),
        };
        let unchanged = operator.is_unchanged() && asset.is_unchanged();
        if (unchanged && rules.old == rules.new)
            || !rules.both().into_iter().any(|rules| self.rules.allow_any(rules))
        {
            return None;
        }
        let some = (operator.party.old.or(operator.party.new)?, asset.party.old.or(asset.party.new)?);
        let key = (rules, operator.kind, asset.kind);
        if let Some(findings) = self.known.get(&key) {
            return Some(Rc::clone(findings));
        }
        let named = key.0.old.union(&key.0.new).filter_map(|number| {
            let sides = Sides { old: key.0.old.contains(number), new: key.0.new.contains(number) };
            self.rules.rule(number).map(|rule| (number, rule, sides))
        });
        let case = Case {
            all: self.rules,
            operator: operator.party,
            asset: asset.party,
            kinds: (operator.kind, asset.kind),
            unchanged,
            rules: named.collect(),
            some,
        };
        let findings = Rc::new(case.findings(&mut self.effects));
        self.known.insert(key, Rc::clone(&findings));
        Some(findings)
    }
}
