//! One class of operators on one class of assets: what changes for which logins and kinds of access.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use jiff::Timestamp;

use super::atoms::{accesses, split};
use super::change::{AccessKind, ChangeScope};
use super::effects::{Effects, Question, Subject, idle};
use super::parties::Rules;
use super::sides::Sides;
use super::terms::ChangeKind;
use crate::domain::{FileAccess, LoginName, Protocol, RuleId, Via};
use crate::policy::fits::Field;
use crate::policy::rule::{Attempt, Conditions, Rule};
use crate::policy::{Asset, Operator, Request};

/// What stands where a source is not looked at.
const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// What there is to ask about.
pub(super) struct Case<'a> {
    pub(super) all: &'a Rules<'a>,
    pub(super) operator: Sides<Option<&'a Operator>>,
    pub(super) asset: Sides<Option<&'a Asset>>,
    /// The kinds of the two, which tell accounts and assets apart whatever the rules.
    pub(super) kinds: (usize, usize),
    /// Whether all but the rules is the same on both sides.
    pub(super) unchanged: bool,
    /// The rules that name both, by their numbers, each with the sides that it is on.
    pub(super) rules: Vec<(usize, &'a Rule, Sides<bool>)>,
    /// Any one of either side: for the fields of a request that are looked at one by one.
    pub(super) some: (&'a Operator, &'a Asset),
}

/// What changes, for some logins and kinds of access.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Finding {
    pub(super) kind: ChangeKind,
    pub(super) logins: Vec<LoginName>,
    pub(super) access: Vec<AccessKind>,
    pub(super) scope: ChangeScope,
    pub(super) terms: Sides<Option<Conditions>>,
}

/// Findings, and the rules that made each.
pub(super) type Findings = BTreeMap<Finding, BTreeSet<RuleId>>;

/// What is done under one effect, login by login.
#[derive(Default)]
struct Found<'a> {
    access: BTreeMap<&'a LoginName, BTreeSet<&'a AccessKind>>,
    rules: BTreeSet<RuleId>,
}

impl Case<'_> {
    pub(super) fn findings(&self, effects: &mut Effects) -> Findings {
        let logins = self.asset.both().into_iter().flatten().flat_map(|asset| &asset.logins);
        let logins = split(logins.cloned().collect::<BTreeSet<_>>(), |login| self.fitting_login(login));
        let rules: Vec<&Rule> = self.rules.iter().map(|(_, rule, _)| *rule).collect();
        let accesses = split(accesses(&rules), |access| self.fitting_access(access));
        let mut found: BTreeMap<(ChangeKind, Sides<Option<Conditions>>, ChangeScope), Found<'_>> =
            BTreeMap::new();
        for login in &logins {
            for access in &accesses {
                let fits = login.told.iter().zip(&access.told).map(|(login, access)| *login && *access);
                let (Some(some_login), Some(some_access)) = (login.first(), access.first()) else { continue };
                let Some(question) = self.question(fits, some_login) else { continue };
                let request = self.request(some_login, some_access);
                let subject = Subject { operator: self.operator, asset: self.asset, request };
                for effect in effects.of(question, self.all, subject).iter() {
                    let key = (effect.kind, effect.terms.clone(), effect.scope.clone());
                    let found = found.entry(key).or_default();
                    found.rules.extend(effect.rules.iter().cloned());
                    for login in &login.values {
                        found.access.entry(login).or_default().extend(&access.values);
                    }
                }
            }
        }
        let told = found.into_iter().flat_map(|((kind, terms, scope), found)| {
            found.by_access().into_iter().map(move |(access, logins)| {
                let (scope, terms) = (scope.clone(), terms.clone());
                (Finding { kind, logins, access, scope, terms }, found.rules.clone())
            })
        });
        told.collect()
    }

    /// What has to be asked where these of the rules fit; nothing if the answer cannot have changed.
    fn question(&self, fits: impl Iterator<Item = bool>, login: &LoginName) -> Option<Question> {
        let fitting: Vec<_> =
            self.rules.iter().zip(fits).filter(|(_, fits)| *fits).map(|(rule, _)| rule).collect();
        let on = |side: fn(&Sides<bool>) -> bool| -> Vec<usize> {
            fitting.iter().filter(|(_, _, sides)| side(sides)).map(|(number, _, _)| *number).collect()
        };
        let rules = Sides { old: on(|sides| sides.old), new: on(|sides| sides.new) };
        if idle(&rules, self.unchanged, self.all) {
            return None;
        }
        let listed = self.asset.each(|side| side.is_some_and(|asset| asset.logins.contains(login)));
        Some(Question { rules, kinds: self.kinds, listed })
    }

    /// A request whose place and time are still open.
    fn request(&self, login: &LoginName, access: &AccessKind) -> Request {
        Request {
            operator: self.some.0.name.to_string(),
            source: NOWHERE,
            via: Via::default(),
            asset: self.some.1.name.to_string(),
            login: login.to_string(),
            protocol: access.protocol,
            file: access.file.unwrap_or_default(),
            forward_to: access.forward_to.clone(),
            at: Timestamp::UNIX_EPOCH,
        }
    }

    /// The same, for looking at one field or another.
    fn attempt(&self) -> Attempt<'_> {
        Attempt {
            operator: self.some.0,
            source: NOWHERE,
            via: Via::default(),
            asset: self.some.1,
            login: "",
            protocol: Protocol::Shell,
            file: FileAccess::default(),
            forward_to: None,
            at: Timestamp::UNIX_EPOCH,
        }
    }

    /// Which rules a request fits, as far as these fields go.
    fn fitting(&self, fields: &[Field], attempt: Attempt<'_>) -> Vec<bool> {
        let fits = |rule: &Rule| fields.iter().all(|field| rule.fits(*field, &attempt));
        self.rules.iter().map(|(_, rule, _)| fits(rule)).collect()
    }

    fn fitting_login(&self, login: &LoginName) -> Vec<bool> {
        let attempt = Attempt { login: login.as_str(), ..self.attempt() };
        let mut told = self.fitting(&[Field::Logins], attempt);
        told.extend(self.asset.both().into_iter().flatten().map(|asset| asset.logins.contains(login)));
        told
    }

    fn fitting_access(&self, access: &AccessKind) -> Vec<bool> {
        let attempt = Attempt {
            protocol: access.protocol,
            file: access.file.unwrap_or_default(),
            forward_to: access.forward_to.as_ref(),
            ..self.attempt()
        };
        self.fitting(&[Field::Protocols, Field::Files, Field::ForwardTo], attempt)
    }
}

impl Found<'_> {
    /// The logins that are open to the same kinds of access, together.
    fn by_access(&self) -> BTreeMap<Vec<AccessKind>, Vec<LoginName>> {
        let mut logins: BTreeMap<Vec<AccessKind>, Vec<LoginName>> = BTreeMap::new();
        for (login, access) in &self.access {
            let access = access.iter().map(|access| (*access).clone()).collect();
            logins.entry(access).or_default().push((*login).clone());
        }
        logins
    }
}
