//! Lockdowns as they stand, for people.

use super::super::readers::{Readers, Told};
use super::super::say::say;
use super::super::waiting::{self, Passes};
use crate::admin::{LockdownEntry, LockdownStatus, PermitEntry};
use crate::domain::plain;

pub(super) fn told(status: &LockdownStatus, readers: Readers) -> Vec<Told> {
    let LockdownStatus { lockdowns, waiting } = status;
    if lockdowns.is_empty() && waiting.is_empty() {
        return vec![Told::Line(say!(readers, "lockdown.none"))];
    }
    let lockdowns = lockdowns.iter().map(|lockdown| entry(lockdown, readers));
    let waiting = waiting.iter().map(|request| waiting::told(request, readers));
    lockdowns.chain(waiting).map(Told::Lines).collect()
}

fn entry(lockdown: &LockdownEntry, readers: Readers) -> String {
    let mut text = plain(&head(lockdown, readers));
    if let Some(number) = &lockdown.order {
        text += &plain(&format!("  {}", say!(readers, "lockdown.number", number = number)));
    }
    if !lockdown.stored {
        text += &format!("\n  {}", say!(readers, "lockdown.not-stored"));
    }
    for permit in &lockdown.permits {
        text += &format!("\n  {}", plain(&passes(lockdown, permit, readers)));
    }
    text
}

fn head(lockdown: &LockdownEntry, readers: Readers) -> String {
    let except: Vec<_> = lockdown.except.iter().map(ToString::to_string).collect();
    let except = match except.is_empty() {
        true => String::new(),
        false => say!(readers, "lockdown.except", except = except.join(",")),
    };
    let since = lockdown.started.told();
    let span = match &lockdown.until {
        Some(at) => say!(readers, "time.span", since = since, until = at.told()),
        None => say!(readers, "time.since", since = since),
    };
    let name = lockdown.period.as_ref().map(|name| format!("  {name}")).unwrap_or_default();
    let by = match &lockdown.confirmed_by {
        Some(second) => say!(readers, "lockdown.by-two", by = &lockdown.by, second = second),
        None => say!(readers, "lockdown.by", by = &lockdown.by),
    };
    let state = say!(readers, format!("state.{}", lockdown.state.as_str()));
    let covered = readers.count("accounts", lockdown.covered);
    let LockdownEntry { lockdown: id, scope, reason, .. } = lockdown;
    format!("{id}{name}  {state}  {span}  {scope}{except}  {covered}  {by}  {reason}")
}

fn passes(lockdown: &LockdownEntry, permit: &PermitEntry, readers: Readers) -> String {
    let passes = Passes {
        operator: permit.operator.as_str(),
        lockdown: lockdown.lockdown.as_str(),
        asset: permit.asset.as_ref().map(|asset| asset.as_str()),
        until: permit.until.as_ref().map(|at| at.told()),
    };
    let ticket = say!(readers, "lockdown.ticket", ticket = &permit.ticket);
    format!("{}  {ticket}", passes.told(readers))
}
