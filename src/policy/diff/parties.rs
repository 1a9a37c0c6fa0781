//! Operators and assets on both sides, with the rules that name them. Those that nothing tells apart are
//! one class, and are looked at once.

use std::collections::{BTreeSet, HashMap};

use super::bits::Bits;
use super::sides::Sides;
use crate::domain::{AssetName, OperatorName, Role, RuleId};
use crate::policy::rule::Rule;
use crate::policy::word::Effect;
use crate::policy::{Asset, Operator, Policy};

/// The rules of both sides; one that did not change is one.
pub(super) struct Rules<'a> {
    all: Vec<&'a Rule>,
    /// Each side's own, by their places in `all`.
    sides: Sides<Vec<usize>>,
    /// Those that allow.
    allow: Bits,
}

impl<'a> Rules<'a> {
    pub(super) fn of(sides: &Sides<&'a Policy>) -> Self {
        let mut all: Vec<&Rule> = sides.old.rules().collect();
        let old: Vec<usize> = (0..all.len()).collect();
        let by_id: HashMap<&RuleId, usize> = all.iter().map(|rule| &rule.id).zip(0..).collect();
        let mut new = Vec::new();
        for rule in sides.new.rules() {
            let same = by_id.get(&rule.id).filter(|at| all.get(**at).is_some_and(|old| *old == rule));
            new.push(same.copied().unwrap_or(all.len()));
            if same.is_none() {
                all.push(rule);
            }
        }
        let allowing = all.iter().zip(0..).filter(|(rule, _)| rule.effect == Effect::Allow);
        let allow = Bits::of(all.len(), allowing.map(|(_, at)| at));
        Self { all, sides: Sides { old, new }, allow }
    }

    /// The rules of each side that name somebody of that side.
    fn naming<T>(&self, party: &Sides<Option<&T>>, names: impl Fn(&Rule, &T) -> bool) -> Sides<Bits> {
        let side = |own: &[usize], party: Option<&T>| {
            let named = |at: &usize| {
                party.is_some_and(|party| self.all.get(*at).is_some_and(|rule| names(rule, party)))
            };
            Bits::of(self.all.len(), own.iter().copied().filter(named))
        };
        Sides { old: side(&self.sides.old, party.old), new: side(&self.sides.new, party.new) }
    }

    /// Whether a rule allows what it matches.
    pub(super) fn allows(&self, number: usize) -> bool {
        self.allow.contains(number)
    }

    pub(super) fn rule(&self, number: usize) -> Option<&'a Rule> {
        self.all.get(number).copied()
    }

    /// Whether anything could be allowed by these.
    pub(super) fn allow_any(&self, rules: &Bits) -> bool {
        self.allow.meets(rules)
    }
}

/// What both sides know by one name, or several that are alike.
pub(super) struct Class<'a, T, N> {
    pub(super) party: Sides<Option<&'a T>>,
    /// The rules that name it, whatever else they ask.
    pub(super) rules: Sides<Bits>,
    pub(super) names: Vec<N>,
    /// The first class that differs in its rules only.
    pub(super) kind: usize,
}

impl<T: Alike, N> Class<'_, T, N> {
    /// Whether it is on both sides, and the same but for the rules.
    pub(super) fn is_unchanged(&self) -> bool {
        self.party.old.is_some() && alike(self.party.old, self.party.new)
    }
}

/// What decides beside the rules.
pub(super) trait Alike {
    fn is_like(&self, other: &Self) -> bool;
}

impl Alike for Operator {
    fn is_like(&self, other: &Self) -> bool {
        let own = |o: &Self| (o.role, o.validity, o.disabled);
        own(self) == own(other) && self.schedule == other.schedule && self.sources == other.sources
    }
}

impl Alike for Asset {
    fn is_like(&self, other: &Self) -> bool {
        self.logins == other.logins && self.schedule == other.schedule
    }
}

fn alike<T: Alike>(a: Option<&T>, b: Option<&T>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.is_like(b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// Everybody who may reach assets on one side or the other.
pub(super) fn operators<'a>(
    sides: &Sides<&'a Policy>,
    rules: &Rules<'_>,
) -> Vec<Class<'a, Operator, OperatorName>> {
    let live = |operator: &&Operator| operator.role == Role::Operator && !operator.disabled;
    let names = sides.both().into_iter().flat_map(|side| side.operators().filter(live)).map(|o| &o.name);
    let parties = names.collect::<BTreeSet<_>>().into_iter().map(|name| {
        let party = sides.each(|side| side.operator(name.as_str()).filter(live));
        (name.clone(), party, rules.naming(&party, Rule::names_operator))
    });
    classes(parties)
}

pub(super) fn assets<'a>(sides: &Sides<&'a Policy>, rules: &Rules<'_>) -> Vec<Class<'a, Asset, AssetName>> {
    let names = sides.both().into_iter().flat_map(|side| side.assets()).map(|asset| &asset.name);
    let names_asset = |rule: &Rule, asset: &Asset| rule.names_asset(asset) && rule.dares(asset);
    let parties = names.collect::<BTreeSet<_>>().into_iter().map(|name| {
        let party = sides.each(|side| side.asset(name.as_str()));
        (name.clone(), party, rules.naming(&party, names_asset))
    });
    classes(parties)
}

fn classes<'a, T: Alike, N>(
    parties: impl Iterator<Item = (N, Sides<Option<&'a T>>, Sides<Bits>)>,
) -> Vec<Class<'a, T, N>> {
    let mut classes: Vec<Class<'a, T, N>> = Vec::new();
    let mut by_rules: HashMap<Sides<Bits>, Vec<usize>> = HashMap::new();
    for (name, party, rules) in parties {
        let same =
            |class: &Class<'a, T, N>| alike(class.party.old, party.old) && alike(class.party.new, party.new);
        let known = by_rules.entry(rules.clone()).or_default();
        let found = known.iter().copied().find(|at| classes.get(*at).is_some_and(same));
        if let Some(class) = found.and_then(|at| classes.get_mut(at)) {
            class.names.push(name);
            continue;
        }
        known.push(classes.len());
        let kind = classes.iter().position(same).unwrap_or(classes.len());
        classes.push(Class { party, rules, names: vec![name], kind });
    }
    classes
}
