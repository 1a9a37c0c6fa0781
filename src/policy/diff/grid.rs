//! The places and times that a set of rules, an account and an asset tell apart.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;

use super::atoms::{Atom, Block, blocks, split};
use super::change::ChangeScope;
use super::hours::{Stretch, Week, join};
use super::sides::Sides;
use crate::domain::Via;
use crate::policy::rule::Rule;
use crate::policy::{Asset, Operator, Schedule, Sources, Validity};

/// A source, a way in and a stretch of time, by their numbers.
pub(super) type Cell = (usize, usize, usize);

pub(super) struct Grid {
    sources: Vec<Atom<Block>>,
    vias: Vec<Atom<Via>>,
    hours: Vec<Atom<Stretch>>,
}

impl Grid {
    pub(super) fn of(
        rules: &Sides<Vec<&Rule>>,
        operator: Sides<Option<&Operator>>,
        asset: Sides<Option<&Asset>>,
        week: &Week,
    ) -> Self {
        let rules: Vec<&Rule> = rules.both().into_iter().flatten().copied().collect();
        let accounts: Vec<&Operator> = operator.both().into_iter().copied().flatten().collect();
        let schedules = rules.iter().map(|rule| &rule.schedule);
        let schedules = schedules.chain(accounts.iter().map(|account| &account.schedule));
        let schedules = schedules.chain(asset.both().into_iter().flatten().map(|asset| &asset.schedule));
        let validity = operator.each(|side| side.map(|account| account.validity));
        Self {
            sources: sources(&rules, &accounts),
            vias: split([Via::Direct, Via::Tunnel, Via::Tls], |via| {
                rules.iter().map(|rule| rule.via.as_ref().is_none_or(|listed| listed.contains(via))).collect()
            }),
            hours: hours(schedules.flatten().collect(), validity, week),
        }
    }

    /// Visits every cell, with a request's source, way in and time that speak for it.
    pub(super) fn each(&self, mut visit: impl FnMut(Cell, IpAddr, Via, Timestamp)) {
        for (block, s) in self.sources.iter().filter_map(Atom::first).zip(0..) {
            for (via, v) in self.vias.iter().filter_map(Atom::first).zip(0..) {
                for (stretch, t) in self.hours.iter().filter_map(Atom::first).zip(0..) {
                    visit((s, v, t), block.first, *via, stretch.from);
                }
            }
        }
    }

    /// A set of cells as few scopes, each of which says exactly what it covers.
    pub(super) fn scopes(&self, cells: &BTreeSet<Cell>) -> Vec<ChangeScope> {
        let by_source = gather(cells.iter().map(|(s, v, t)| (*s, (*v, *t))));
        let scopes = by_source.into_iter().flat_map(|(places, sources)| {
            let from = part(&self.sources, &sources).map(|blocks| labels(&blocks));
            gather(places.into_iter()).into_iter().map(move |(hours, vias)| ChangeScope {
                from: from.clone(),
                via: part(&self.vias, &vias).map(|vias| vias.into_iter().copied().collect()),
                when: part(&self.hours, &hours).map(joined),
            })
        });
        scopes.collect()
    }
}

fn sources(rules: &[&Rule], accounts: &[&Operator]) -> Vec<Atom<Block>> {
    let mut lists: Vec<&Sources> = accounts.iter().filter_map(|account| account.sources.as_ref()).collect();
    lists.extend(rules.iter().filter_map(|rule| rule.sources.as_ref()));
    split(blocks(lists.iter().copied()), |block| {
        lists.iter().map(|sources| sources.contain(block.first)).collect()
    })
}

fn hours(
    mut schedules: Vec<&Arc<Schedule>>,
    validity: Sides<Option<Validity>>,
    week: &Week,
) -> Vec<Atom<Stretch>> {
    schedules.sort_by_key(|schedule| Arc::as_ptr(schedule));
    schedules.dedup_by_key(|schedule| Arc::as_ptr(schedule));
    split(week.cut(&schedules, &validity), |stretch| {
        let open = schedules.iter().map(|schedule| week.is_open(schedule, stretch.from));
        let holds = validity.both().into_iter().flatten().map(|validity| validity.holds(stretch.from));
        open.chain(holds).collect()
    })
}

fn labels(blocks: &[&Block]) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for label in blocks.iter().map(|block| block.label()) {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    labels
}

/// Stretches in their order, and those that touch as one.
fn joined(stretches: Vec<&Stretch>) -> Vec<Stretch> {
    let sorted: BTreeSet<Stretch> = stretches.into_iter().copied().collect();
    sorted.into_iter().fold(Vec::new(), |mut joined, stretch| {
        join(&mut joined, stretch);
        joined
    })
}

/// Keys by the set of what stands with them.
fn gather<K: Ord, V: Ord>(pairs: impl Iterator<Item = (K, V)>) -> BTreeMap<BTreeSet<V>, BTreeSet<K>> {
    let mut by_key: BTreeMap<K, BTreeSet<V>> = BTreeMap::new();
    for (key, value) in pairs {
        by_key.entry(key).or_default().insert(value);
    }
    let mut gathered: BTreeMap<BTreeSet<V>, BTreeSet<K>> = BTreeMap::new();
    for (key, values) in by_key {
        gathered.entry(values).or_default().insert(key);
    }
    gathered
}

/// The values of the chosen atoms; `None` if all are chosen.
fn part<'a, V>(atoms: &'a [Atom<V>], chosen: &BTreeSet<usize>) -> Option<Vec<&'a V>> {
    let values = || chosen.iter().filter_map(|at| atoms.get(*at)).flat_map(|atom| &atom.values);
    (chosen.len() < atoms.len()).then(|| values().collect())
}
