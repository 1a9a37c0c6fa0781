//! What an order would do, and what it did, for people.

use std::time::Duration;

use super::super::operator;
use super::super::readers::{Readers, Told};
use super::super::say::say;
use super::super::time;
use super::super::waiting::{self, Passes};
use crate::admin::{
    CUT_PATIENCE, DrawnCodes, GivenPermit, LockdownEffect, LockdownOutcome, LockdownPlan, PlannedAccount,
    PlannedCut, StartedLockdown,
};
use crate::terminal::width::column;

/// How wide the first word of a line is.
const WORD: usize = 6;

pub(super) fn plan(plan: &LockdownPlan, readers: Readers) -> Vec<Told> {
    let accounts = plan.accounts.iter().map(|account| Told::Line(person(account, readers)));
    let sessions = plan.sessions.iter().map(|session| Told::Line(cut(session, readers)));
    let end = match &plan.sum.until {
        Some(until) => say!(readers, "lockdown.would-hold-until", until = until.told()),
        None => say!(readers, "lockdown.would-hold"),
    };
    let covered = readers.count("accounts", plan.sum.covered);
    let exempt = readers.count("accounts", plan.sum.exempt);
    let count = readers.count("sessions", plan.sum.sessions);
    let head = say!(readers, "lockdown.would", covered = covered, exempt = exempt, sessions = count);
    accounts.chain(sessions).chain([Told::Lines(format!("{head}\n{end}"))]).collect()
}

fn person(account: &PlannedAccount, readers: Readers) -> String {
    let key = if account.covered { "lockdown.locks" } else { "lockdown.exempt" };
    let (word, role, name) =
        (column(&say!(readers, key), WORD), readers.role(account.role), &account.operator);
    let vendor = account.vendor.as_ref().map(|vendor| format!("  vendor:{vendor}")).unwrap_or_default();
    let more = if account.disabled { say!(readers, "lockdown.disabled") } else { String::new() };
    format!("{word}  {name}  {role}{vendor}{more}")
}

fn cut(session: &PlannedCut, readers: Readers) -> String {
    let word = column(&say!(readers, "lockdown.cuts"), WORD);
    let since = say!(readers, "time.since", since = session.started.told());
    let PlannedCut { session, operator, source, login, asset, .. } = session;
    format!("{word}  {session}  {operator}  {source}  {login}@{asset}  {since}")
}

pub(super) fn effect(effect: &LockdownEffect, readers: Readers) -> Vec<Told> {
    match effect {
        LockdownEffect::Started(done) => vec![Told::Lines(started(done, readers))],
        LockdownEffect::Lifted(done) => {
            vec![Told::Line(say!(readers, "lockdown.lifted", id = done.lockdown.as_str()))]
        }
        LockdownEffect::Allowed(permit) => vec![Told::Line(allowed(permit, readers))],
        LockdownEffect::Codes(drawn) => codes(drawn, readers),
        LockdownEffect::Factors(outcome) => operator::factors(outcome, readers),
        LockdownEffect::Asked(request) => vec![Told::Lines(waiting::told(request, readers))],
    }
}

/// What it did, until when it holds, and how it is lifted.
fn started(done: &StartedLockdown, readers: Readers) -> String {
    let id = done.lockdown.as_str();
    let end = match &done.until {
        Some(until) => say!(readers, "lockdown.holds-until", until = until.told(), id = id),
        None => say!(readers, "lockdown.holds", id = id),
    };
    let ids: Vec<_> = done.may_go_on.iter().map(|session| session.as_str()).collect();
    let more = match ids.len() {
        0 => String::new(),
        count => {
            let more = say!(readers, "lockdown.may-go-on", count = count, sessions = ids.join(" "));
            format!("\n{more}")
        }
    };
    let covered = readers.count("accounts", done.covered);
    let cut = readers.count("sessions", done.sessions_cut);
    let (from, slowest) = (done.logins_refused_from.told(), done.slowest_cut_ms);
    let head = say!(
        readers,
        "lockdown.started",
        id = id,
        from = from,
        covered = covered,
        cut = cut,
        slowest = slowest
    );
    format!("{head}{more}\n{end}")
}

fn allowed(permit: &GivenPermit, readers: Readers) -> String {
    let passes = Passes {
        operator: permit.operator.as_str(),
        lockdown: permit.lockdown.as_str(),
        asset: permit.asset.as_ref().map(|asset| asset.as_str()),
        until: permit.until.as_ref().map(|at| at.told()),
    };
    passes.told(readers)
}

/// The codes for whoever keeps them; beside them, what they are.
fn codes(drawn: &DrawnCodes, readers: Readers) -> Vec<Told> {
    if drawn.codes.is_empty() {
        return Vec::new();
    }
    let (operator, length) =
        (drawn.operator.as_str(), time::lasting(Duration::from_secs(drawn.opens_s.into())));
    let told = say!(readers, "asked.codes-open", operator = operator, length = length);
    let codes = drawn.codes.iter().map(|code| Told::Line(code.code.expose().to_owned()));
    std::iter::once(Told::Error(told)).chain(codes).collect()
}

/// What an order has not done, though it is in force.
pub(in crate::console) fn failed(outcome: &LockdownOutcome, readers: Readers) -> Option<String> {
    let LockdownOutcome::Effect(effect) = outcome else { return None };
    let LockdownEffect::Started(StartedLockdown { fault, left_over, .. }) = effect.as_ref() else {
        return None;
    };
    if let Some(fault) = fault {
        return Some(fault.told(readers.language()));
    }
    let sessions = readers.count("sessions", *left_over);
    let seconds = CUT_PATIENCE.as_secs();
    (*left_over > 0).then(|| say!(readers, "lockdown.left-over", sessions = sessions, seconds = seconds))
}
