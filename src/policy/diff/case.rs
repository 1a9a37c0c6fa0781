//! One class of operators on one class of assets: every request that can differ is put to both policies.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;

use super::atoms::{Atom, Block, accesses, blocks, split};
use super::hours::{Stretch, Week, join};
use super::terms::{self, ChangeKind};
use super::{Access, Scope, Sides};
use crate::domain::{LoginName, RuleId, Via};
use crate::lockdown::Lockdowns;
use crate::policy::fits::Field;
use crate::policy::rule::{Attempt, Conditions, Rule};
use crate::policy::{Asset, Decision, Operator, Policy, Request, Schedule, Sources, Validity};

/// What there is to ask about.
pub(super) struct Case<'a> {
    pub(super) policies: &'a Sides<&'a Policy>,
    pub(super) operator: Sides<Option<&'a Operator>>,
    pub(super) asset: Sides<Option<&'a Asset>>,
    /// The rules of either side that name both.
    pub(super) rules: Vec<&'a Rule>,
    /// Any one of either side: for the fields of a request that are looked at one by one.
    pub(super) some: (&'a Operator, &'a Asset),
}

/// What changes, for some logins and kinds of access.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Finding {
    pub(super) kind: ChangeKind,
    pub(super) logins: Vec<LoginName>,
    pub(super) access: Vec<Access>,
    pub(super) scope: Scope,
    pub(super) terms: Sides<Option<Conditions>>,
}

/// Findings, and the rules that made each.
pub(super) type Findings = BTreeMap<Finding, BTreeSet<RuleId>>;

/// A source, a way in and a stretch of time, by their numbers.
type Cell = (usize, usize, usize);

/// Where and when: what does not depend on login and access.
struct Grid {
    sources: Vec<Atom<Block>>,
    vias: Vec<Atom<Via>>,
    hours: Vec<Atom<Stretch>>,
}

/// What changes in the same way for one login and one kind of access.
type Effects = BTreeMap<(ChangeKind, Sides<Option<Conditions>>), BTreeSet<Cell>>;

impl<'a> Case<'a> {
    pub(super) fn findings(&self, week: &Week) -> Findings {
        let grid = Grid {
            sources: self.sources(),
            vias: split([Via::Direct, Via::Tunnel, Via::Tls], |via| {
                self.fitting(&[Field::Via], Attempt { via: *via, ..self.attempt() })
            }),
            hours: self.hours(week),
        };
        let logins = self.logins();
        let accesses = split(accesses(&self.rules), |access| self.fitting_access(access));
        let mut found: BTreeMap<(ChangeKind, Sides<Option<Conditions>>, Scope), Found<'_>> = BTreeMap::new();
        for login in &logins {
            for access in &accesses {
                let (effects, rules) = self.effects(login, access, &grid);
                for ((kind, terms), cells) in effects {
                    for scope in grid.scopes(&cells) {
                        let found = found.entry((kind, terms.clone(), scope)).or_default();
                        found.rules.extend(rules.iter().cloned());
                        let done = login.values.iter().map(|login| (login, access.values.as_slice()));
                        done.for_each(|(login, access)| {
                            found.access.entry(login).or_default().extend(access)
                        });
                    }
                }
            }
        }
        let mut findings = Findings::new();
        for ((kind, terms, scope), found) in found {
            for (access, logins) in found.by_access() {
                let finding = Finding { kind, logins, access, scope: scope.clone(), terms: terms.clone() };
                findings.insert(finding, found.rules.clone());
            }
        }
        findings
    }

    /// Asks both policies everything about one login and one kind of access.
    fn effects(
        &self,
        login: &Atom<LoginName>,
        access: &Atom<Access>,
        grid: &Grid,
    ) -> (Effects, BTreeSet<RuleId>) {
        let mut rules = BTreeSet::new();
        let mut cells: Vec<(Cell, Sides<Option<Conditions>>)> = Vec::new();
        if let (Some(login), Some(access)) = (login.first(), access.first()) {
            grid.each(|cell, source, via, at| {
                let request = self.request(login, access, (source, via, at));
                let decisions = self.policies.each(|policy| policy.decide(&request, &Lockdowns::default()));
                let terms = decisions.each(terms::conditions);
                if terms.old != terms.new {
                    rules.extend(decisions.both().into_iter().flat_map(matched).cloned());
                }
                cells.push((cell, terms));
            });
        }
        let ever = Sides {
            old: cells.iter().any(|(_, terms)| terms.old.is_some()),
            new: cells.iter().any(|(_, terms)| terms.new.is_some()),
        };
        let mut effects = Effects::new();
        for (cell, terms) in cells {
            if let Some(kind) = terms::kind(&terms, ever) {
                effects.entry((kind, terms)).or_default().insert(cell);
            }
        }
        (effects, rules)
    }

    fn request(&self, login: &LoginName, access: &Access, place: (IpAddr, Via, Timestamp)) -> Request {
        let (source, via, at) = place;
        Request {
            operator: self.some.0.name.to_string(),
            source,
            via,
            asset: self.some.1.name.to_string(),
            login: login.to_string(),
            protocol: access.protocol,
            file: access.file.unwrap_or_default(),
            forward_to: access.forward_to.clone(),
            at,
        }
    }

    /// A request of which only the fields that are looked at mean something.
    fn attempt(&self) -> Attempt<'_> {
        Attempt {
            operator: self.some.0,
            source: IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED),
            via: Via::default(),
            asset: self.some.1,
            login: "",
            protocol: crate::domain::Protocol::Shell,
            file: crate::domain::FileAccess::default(),
            forward_to: None,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    /// Which rules a request fits, as far as these fields go.
    fn fitting(&self, fields: &[Field], attempt: Attempt<'_>) -> Vec<bool> {
        let fits = |rule: &&Rule| fields.iter().all(|field| rule.fits(*field, &attempt));
        self.rules.iter().map(fits).collect()
    }

    fn fitting_access(&self, access: &Access) -> Vec<bool> {
        let attempt = Attempt {
            protocol: access.protocol,
            file: access.file.unwrap_or_default(),
            forward_to: access.forward_to.as_ref(),
            ..self.attempt()
        };
        self.fitting(&[Field::Protocols, Field::Files, Field::ForwardTo], attempt)
    }

    fn sources(&self) -> Vec<Atom<Block>> {
        let accounts = self.operator.both().into_iter().flatten();
        let mut lists: Vec<&Sources> = accounts.filter_map(|operator| operator.sources.as_ref()).collect();
        lists.extend(self.rules.iter().filter_map(|rule| rule.sources.as_ref()));
        split(blocks(lists.iter().copied()), |block| {
            lists.iter().map(|sources| sources.contain(block.first)).collect()
        })
    }

    fn logins(&self) -> Vec<Atom<LoginName>> {
        let assets: Vec<&Asset> = self.asset.both().into_iter().copied().flatten().collect();
        let logins: BTreeSet<&LoginName> = assets.iter().flat_map(|asset| &asset.logins).collect();
        split(logins.into_iter().cloned(), |login| {
            let mut told =
                self.fitting(&[Field::Logins], Attempt { login: login.as_str(), ..self.attempt() });
            told.extend(assets.iter().map(|asset| asset.logins.contains(login)));
            told
        })
    }

    fn hours(&self, week: &Week) -> Vec<Atom<Stretch>> {
        let accounts: Vec<&Operator> = self.operator.both().into_iter().copied().flatten().collect();
        let assets = self.asset.both().into_iter().copied().flatten();
        let mut schedules: Vec<&Arc<Schedule>> =
            accounts.iter().filter_map(|o| o.schedule.as_ref()).collect();
        schedules.extend(assets.filter_map(|asset| asset.schedule.as_ref()));
        schedules.extend(self.rules.iter().filter_map(|rule| rule.schedule.as_ref()));
        schedules.sort_by_key(|schedule| Arc::as_ptr(schedule));
        schedules.dedup_by_key(|schedule| Arc::as_ptr(schedule));
        let validity: Sides<Option<Validity>> =
            self.operator.each(|side| side.map(|account| account.validity));
        let validities: Vec<Validity> = validity.both().into_iter().copied().flatten().collect();
        split(week.cut(&schedules, &validity), |stretch| {
            let open = schedules.iter().map(|schedule| schedule.is_open(stretch.from));
            open.chain(validities.iter().map(|validity| validity.holds(stretch.from))).collect()
        })
    }
}

/// What is done under one effect, login by login.
#[derive(Default)]
struct Found<'a> {
    access: BTreeMap<&'a LoginName, BTreeSet<&'a Access>>,
    rules: BTreeSet<RuleId>,
}

impl Found<'_> {
    /// The logins that are open to the same kinds of access, together.
    fn by_access(&self) -> BTreeMap<Vec<Access>, Vec<LoginName>> {
        let mut logins: BTreeMap<Vec<Access>, Vec<LoginName>> = BTreeMap::new();
        for (login, access) in &self.access {
            let access = access.iter().map(|access| (*access).clone()).collect();
            logins.entry(access).or_default().push((*login).clone());
        }
        logins
    }
}

fn matched(decision: &Decision) -> &[RuleId] {
    match decision {
        Decision::Allow(allowance) => &allowance.rules,
        Decision::Deny(denial) => &denial.rules,
    }
}

impl Grid {
    fn each(&self, mut visit: impl FnMut(Cell, IpAddr, Via, Timestamp)) {
        for (block, s) in self.sources.iter().filter_map(Atom::first).zip(0..) {
            for (via, v) in self.vias.iter().filter_map(Atom::first).zip(0..) {
                for (stretch, t) in self.hours.iter().filter_map(Atom::first).zip(0..) {
                    visit((s, v, t), block.first, *via, stretch.from);
                }
            }
        }
    }

    /// A set of cells as few scopes, each of which says exactly what it covers.
    fn scopes(&self, cells: &BTreeSet<Cell>) -> Vec<Scope> {
        let by_source = gather(cells.iter().map(|(s, v, t)| (*s, (*v, *t))));
        let mut scopes = Vec::new();
        for (places, sources) in by_source {
            for (hours, vias) in gather(places.into_iter()) {
                scopes.push(Scope {
                    from: self.from(&sources),
                    via: part(&self.vias, &vias).map(|vias| vias.into_iter().copied().collect()),
                    when: part(&self.hours, &hours).map(|stretches| {
                        let mut sorted: Vec<Stretch> = stretches.into_iter().copied().collect();
                        sorted.sort();
                        let mut joined = Vec::new();
                        sorted.into_iter().for_each(|stretch| join(&mut joined, stretch));
                        joined
                    }),
                });
            }
        }
        scopes
    }

    fn from(&self, sources: &BTreeSet<usize>) -> Option<Vec<String>> {
        let blocks = part(&self.sources, sources)?;
        let mut labels: Vec<String> = Vec::new();
        for label in blocks.into_iter().map(Block::label) {
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        Some(labels)
    }
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
