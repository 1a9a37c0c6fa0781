//! `policy diff --replay`: which decisions of the journal would have come out otherwise.

mod row;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;

use row::{Old, Said, decided, request};

use super::super::out::Out;
use super::super::run::Failure;
use super::super::time::{self, Times};
use crate::access::Services;
use crate::domain::{Digest, Protocol, Sense, SessionId};
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

/// How many sessions are named to a person.
const NAMED: usize = 8;

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

/// Reads the journal from `since` on, and tells what `new` would have decided otherwise.
pub(super) async fn replay(services: &Services, since: &str, new: &Policy, out: &Out) -> Result<(), Failure> {
    let times = Times::of(services);
    let since = times.read("--replay", since, Sense::Since)?;
    if let Some(span) = times.span(Some(since), None).filter(|_| !out.json) {
        out.error(span).await?;
    }
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
    replay.tell(out).await
}

impl Replay<'_> {
    async fn ask(&mut self, row: &NewRow) -> Result<(), Failure> {
        let fault =
            |error: &dyn std::fmt::Display| Failure(format!("row {} of the journal: {error}", row.seq));
        let said: Said = serde_json::from_str(&row.body).map_err(|error| fault(&error))?;
        let request = request(&said).map_err(|failure| fault(&failure.0))?;
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
    async fn remember(&mut self, digest: Digest) -> Result<(), Failure> {
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

    async fn tell(&self, out: &Out) -> Result<(), Failure> {
        for (case, cases) in &self.found {
            let Case { change, operator, asset, login, protocol, reason } = case;
            let last = time::shown(cases.last, &self.services.config.timezone);
            let object = serde_json::json!({
                "change": change, "operator": operator, "asset": asset, "login": login, "protocol": protocol,
                "reason": if reason.is_empty() { None } else { Some(reason) },
                "decisions": cases.decisions, "sessions": cases.sessions, "last": last,
            });
            out.records(&object, || case.told(cases)).await?;
        }
        let otherwise: u64 = self.found.values().map(|cases| cases.decisions).sum();
        let sessions: BTreeSet<_> = self.found.values().flat_map(|cases| &cases.sessions).collect();
        let object = serde_json::json!({
            "decisions": self.decisions, "otherwise": otherwise, "sessions": sessions.len(), "beside": self.beside,
            "since": time::shown(self.since, &self.services.config.timezone),
        });
        let text = || {
            format!(
                "{} decisions: {otherwise} would come out otherwise, in {} sessions; {} were made by a lockdown or by hand",
                self.decisions,
                sessions.len(),
                self.beside
            )
        };
        Ok(out.record(&object, text).await?)
    }
}

impl Case {
    fn told(&self, cases: &Cases) -> String {
        let Self { change, operator, asset, login, protocol, reason } = self;
        let reason = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
        let mut named: Vec<_> = cases.sessions.iter().take(NAMED).map(ToString::to_string).collect();
        let more = cases.sessions.len().saturating_sub(NAMED);
        named.extend((more > 0).then(|| format!("and {more} more")));
        let change = change.as_str();
        let sessions = cases.sessions.len();
        let first = format!("{change:<9} {operator} on {asset} as {login}: {protocol}{reason}");
        format!(
            "{first}\n          {} decisions in {sessions} sessions: {}",
            cases.decisions,
            named.join(", ")
        )
    }
}
