//! `policy diff --replay`: which decisions of the journal would have come out otherwise.

mod row;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde::Serialize;

use row::{Old, Said, decided, request};

use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::super::say::no;
use crate::access::Services;
use crate::domain::{Digest, Protocol, SessionId};
use crate::lockdown::Lockdowns;
use crate::policy::diff::ChangeKind;
use crate::policy::{Decision, Policy};
use crate::store::{NewRow, PAGE, Walk};

/// What would come out otherwise in the same way.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Case {
    change: ChangeKind,
    operator: String,
    asset: String,
    login: String,
    protocol: Protocol,
    /// Why it would be denied; empty where it would not.
    reason: &'static str,
}

#[derive(Default)]
struct Cases {
    decisions: u64,
    sessions: BTreeSet<SessionId>,
    last: Timestamp,
}

/// Rows that are asked again before others have a turn.
const AT_ONCE: u64 = 32;

/// What would come out otherwise, and how much was asked.
#[derive(Debug, Serialize)]
pub struct PolicyReplayed {
    pub cases: Vec<ReplayedCase>,
    pub sum: ReplayedSum,
}

/// Decisions that would come out otherwise in the same way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplayedCase {
    pub change: ChangeKind,
    pub operator: String,
    pub asset: String,
    pub login: String,
    pub protocol: Protocol,
    /// Why they would be denied, where they would.
    pub reason: Option<&'static str>,
    pub decisions: u64,
    pub sessions: BTreeSet<SessionId>,
    pub last: LocalTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplayedSum {
    pub decisions: u64,
    pub otherwise: u64,
    pub sessions: usize,
    /// Made by a lockdown or by hand.
    pub beside: u64,
    pub since: LocalTime,
}

/// The journal, asked again.
struct Replay<'a> {
    services: &'a Services,
    new: &'a Policy,
    since: Timestamp,
    /// The policies that were in force, by their digests; `None` where one is not kept.
    then: HashMap<Digest, Option<Policy>>,
    found: BTreeMap<Case, Cases>,
    decisions: u64,
    /// Denied by a lockdown or by hand: no policy would have changed that.
    beside: u64,
}

/// Reads the journal from `since` on, and finds what `new` would have decided otherwise.
pub(super) async fn replay(
    services: &Services,
    since: Timestamp,
    new: &Policy,
) -> Result<PolicyReplayed, AdminError> {
    let (then, found) = (HashMap::new(), BTreeMap::new());
    let mut replay = Replay { services, new, since, then, found, decisions: 0, beside: 0 };
    let mut seq = 0;
    loop {
        let rows = services.store.journal().of_kind("decision", since, seq).await?;
        let Some(last) = rows.last() else { break };
        seq = last.seq;
        for row in &rows {
            replay.ask(row).await?;
            if row.seq % AT_ONCE == 0 {
                tokio::task::yield_now().await; // whoever is carried by the same thread has a turn
            }
        }
    }
    Ok(replay.found())
}

impl Replay<'_> {
    async fn ask(&mut self, row: &NewRow) -> Result<(), AdminError> {
        let fault = |error: &dyn std::fmt::Display| {
            no!(self.services, Failed, "policy.bad-row", row = row.seq.to_string(), error = error)
        };
        let said: Said = serde_json::from_str(&row.body).map_err(|error| fault(&error))?;
        let request = request(&said).map_err(|failure| fault(&failure))?;
        self.decisions += 1;
        self.remember(said.policy).await?;
        let then = self.then.get(&said.policy).and_then(Option::as_ref);
        let Some(old) = decided(&said, then.map(|policy| policy.decide(&request, &Lockdowns::default())))
        else {
            self.beside += 1;
            return Ok(());
        };
        let new = self.new.decide(&request, &Lockdowns::default());
        let change = match &old {
            Old::Decision(old) => ChangeKind::between(old, &new),
            // Conditions are not in the row.
            Old::Word(allowed) => match (allowed, &new) {
                (true, Decision::Deny(_)) => Some(ChangeKind::Loses),
                (false, Decision::Allow(_)) => Some(ChangeKind::Gains),
                _ => None,
            },
        };
        if let Some(change) = change {
            self.keep(change, said, &new);
        }
        Ok(())
    }

    /// Reads the policy that was in force then, once.
    async fn remember(&mut self, digest: Digest) -> Result<(), AdminError> {
        if !self.then.contains_key(&digest) {
            let policies = self.services.store.policies();
            let mut versions = Walk::new(|after| policies.history(after, PAGE));
            let mut known = None;
            while let (None, Some(page)) = (&known, versions.next().await?) {
                known = page.into_iter().find(|version| version.digest == digest);
            }
            let policy = match known {
                Some(version) => super::history::load(self.services, version.version).await.ok(),
                None => None,
            };
            self.then.insert(digest, policy);
        }
        Ok(())
    }

    fn keep(&mut self, change: ChangeKind, said: Said, new: &Decision) {
        let reason = match new {
            Decision::Deny(denial) => denial.reason.as_str(),
            Decision::Allow(_) => "",
        };
        let Said { operator, asset, login, protocol, .. } = said;
        let cases = self.found.entry(Case { change, operator, asset, login, protocol, reason }).or_default();
        cases.decisions += 1;
        cases.sessions.extend(said.session);
        cases.last = cases.last.max(said.at);
    }

    fn found(self) -> PolicyReplayed {
        let local = |at| LocalTime::of(self.services, at);
        let sessions: BTreeSet<_> = self.found.values().flat_map(|cases| &cases.sessions).collect();
        let sum = ReplayedSum {
            decisions: self.decisions,
            otherwise: self.found.values().map(|cases| cases.decisions).sum(),
            sessions: sessions.len(),
            beside: self.beside,
            since: local(self.since),
        };
        let case = |(case, cases): (Case, Cases)| {
            let Case { change, operator, asset, login, protocol, reason } = case;
            let Cases { decisions, sessions, last } = cases;
            let (reason, last) = ((!reason.is_empty()).then_some(reason), local(last));
            ReplayedCase { change, operator, asset, login, protocol, reason, decisions, sessions, last }
        };
        PolicyReplayed { cases: self.found.into_iter().map(case).collect(), sum }
    }
}
