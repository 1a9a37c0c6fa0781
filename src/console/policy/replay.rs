//! `policy diff --replay`: which decisions of the journal would have come out otherwise.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde::Deserialize;

use super::super::out::Out;
use super::super::run::Failure;
use super::super::time;
use crate::domain::{Digest, FileAccess, Protocol, SessionId, Via};
use crate::lockdown::Lockdowns;
use crate::policy::{Address, ChangeKind, Decision, Policy, Reason, Request};
use crate::session::Services;
use crate::store::NewRow;

/// A row of the journal, as far as it is asked again.
#[derive(Deserialize)]
struct Said {
    at: Timestamp,
    source: String,
    operator: String,
    /// Rows of earlier releases do not have it.
    #[serde(default)]
    via: Via,
    asset: String,
    login: String,
    protocol: Protocol,
    #[serde(default)]
    file: FileAccess,
    forward_to: Option<String>,
    session: Option<SessionId>,
    decision: String,
    reason: String,
    policy: Digest,
}

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

/// How many sessions are named to a person.
const NAMED: usize = 8;

/// The journal, asked again.
struct Replay<'a> {
    services: &'a Services,
    new: &'a Policy,
    /// The policies that were in force, by their digests; `None` where one is not kept.
    then: HashMap<Digest, Option<Policy>>,
    found: BTreeMap<Case, Cases>,
    decisions: u64,
    /// Denied by a lockdown or by hand: no policy would have changed that.
    beside: u64,
}

/// Reads the journal from `since` on, and tells what `new` would have decided otherwise.
pub(super) async fn replay(services: &Services, since: &str, new: &Policy, out: &Out) -> Result<(), Failure> {
    let zone = &services.config.timezone;
    let since = time::moment(since, services.clock.now(), zone, false)?;
    let (then, found) = (HashMap::new(), BTreeMap::new());
    let mut replay = Replay { services, new, then, found, decisions: 0, beside: 0 };
    let mut seq = 0;
    loop {
        let rows = services.store.journal().of_kind("decision", since, seq).await?;
        let Some(last) = rows.last() else { break };
        seq = last.seq;
        for row in &rows {
            replay.ask(row).await?;
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
            let known = policies.history().await?.into_iter().find(|version| version.digest == digest);
            let policy = match known {
                Some(version) => super::versions::load(self.services, version.version).await.ok(),
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
            out.record(&object, || case.told(cases)).await?;
        }
        let otherwise: u64 = self.found.values().map(|cases| cases.decisions).sum();
        let sessions: BTreeSet<_> = self.found.values().flat_map(|cases| &cases.sessions).collect();
        let object = serde_json::json!({
            "decisions": self.decisions, "otherwise": otherwise, "sessions": sessions.len(), "beside": self.beside,
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

/// What came out, as far as it is known.
enum Old {
    Decision(Decision),
    Word(bool),
}

/// What the policy decided; `None` where something beside it did.
fn decided(said: &Said, then: Option<Decision>) -> Option<Old> {
    if said.reason == Reason::Lockdown.as_str() {
        return None;
    }
    let Some(then) = then else { return Some(Old::Word(said.decision == "allow")) };
    let (word, reason) = match &then {
        Decision::Allow(_) => ("allow", Reason::Rule),
        Decision::Deny(denial) => ("deny", denial.reason),
    };
    (said.decision == word && said.reason == reason.as_str()).then_some(Old::Decision(then))
}

fn request(said: &Said) -> Result<Request, Failure> {
    let source = said.source.parse().map_err(|_| Failure(format!("{:?} is no address", said.source)))?;
    Ok(Request {
        operator: said.operator.clone(),
        source,
        via: said.via,
        asset: said.asset.clone(),
        login: said.login.clone(),
        protocol: said.protocol,
        file: said.file,
        forward_to: said.forward_to.as_deref().map(Address::parse).transpose()?,
        at: said.at,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn said(decision: &str, reason: &str) -> Said {
        let row = serde_json::json!({
            "at": "2026-05-06T01:00:00Z", "actor": "a", "source": "192.0.2.1", "event": "decision", "operator": "a",
            "asset": "b", "login": "c", "protocol": "shell", "decision": decision, "reason": reason, "rules": [],
            "policy": Digest::ZERO,
        });
        serde_json::from_value(row).unwrap()
    }

    #[test]
    fn what_the_policy_did_not_decide_is_not_asked_again() {
        let denied = |reason: Reason| Some(Decision::Deny(reason.into()));
        let (lockdown, disabled) = (Reason::Lockdown, Reason::OperatorDisabled);
        assert!(decided(&said("deny", lockdown.as_str()), denied(lockdown)).is_none());
        assert!(decided(&said("deny", lockdown.as_str()), None).is_none());
        assert!(decided(&said("deny", disabled.as_str()), denied(Reason::NoRule)).is_none());
        assert!(matches!(
            decided(&said("deny", disabled.as_str()), denied(disabled)),
            Some(Old::Decision(_))
        ));
        assert!(matches!(decided(&said("allow", "rule"), None), Some(Old::Word(true))));
    }

    #[test]
    fn a_row_of_an_earlier_release_came_directly() {
        let request = super::request(&said("allow", "rule")).unwrap();
        assert_eq!(
            (request.via, request.file, request.source.is_ipv4()),
            (Via::Direct, FileAccess::List, true)
        );
        assert!(super::request(&Said { source: "nowhere".into(), ..said("allow", "rule") }).is_err());
    }
}
