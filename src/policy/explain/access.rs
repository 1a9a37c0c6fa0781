//! Who may reach what: one question put for every account, asset, login and protocol that it leaves open.

use std::net::IpAddr;

use ipnetwork::IpNetwork;
use jiff::Timestamp;

use crate::domain::{AssetName, FileAccess, LoginName, OperatorName, Protocol, Via};
use crate::policy::rule::{Attempt, Rule};
use crate::policy::word::{Effect, Word as _};
use crate::policy::{Address, Asset, Decision, Field, Operator, Policy, Request};

use super::Unknown;
use super::spans::{self, Span, Whence};

/// What is asked; what is left out is asked for every value that it can have.
#[derive(Debug, Clone)]
pub struct Inquiry {
    pub operator: Option<String>,
    pub asset: Option<String>,
    pub login: Option<String>,
    pub source: Option<IpAddr>,
    pub via: Via,
    pub protocol: Option<Protocol>,
    pub file: Option<FileAccess>,
    pub forward_to: Option<Address>,
    pub at: Timestamp,
    /// Also what is denied from every source, by what comes nearest to a grant.
    pub denied: bool,
}

/// One answer: a way to reach an asset, or one that is denied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    pub operator: OperatorName,
    pub asset: AssetName,
    pub login: LoginName,
    pub protocol: Protocol,
    /// For sftp and scp.
    pub files: Vec<FileAccess>,
    /// For forward.
    pub forward_to: Vec<Address>,
    /// From where this holds; empty where it is denied from everywhere.
    pub from: Vec<IpNetwork>,
    /// What of these does not count.
    pub except: Vec<IpNetwork>,
    pub decision: Decision,
}

/// What a protocol is used for.
#[derive(Debug, Clone, Default)]
struct Use {
    file: Option<FileAccess>,
    forward_to: Option<Address>,
}

impl Policy {
    /// Every answer, by operator, asset, login and protocol. Where `decide` says different things of
    /// different sources, there is one for each.
    pub fn accesses(
        &self,
        inquiry: &Inquiry,
        decide: impl Fn(&Request) -> Decision,
    ) -> Result<Vec<Access>, Unknown> {
        let operator = inquiry.operator.as_deref().map(|name| self.known_operator(name)).transpose()?;
        let asset = inquiry.asset.as_deref().map(|name| self.known_asset(name)).transpose()?;
        if let (Some(asset), Some(login)) = (asset, &inquiry.login) {
            asset.known_login(login)?;
        }
        let mut found = Vec::new();
        let operators: Vec<&Operator> = operator.map_or_else(|| self.operators().collect(), |one| vec![one]);
        let assets: Vec<&Asset> = asset.map_or_else(|| self.assets().collect(), |one| vec![one]);
        for operator in operators {
            self.accesses_of(operator, &assets, inquiry, &decide, &mut found);
        }
        Ok(found)
    }

    fn accesses_of(
        &self,
        operator: &Operator,
        assets: &[&Asset],
        inquiry: &Inquiry,
        decide: &impl Fn(&Request) -> Decision,
        found: &mut Vec<Access>,
    ) {
        let mut of_operator: Option<Vec<&Rule>> = None;
        let wanted = |login: &&LoginName| inquiry.login.as_ref().is_none_or(|one| one == login.as_str());
        for asset in assets {
            for login in asset.logins.iter().filter(wanted) {
                let attempt = inquiry.attempt(operator, asset, login);
                let rules = of_operator.get_or_insert_with(|| {
                    narrow(self.rules(), &[Field::Via, Field::Operators, Field::Schedule], &attempt)
                });
                let fields = [Field::Assets, Field::MaxDanger, Field::Logins];
                let rules = narrow(rules.iter().copied(), &fields, &attempt);
                inquiry.ask(&attempt, login, &rules, decide, found);
            }
        }
    }
}

/// The rules of which these fields fit: a narrower question needs to look at no others.
fn narrow<'a>(
    rules: impl Iterator<Item = &'a Rule>,
    fields: &[Field],
    attempt: &Attempt<'_>,
) -> Vec<&'a Rule> {
    rules.filter(|rule| fields.iter().all(|field| rule.fits(*field, attempt))).collect()
}

impl Inquiry {
    /// An attempt without what is left open.
    fn attempt<'a>(&'a self, operator: &'a Operator, asset: &'a Asset, login: &'a LoginName) -> Attempt<'a> {
        Attempt {
            operator,
            source: self.source.unwrap_or(IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED)),
            via: self.via,
            asset,
            login: login.as_str(),
            protocol: Protocol::Shell,
            file: FileAccess::default(),
            forward_to: None,
            at: self.at,
        }
    }

    fn protocols(&self) -> Vec<Protocol> {
        match (self.protocol, self.file, &self.forward_to) {
            (Some(protocol), ..) => vec![protocol],
            (None, Some(_), _) => vec![Protocol::Sftp, Protocol::Scp],
            (None, None, Some(_)) => vec![Protocol::Forward],
            (None, None, None) => Protocol::WORDS.iter().map(|(_, protocol)| *protocol).collect(),
        }
    }

    /// What each protocol is asked for. Forwards are asked for where some rule lets them go to.
    fn uses(&self, protocol: Protocol, rules: &[&Rule]) -> Vec<Use> {
        let files = |file| Use { file: Some(file), forward_to: None };
        let forward = |to| Use { file: None, forward_to: Some(to) };
        match (protocol, self.file, &self.forward_to) {
            (Protocol::Shell | Protocol::Exec, ..) => vec![Use::default()],
            (Protocol::Sftp | Protocol::Scp, Some(file), _) => vec![files(file)],
            (Protocol::Sftp | Protocol::Scp, None, _) => {
                FileAccess::WORDS.iter().map(|(_, file)| files(*file)).collect()
            }
            (Protocol::Forward, _, Some(to)) => vec![forward(to.clone())],
            (Protocol::Forward, _, None) => {
                let allowing = rules.iter().filter(|rule| rule.effect == Effect::Allow);
                let mut places: Vec<_> = allowing.flat_map(|rule| rule.forward_to.iter().flatten()).collect();
                places.sort();
                places.dedup();
                places.into_iter().cloned().map(forward).collect()
            }
        }
    }

    fn ask(
        &self,
        attempt: &Attempt<'_>,
        login: &LoginName,
        rules: &[&Rule],
        decide: &impl Fn(&Request) -> Decision,
        found: &mut Vec<Access>,
    ) {
        for protocol in self.protocols() {
            let begin = found.len();
            for asked in self.uses(protocol, rules) {
                let file = asked.file.unwrap_or_default();
                let attempt = Attempt { protocol, file, forward_to: asked.forward_to.as_ref(), ..*attempt };
                for (decision, from) in self.by_source(&attempt, rules, decide) {
                    let of_protocol = found.get_mut(begin..).unwrap_or_default();
                    let same = |one: &&mut Access| one.decision == decision && one.is_from(&from);
                    match of_protocol.iter_mut().find(same) {
                        Some(access) => access.add(&asked),
                        None => found.push(Access::new(&attempt, login, &asked, from, decision)),
                    }
                }
            }
        }
    }

    /// Each grant with the sources that have it; else, if that is asked for, the denial that came nearest.
    fn by_source(
        &self,
        attempt: &Attempt<'_>,
        rules: &[&Rule],
        decide: &impl Fn(&Request) -> Decision,
    ) -> Vec<(Decision, Whence)> {
        let fields = [Field::Protocols, Field::Files, Field::ForwardTo];
        let rules = narrow(rules.iter().copied(), &fields, attempt);
        if !self.denied && rules.iter().all(|rule| rule.effect == Effect::Deny) {
            return Vec::new();
        }
        let request = request(attempt);
        if let Some(source) = self.source {
            let decision = decide(&request);
            let wanted = self.denied || matches!(decision, Decision::Allow(_));
            return if wanted {
                vec![(decision, Whence { within: vec![source.into()], except: Vec::new() })]
            } else {
                Vec::new()
            };
        }
        let account = attempt.operator.sources.iter();
        let cuts: Vec<_> = account.chain(rules.iter().filter_map(|rule| rule.sources.as_ref())).collect();
        let (spans, decisions): (Vec<Span>, Vec<Decision>) = spans::cut(&cuts)
            .into_iter()
            .filter_map(|span| Some((span, decide(&Request { source: span.example()?, ..request.clone() }))))
            .unzip();
        let mut grants: Vec<&Decision> = Vec::new();
        for grant in decisions.iter().filter(|decision| matches!(decision, Decision::Allow(_))) {
            if !grants.contains(&grant) {
                grants.push(grant);
            }
        }
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

impl Access {
    fn new(attempt: &Attempt<'_>, login: &LoginName, asked: &Use, from: Whence, decision: Decision) -> Self {
        let mut access = Self {
            operator: attempt.operator.name.clone(),
            asset: attempt.asset.name.clone(),
            login: login.clone(),
            protocol: attempt.protocol,
            files: Vec::new(),
            forward_to: Vec::new(),
            from: from.within,
            except: from.except,
            decision,
        };
        access.add(asked);
        access
    }

    fn is_from(&self, from: &Whence) -> bool {
        (&self.from, &self.except) == (&from.within, &from.except)
    }

    fn add(&mut self, asked: &Use) {
        self.files.extend(asked.file);
        self.forward_to.extend(asked.forward_to.clone());
    }
}
