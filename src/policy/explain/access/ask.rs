//! Puts the question for everybody and everything that it leaves open.

use super::found::Access;
use super::inquiry::Inquiry;
use super::sources::Answers;
use super::spans::Whence;
use super::uses::Use;
use crate::domain::LoginName;
use crate::policy::explain::unknown::Unknown;
use crate::policy::rule::{Attempt, Rule};
use crate::policy::{Asset, Decision, Field, Operator, Policy, Request};

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
