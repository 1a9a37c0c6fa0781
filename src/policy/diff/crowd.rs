//! Many names in few words: a group that is just these, or the first of them and how many more.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rust_i18n::t;

use super::change::Change;
use super::teller::Teller;
use crate::domain::{AssetName, OperatorName, Role};
use crate::policy::Policy;

const EVERYONE: &str = "everyone";
const EVERYTHING: &str = "everything";

/// How many names are told.
const TOLD: usize = 4;

/// The groups of a policy, by who is in them.
pub struct Crowds {
    operators: BTreeMap<Vec<OperatorName>, String>,
    assets: BTreeMap<Vec<AssetName>, String>,
}

impl Crowds {
    /// Of the first policy, or else of the next: a group that changed is told as it is after.
    pub fn of(policies: &[&Policy]) -> Self {
        let (mut operators, mut assets) = (BTreeMap::new(), BTreeMap::new());
        for policy in policies {
            let live = policy.operators().filter(|o| o.role == Role::Operator && !o.disabled);
            let selectors = live.map(|operator| {
                let groups = operator.groups.iter().map(|group| format!("@{group}"));
                let vendor = operator.vendor.iter().map(|vendor| format!("vendor:{vendor}"));
                (operator.name.clone(), groups.chain(vendor).collect())
            });
            add(selectors, EVERYONE, &mut operators);
            let selectors = policy.assets().map(|asset| {
                (asset.name.clone(), asset.groups.iter().map(|group| format!("@{group}")).collect())
            });
            add(selectors, EVERYTHING, &mut assets);
        }
        Self { operators, assets }
    }

    pub(super) fn operators(&self, change: &Change, teller: &Teller<'_>) -> String {
        told(&change.operators, "operators", &self.operators, teller)
    }

    pub(super) fn assets(&self, change: &Change, teller: &Teller<'_>) -> String {
        told(&change.assets, "assets", &self.assets, teller)
    }
}

fn add<N: Ord + Clone>(
    members: impl Iterator<Item = (N, Vec<String>)>,
    all: &str,
    crowds: &mut BTreeMap<Vec<N>, String>,
) {
    let mut by_selector: BTreeMap<String, BTreeSet<N>> = BTreeMap::new();
    for (name, selectors) in members {
        for selector in selectors.into_iter().chain([all.to_owned()]) {
            by_selector.entry(selector).or_default().insert(name.clone());
        }
    }
    for (selector, names) in by_selector {
        crowds.entry(names.into_iter().collect()).or_insert(selector);
    }
}

fn told<N: Ord + fmt::Display>(
    names: &[N],
    kind: &str,
    crowds: &BTreeMap<Vec<N>, String>,
    teller: &Teller<'_>,
) -> String
where
    Vec<N>: std::borrow::Borrow<[N]>,
{
    let (tag, count) = (teller.tag(), names.len().to_string());
    if let Some(selector) = crowds.get(names).filter(|_| names.len() > 1) {
        let who = match selector.as_str() {
            all @ (EVERYONE | EVERYTHING) => t!(format!("diff.{all}"), locale = tag),
            selector => selector.into(),
        };
        return t!(format!("diff.{kind}-group"), locale = tag, who = who, count = count).into_owned();
    }
    let first = names.iter().take(TOLD).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(TOLD) {
        0 => first,
        more => {
            let more = more.to_string();
            t!(format!("diff.{kind}-more"), locale = tag, first = first, more = more).into_owned()
        }
    }
}
