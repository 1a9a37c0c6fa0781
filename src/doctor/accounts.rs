//! The accounts: who could not log in, and whether officers could give the word that they are asked for.

use std::sync::Arc;

use jiff::Timestamp;

use super::finding::Finding;
use super::people::asks_approval;
use super::told::{named, notes, told};
use crate::access::account::{AccountFacts, KeptOut};
use crate::access::idle::idle_since;
use crate::access::live::{Standing, stored};
use crate::access::officers::{Officer, Unable, able, officers, terms};
use crate::config::Config;
use crate::console::{kept_out, mend, missing};
use crate::domain::shown_time;
use crate::lockdown::{Known, Objection, Terms};
use crate::platform::clock::Clock;
use crate::policy::Policy;
use crate::store::{Store, StoreError};

pub(super) async fn findings(
    config: &Config,
    store: &Store,
    policy: Policy,
) -> Result<Vec<(&'static str, Finding)>, StoreError> {
    let now = Clock::system().now();
    let standing = Standing { policy: Arc::new(policy), ..stored(store, now).await? };
    let mut found = vec![
        ("operators", operators(config, store, &standing, now).await?),
        ("seats", seats(config, store).await?),
    ];
    let officers = officers(&standing, config, store, now).await?;
    if asks_approval(&standing.policy) && !officers.is_empty() && !officers.iter().any(may_approve(config)) {
        let why = reasons(config, &officers);
        found.push(("approvals", Finding::Note(told!(config, "doctor.none-approves", why = why))));
    }
    if !config.lockdown.dual.is_empty() {
        found.push(("lockdown.dual", confirmers(config, &officers, terms(&standing, config, now))));
    }
    Ok(found)
}

/// Nobody else can enrol where all seats are taken.
async fn seats(config: &Config, store: &Store) -> Result<Finding, StoreError> {
    let (taken, seats) = (store.factors().activated().await?, u64::from(config.seats.get()));
    let full = || told!(config, "doctor.seats-full", taken = taken.to_string(), seats = seats.to_string());
    Ok(if taken < seats { Finding::Fine } else { Finding::Note(full()) })
}

/// Who is expected to log in, and cannot: nothing is enrolled, or not enough.
async fn operators(
    config: &Config,
    store: &Store,
    standing: &Standing,
    now: Timestamp,
) -> Result<Finding, StoreError> {
    let (mut absent, mut incomplete, mut command) = (Vec::new(), Vec::new(), None);
    let (mut idle, after) = (Vec::new(), config.auth.idle_account.as_duration());
    for operator in standing.policy.operators() {
        let enrolled = store.factors().find(&operator.name).await?;
        let logins = store.logins().of(&operator.name).await?;
        let since = enrolled.as_ref().and_then(|set| idle_since(operator, set, &logins, after, now));
        let facts = AccountFacts {
            operator,
            disabled: standing.disabled.contains_key(&operator.name),
            enrolled: enrolled.as_ref(),
            certified: standing.policy.certifies(operator),
            locks: &[],
            idle: since,
            usual: &config.auth.factors,
        };
        match facts.kept_out(now).as_slice() {
            [KeptOut::NotEnrolled] | [KeptOut::NotYetValid(_), KeptOut::NotEnrolled] => {
                absent.push(operator.name.to_string());
            }
            [KeptOut::Incomplete(lacking)] | [KeptOut::NotYetValid(_), KeptOut::Incomplete(lacking)] => {
                let what = missing(lacking, config.language);
                incomplete.push(told!(config, "doctor.lacks", operator = operator.name, missing = what));
                command.get_or_insert_with(|| mend(operator.name.as_str(), lacking));
            }
            [KeptOut::Idle(_)] => idle.push(operator.name.to_string()),
            _ => {}
        }
    }
    let idle = named(config, "doctor.idle", &idle);
    let absent = named(config, "doctor.not-enrolled", &absent);
    let incomplete = named(config, "doctor.incomplete", &incomplete)
        .map(|said| told!(config, "doctor.run", said = said, command = command.unwrap_or_default()));
    Ok(notes(config, absent.into_iter().chain(incomplete).chain(idle)))
}

/// Where anything takes two persons, an officer's approval asks as much of their factors.
fn may_approve(config: &Config) -> impl Fn(&Officer) -> bool {
    let dual = !config.lockdown.dual.is_empty();
    move |officer| match &officer.unable {
        None => true,
        Some(Unable::Objection(objection)) => !dual && *objection != Objection::Covered,
        Some(Unable::KeptOut(_)) => false,
    }
}

/// Can officers confirm now what takes two persons? What one of them asks for, another has to confirm.
fn confirmers(config: &Config, officers: &[Officer], terms: Terms) -> Finding {
    let ripe = officers.iter().filter_map(|officer| match officer.unable {
        Some(Unable::Objection(Objection::Fresh(until))) => Some(until),
        _ => None,
    });
    let enrolled = officers.iter().any(|officer| !lacks_all(officer));
    let why = reasons(config, officers);
    let mut able = able(officers);
    Finding::Note(match (able.next(), able.next(), ripe.min()) {
        (Some(_), Some(_), _) => return apart(config, officers, terms),
        (Some(name), None, _) if why.is_empty() => told!(config, "doctor.one-officer-alone", name = name),
        (Some(name), None, _) => told!(config, "doctor.one-officer", name = name, why = why),
        (None, _, _) if !enrolled => told!(config, "doctor.no-officer"),
        (None, _, Some(until)) => {
            let from = shown_time(until, &config.timezone);
            told!(config, "doctor.officers-fresh", from = from, why = why)
        }
        (None, _, None) => told!(config, "doctor.no-officer-able", why = why),
    })
}

/// Several whose word counts: may one of them confirm what another asks for, and what is asked for on this host?
fn apart(config: &Config, officers: &[Officer], terms: Terms) -> Finding {
    let able: Vec<_> = officers.iter().filter(|officer| officer.unable.is_none()).collect();
    let seconds = |asker: &Known| able.iter().any(|one| one.known.is_second_to(asker, terms).is_ok());
    let names = able.iter().map(|one| one.name.to_string()).collect::<Vec<_>>();
    let names = names.join(&told!(config, "console.comma"));
    let pairs = able.iter().any(|asker| {
        able.iter()
            .any(|other| asker.name != other.name && other.known.is_second_to(&asker.known, terms).is_ok())
    });
    match (pairs, seconds(&Known::Host)) {
        (true, true) => Finding::Fine,
        (false, _) => Finding::Note(told!(config, "doctor.officers-one-hand", names = names)),
        (true, false) => Finding::Note(told!(config, "doctor.officers-of-host", names = names)),
    }
}

fn lacks_all(officer: &Officer) -> bool {
    matches!(&officer.unable, Some(Unable::KeptOut(out)) if out.contains(&KeptOut::NotEnrolled))
}

/// Of each officer whose word does not count, why.
fn reasons(config: &Config, officers: &[Officer]) -> String {
    let semicolon = told!(config, "doctor.and");
    let each = officers.iter().filter_map(|officer| {
        let why = reason(config, officer.unable.as_ref()?);
        Some(told!(config, "doctor.because", operator = officer.name, why = why))
    });
    each.collect::<Vec<_>>().join(&semicolon)
}

fn reason(config: &Config, unable: &Unable) -> String {
    match unable {
        Unable::KeptOut(out) => {
            let told = out.iter().map(|what| kept_out(what, config.language, &config.timezone));
            told.collect::<Vec<_>>().join(&told!(config, "console.comma"))
        }
        Unable::Objection(Objection::Covered) => told!(config, "doctor.officer-covered"),
        Unable::Objection(Objection::Fresh(until)) => {
            told!(config, "doctor.officer-fresh", until = shown_time(*until, &config.timezone))
        }
        Unable::Objection(Objection::SetInLockdown) => told!(config, "doctor.officer-in-lockdown"),
        Unable::Objection(Objection::SetInOtherRole) => told!(config, "doctor.officer-other-role"),
        Unable::Objection(other) => other.to_string(),
    }
}
