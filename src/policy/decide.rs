//! The decision on a request: a fixed order of checks, of which the first that fails is the reason.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::domain::{FileAccess, Protocol, Role, RuleId, Via};
use crate::lockdown::{Lockdowns, Locks};

use super::checks::{ACCOUNT, ASSET, Asking};
use super::days::whole_second;
use super::index::Index;
use super::rule::{Attempt, Rule};
use super::word::Effect;
use super::{
    Admission, Allowance, Asset, Decision, Denial, Handling, Operator, Policy, Reachable, Reason, Request,
    Schedule,
};

impl Policy {
    /// Judges a request.
    pub fn decide(&self, request: &Request, lockdowns: &Lockdowns) -> Decision {
        self.judge(request, lockdowns).map_or_else(Decision::Deny, Decision::Allow)
    }

    fn judge(&self, request: &Request, lockdowns: &Lockdowns) -> Result<Allowance, Denial> {
        let Request { source, via, protocol, file, at, .. } = *request;
        let locks = self.locks(lockdowns);
        let asset = self.asset(&request.asset);
        let spelled = asset.map_or(request.asset.as_str(), |asset| asset.name.as_str());
        let asking = Asking { source, at, locks, asset: Some(spelled), role: Some(Role::Operator) };
        let operator = self.account(&request.operator, &asking)?;
        let asset = asset.ok_or(Reason::AssetUnknown)?;
        let (login, forward_to) = (request.login.as_str(), request.forward_to.as_ref());
        if let Some((reason, _)) = ASSET.iter().find(|(_, passes)| !passes(asset, login, at)) {
            return Err((*reason).into());
        }
        let attempt = Attempt { operator, source, via, asset, login, protocol, file, forward_to, at };
        let mut allowance = self.apply_rules(&attempt)?;
        allowance.until = earlier(allowance.until, operator, locks, asking.asset, at);
        Ok(allowance)
    }

    /// The checks of the account alone, for any role: for a login that names no asset yet.
    pub fn admit(
        &self,
        operator: &str,
        source: IpAddr,
        at: Timestamp,
        lockdowns: &Lockdowns,
    ) -> Result<Admission<'_>, Denial> {
        let locks = self.locks(lockdowns);
        let operator = self.account(operator, &Asking { source, at, locks, asset: None, role: None })?;
        let until = operator.until(at).and_then(cut);
        Ok(Admission { operator, until: earlier(until, operator, locks, None, at) })
    }

    /// Does this account exist, enabled, in its time and outside of every lockdown? Where somebody comes from and
    /// what hour it is are not asked.
    ///
    /// # Errors
    /// The first of these that fails.
    pub fn account_stands(&self, operator: &str, at: Timestamp, lockdowns: &Lockdowns) -> Result<(), Reason> {
        let operator = self.operator(operator).ok_or(Reason::OperatorUnknown)?;
        match () {
            () if operator.disabled => Err(Reason::OperatorDisabled),
            () if !operator.validity.holds(at) => Err(Reason::OperatorValidity),
            () if self.locks(lockdowns).bar(&operator.account(), None, at).is_some() => Err(Reason::Lockdown),
            () => Ok(()),
        }
    }

    /// What a menu shows: every login on every asset that is allowed now, with the protocols. Files count
    /// as looked at only, and forwards are left out: both depend on what is asked for.
    pub fn reachable(
        &self,
        operator: &str,
        source: IpAddr,
        via: Via,
        at: Timestamp,
        lockdowns: &Lockdowns,
    ) -> Vec<Reachable<'_>> {
        let locks = self.locks(lockdowns);
        let asking = Asking { source, at, locks, asset: None, role: Some(Role::Operator) };
        let Ok(operator) = self.account(operator, &asking) else { return Vec::new() };
        let unlocked =
            |asset: &&Asset| locks.bar(&operator.account(), Some(asset.name.as_str()), at).is_none();
        let joined = self.assets().filter(|asset| self.index.joins(operator, asset));
        let open = joined.filter(|a| a.schedule.as_ref().is_none_or(|schedule| schedule.is_open(at)));
        let open = open.filter(unlocked);
        let logins = open.flat_map(|asset| asset.logins.iter().map(move |login| (asset, login)));
        let reachable = logins.map(|(asset, login)| {
            let allowed = |protocol: &Protocol| {
                let (protocol, login, file) = (*protocol, login.as_str(), FileAccess::List);
                let attempt =
                    Attempt { operator, source, via, asset, login, protocol, file, forward_to: None, at };
                self.allows(&attempt)
            };
            let offered = [Protocol::Shell, Protocol::Exec, Protocol::Sftp, Protocol::Scp];
            Reachable { asset, login, protocols: offered.into_iter().filter(allowed).collect() }
        });
        reachable.filter(|reachable| !reachable.protocols.is_empty()).collect()
    }

    /// Could a rule let this account onto this asset, be it at another time or from somewhere else?
    pub fn might_open(&self, operator: &str, asset: &Asset) -> bool {
        let allows = |rule: &&Rule| rule.effect == Effect::Allow && rule.names_asset(asset);
        let operator = self.operator(operator);
        operator.is_some_and(|operator| self.rules().filter(allows).any(|rule| rule.names_operator(operator)))
    }

    fn account<'p>(&'p self, name: &str, asking: &Asking<'_>) -> Result<&'p Operator, Reason> {
        let operator = self.operator(name).ok_or(Reason::OperatorUnknown)?;
        match ACCOUNT.iter().find(|(_, passes)| !passes(operator, asking)) {
            Some((reason, _)) => Err(*reason),
            None => Ok(operator),
        }
    }

    fn apply_rules(&self, attempt: &Attempt<'_>) -> Result<Allowance, Denial> {
        let mut matching = self.matching(attempt).peekable();
        let denies = |rule: &&Rule| rule.effect == Effect::Deny;
        let denying: Vec<&Rule> = std::iter::from_fn(|| matching.next_if(denies)).collect();
        if !denying.is_empty() {
            let text = denying.iter().find_map(|rule| rule.reason.clone());
            return Err(Denial { reason: Reason::Rule, rules: ids(&denying), text, order: None });
        }
        let allowing: Vec<&Rule> = matching.collect();
        if allowing.is_empty() { Err(Reason::NoRule.into()) } else { Ok(allowance(&allowing, attempt)) }
    }

    fn allows(&self, attempt: &Attempt<'_>) -> bool {
        self.matching(attempt).next().is_some_and(|first| first.effect == Effect::Allow)
    }

    /// The rules that match, those that deny first.
    pub(super) fn matching<'a>(&'a self, attempt: &Attempt<'_>) -> impl Iterator<Item = &'a Rule> {
        let candidates = self.index.candidates(attempt).filter_map(|number| self.numbered(number));
        candidates.filter(|rule| rule.matches_indexed(attempt))
    }

    /// With these rules, once its operators and assets are known: the only way in which rules and their index
    /// come into a policy, so that they cannot differ.
    pub(super) fn ruled_by(mut self, mut rules: Vec<Rule>) -> Self {
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        (self.allow, self.deny) = rules.into_iter().partition(|rule| rule.effect == Effect::Allow);
        let numbered: Vec<&Rule> = self.deny.iter().chain(&self.allow).collect();
        self.index = Index::new(self.operators(), self.assets(), &numbered);
        self
    }

    fn numbered(&self, number: usize) -> Option<&Rule> {
        self.deny.get(number).or_else(|| self.allow.get(number.checked_sub(self.deny.len())?))
    }
}

fn ids(rules: &[&Rule]) -> Vec<RuleId> {
    rules.iter().map(|rule| rule.id.clone()).collect()
}

/// The conditions of all rules together.
fn allowance(rules: &[&Rule], attempt: &Attempt<'_>) -> Allowance {
    let conditions = || rules.iter().map(|rule| &rule.conditions);
    let mut commands: Vec<_> = conditions().flat_map(|of| of.commands.iter().cloned()).collect();
    commands.sort();
    commands.dedup();
    let max_session = conditions().filter_map(|of| of.max_session).min();
    Allowance {
        rules: ids(rules),
        approval: conditions().any(|of| of.approval),
        commands,
        max_session,
        idle: conditions().filter_map(|of| of.idle).min(),
        remember: conditions().filter_map(|of| of.remember).min(),
        handling: conditions().fold(Handling::default(), |all, of| all.and(of.handling)),
        until: first_end(rules, attempt, max_session).and_then(cut),
    }
}

/// The first instant at which something that counts ends.
fn first_end(rules: &[&Rule], attempt: &Attempt<'_>, max_session: Option<Duration>) -> Option<Timestamp> {
    let at = attempt.at;
    let all = rules.iter().map(|rule| &rule.schedule).chain([&attempt.asset.schedule]);
    // Many rules share a few schedules: each is asked once.
    let mut schedules: Vec<&Arc<Schedule>> = all.flatten().collect();
    schedules.sort_unstable_by_key(|schedule| Arc::as_ptr(schedule));
    schedules.dedup_by(|next, last| Arc::ptr_eq(next, last));
    let closing = schedules.into_iter().filter_map(move |schedule| schedule.open_until(at));
    let longest = max_session.and_then(|longest| at.checked_add(longest).ok());
    closing.chain(attempt.operator.until(at)).chain(longest).min()
}

/// A planned lockdown, or the end of a permit, ends a grant like any other end that is known beforehand.
fn earlier(
    until: Option<Timestamp>,
    operator: &Operator,
    locks: Locks<'_>,
    asset: Option<&str>,
    at: Timestamp,
) -> Option<Timestamp> {
    let locked = locks.next_bar(&operator.account(), asset, at).and_then(|(then, _)| cut(then));
    [until, locked].into_iter().flatten().min()
}

/// Cut to whole seconds: a grant may end a moment early, never late.
fn cut(at: Timestamp) -> Option<Timestamp> {
    Timestamp::from_second(whole_second(at)).ok()
}
