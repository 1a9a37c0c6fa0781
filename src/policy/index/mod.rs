//! The rules by what they name, made once when a policy is loaded: a decision asks only those that can match.
//!
//! Rules are known by their number, the denying ones first, each kind sorted by id. For each operator, asset,
//! login, purpose and way in there is the set of the rules that take it; what the sets of a request share are
//! its candidates. The fields that are kept here are settled by that, and the others are asked of each candidate.

mod set;

use std::borrow::Borrow;
use std::collections::BTreeMap;

use super::rule::{Attempt, Rule};
use super::{Asset, Operator};
use crate::domain::{
    AssetName, AssetSelector, Danger, FileAccess, LoginName, OperatorName, OperatorSelector, Protocol, Via,
};
use crate::policy::word::Word as _;
use set::RuleSet;

/// Which rules take what.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    operators: BTreeMap<OperatorName, RuleSet>,
    assets: BTreeMap<AssetName, RuleSet>,
    logins: Named<LoginName>,
    /// By protocol and what is done to files.
    purposes: BTreeMap<(Protocol, FileAccess), RuleSet>,
    ways: Named<Via>,
}

impl Index {
    /// Of all operators, assets and rules of a policy; the place of a rule is its number.
    pub(super) fn new<'a>(
        operators: impl Iterator<Item = &'a Operator>,
        assets: impl Iterator<Item = &'a Asset>,
        rules: &[&Rule],
    ) -> Self {
        let selected = Named::of(rules, |rule| rule.operators.as_deref());
        let row = |operator: &Operator| selected.any_of(OperatorSelector::all_of(&operator.account()));
        let operators = operators.map(|operator| (operator.name.clone(), row(operator))).collect();
        Self {
            operators,
            assets: by_asset(assets, rules),
            logins: Named::of(rules, |rule| rule.logins.as_deref()),
            purposes: by_purpose(rules),
            ways: Named::of(rules, |rule| rule.via.as_deref()),
        }
    }

    /// The numbers of the rules that the fields kept here do not rule out, in their order.
    pub(super) fn candidates(&self, attempt: &Attempt<'_>) -> impl Iterator<Item = usize> + use<'_> {
        self.sets(attempt).into_iter().flat_map(RuleSet::common)
    }

    /// Nobody and nothing is missing here; if they were, no rule would match and nothing be allowed.
    fn sets(&self, attempt: &Attempt<'_>) -> Option<[&RuleSet; 5]> {
        let operator = self.operators.get(&attempt.operator.name)?;
        let asset = self.assets.get(&attempt.asset.name)?;
        let purpose = self.purposes.get(&(attempt.protocol, attempt.file))?;
        Some([operator, asset, purpose, self.logins.get(attempt.login), self.ways.get(&attempt.via)])
    }

    /// Whether some rule takes both.
    pub(super) fn joins(&self, operator: &Operator, asset: &Asset) -> bool {
        let sets = self.operators.get(&operator.name).zip(self.assets.get(&asset.name));
        sets.is_some_and(|(operator, asset)| operator.meets(asset))
    }
}

fn by_asset<'a>(assets: impl Iterator<Item = &'a Asset>, rules: &[&Rule]) -> BTreeMap<AssetName, RuleSet> {
    let selected = Named::of(rules, |rule| rule.assets.as_deref());
    let mut daring: BTreeMap<Danger, RuleSet> = BTreeMap::new();
    let row = |asset: &Asset| {
        let mut row = selected.any_of(AssetSelector::all_of(&asset.name, &asset.groups));
        row.intersect(
            daring.entry(asset.danger).or_insert_with(|| RuleSet::of(rules, |rule| rule.dares(asset))),
        );
        (asset.name.clone(), row)
    };
    assets.map(row).collect()
}

fn by_purpose(rules: &[&Rule]) -> BTreeMap<(Protocol, FileAccess), RuleSet> {
    let files = |protocol| FileAccess::WORDS.iter().map(move |(_, file)| (protocol, *file));
    let purposes = Protocol::WORDS.iter().flat_map(|(_, protocol)| files(*protocol));
    let row = |(protocol, file)| {
        let takes = |rule: &&Rule| rule.names_protocol(protocol) && rule.fits_files(protocol, file);
        ((protocol, file), RuleSet::of(rules, takes))
    };
    purposes.map(row).collect()
}

/// One field: for each value that some rule lists, the rules that take it.
#[derive(Debug, Clone)]
struct Named<K> {
    listed: BTreeMap<K, RuleSet>,
    /// The rules that leave the field out: they take any value.
    open: RuleSet,
}

impl<K> Default for Named<K> {
    fn default() -> Self {
        Self { listed: BTreeMap::new(), open: RuleSet::default() }
    }
}

impl<K: Ord + Clone> Named<K> {
    fn of<'a>(rules: &[&'a Rule], field: impl Fn(&'a Rule) -> Option<&'a [K]>) -> Self
    where
        K: 'a,
    {
        let open = RuleSet::of(rules, |rule| field(rule).is_none());
        let mut listed: BTreeMap<K, RuleSet> = BTreeMap::new();
        for (number, rule) in rules.iter().enumerate() {
            for key in field(rule).unwrap_or_default() {
                match listed.get_mut(key) {
                    Some(set) => set.insert(number),
                    None => {
                        let set = listed.entry(key.clone()).or_insert_with(|| open.clone());
                        set.insert(number);
                    }
                }
            }
        }
        Self { listed, open }
    }

    /// The rules that take a value.
    fn get<Q: Ord + ?Sized>(&self, value: &Q) -> &RuleSet
    where
        K: Borrow<Q>,
    {
        self.listed.get(value).unwrap_or(&self.open)
    }

    /// The rules that take at least one of the values.
    fn any_of(&self, values: impl Iterator<Item = K>) -> RuleSet {
        let mut set = self.open.clone();
        values.filter_map(|value| self.listed.get(&value)).for_each(|more| set.unite(more));
        set
    }
}
