//! Who may reach what: one question put for every account, asset, login and protocol that it leaves open.

mod sources;
mod spans;
mod uses;

use std::net::IpAddr;

use ipnetwork::IpNetwork;
use jiff::Timestamp;

use crate::domain::{AssetName, FileAccess, LoginName, OperatorName, Protocol, Via};
use crate::policy::rule::{Attempt, Rule};
use crate::policy::{Address, Asset, Decision, Field, Operator, Policy, Request};

use super::Unknown;
use spans::Whence;
use uses::Use;

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

/// What is decided, and from where.
type Answers = Vec<(Decision, Whence)>;

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
    fn attempt<'a>(&self, operator: &'a Operator, asset: &'a Asset, login: &'a LoginName) -> Attempt<'a> {
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

    fn ask(
        &self,
        attempt: &Attempt<'_>,
        login: &LoginName,
        rules: &[&Rule],
        decide: &impl Fn(&Request) -> Decision,
        found: &mut Vec<Access>,
    ) {
        // Uses that the same rules speak of get the same answers.
        let mut known: Vec<(Vec<&Rule>, Answers)> = Vec::new();
        for protocol in self.protocols() {
            let begin = found.len();
            for asked in self.uses(protocol, rules) {
                let attempt = asked.attempt(protocol, attempt);
                let fields = [Field::Protocols, Field::Files, Field::ForwardTo];
                let rules = narrow(rules.iter().copied(), &fields, &attempt);
                let place = known.iter().position(|(of, _)| same(of, &rules)).unwrap_or_else(|| {
                    let answers = self.by_source(&attempt, &rules, decide);
                    known.push((rules, answers));
                    known.len() - 1
                });
                for answer in known.get(place).iter().flat_map(|(_, answers)| answers) {
                    add(answer, &attempt, login, &asked, begin, found);
                }
            }
        }
    }
}

/// To the answer of the same protocol that says the same, else as a new one.
fn add(
    (decision, from): &(Decision, Whence),
    attempt: &Attempt<'_>,
    login: &LoginName,
    asked: &Use,
    begin: usize,
    found: &mut Vec<Access>,
) {
    let of_protocol = found.get_mut(begin..).unwrap_or_default();
    match of_protocol.iter_mut().find(|access| access.says(decision, from)) {
        Some(access) => access.add(asked),
        None => found.push(Access::new(attempt, login, asked, from, decision)),
    }
}

fn same(a: &[&Rule], b: &[&Rule]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| std::ptr::eq(*a, *b))
}

impl Access {
    fn new(
        attempt: &Attempt<'_>,
        login: &LoginName,
        asked: &Use,
        from: &Whence,
        decision: &Decision,
    ) -> Self {
        let mut access = Self {
            operator: attempt.operator.name.clone(),
            asset: attempt.asset.name.clone(),
            login: login.clone(),
            protocol: attempt.protocol,
            files: Vec::new(),
            forward_to: Vec::new(),
            from: from.within.clone(),
            except: from.except.clone(),
            decision: decision.clone(),
        };
        access.add(asked);
        access
    }

    fn says(&self, decision: &Decision, from: &Whence) -> bool {
        (&self.decision, &self.from, &self.except) == (decision, &from.within, &from.except)
    }

    fn add(&mut self, asked: &Use) {
        self.files.extend(asked.file);
        self.forward_to.extend(asked.forward_to.clone());
    }
}
