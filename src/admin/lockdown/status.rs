//! What is in force, what is planned, who may pass, and what waits for a second person.

use jiff::Timestamp;
use serde::Serialize;

use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::asked::waiting;
use super::record;
use super::waiting::WaitingRequest;
use crate::access::Services;
use crate::access::live::Standing;
use crate::domain::{AssetName, LockdownId, OperatorName, OperatorSelector, PermitId};
use crate::lockdown::{Lockdown, Permit, Scope, State};
use crate::policy::Operator;
use crate::store::{PAGE, WHOLE, gather};

/// How lockdowns stand now; to programs a line for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LockdownStatus {
    pub lockdowns: Vec<LockdownEntry>,
    pub waiting: Vec<WaitingRequest>,
}

/// A lockdown that is in force or planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LockdownEntry {
    pub lockdown: LockdownId,
    pub state: State,
    /// The planned period that it is.
    pub period: Option<String>,
    pub started: LocalTime,
    pub by: String,
    pub confirmed_by: Option<String>,
    pub scope: Scope,
    pub except: Vec<OperatorSelector>,
    /// Its number on paper.
    pub order: Option<String>,
    pub reason: String,
    pub until: Option<LocalTime>,
    /// How many accounts it covers; of a planned one, will cover.
    pub covered: u64,
    pub permits: Vec<PermitEntry>,
    /// The database knows of it, or the policy does.
    pub stored: bool,
}

/// A permit that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PermitEntry {
    pub permit: PermitId,
    pub operator: OperatorName,
    /// `None`: every asset.
    pub asset: Option<AssetName>,
    pub until: Option<LocalTime>,
    pub ticket: String,
}

pub(super) async fn status(services: &Services) -> Result<LockdownStatus, AdminError> {
    let (standing, now) = (services.live.standing(), services.clock.now());
    let mut rows = gather(WHOLE, |after| services.store.lockdowns().open(after, PAGE)).await?;
    let missing = record::missing(services, &rows);
    let unstored: Vec<_> = missing.iter().map(|row| row.lockdown.id.clone()).collect();
    rows.extend(missing);
    rows.retain(|row| row.state(now) == State::InForce);
    let new = |lockdown: &Lockdown, state| entry(services, &standing, lockdown, state, now);
    let mut lockdowns: Vec<LockdownEntry> = Vec::new();
    for row in &rows {
        lockdowns.push(LockdownEntry {
            period: row.period.as_ref().map(ToString::to_string),
            confirmed_by: row.confirmed_by.clone(),
            stored: !unstored.contains(&row.lockdown.id),
            ..new(&row.lockdown, State::InForce)
        });
    }
    let begun = |lockdown: &Lockdown| rows.iter().any(|row| row.lockdown.id == lockdown.id);
    let planned = standing.locks().planned().filter(|period| now < period.until && !begun(&period.lockdown));
    lockdowns.extend(planned.map(|period| {
        let state = if period.lasts(now) { State::InForce } else { State::Planned };
        LockdownEntry { period: Some(period.name.to_string()), ..new(&period.lockdown, state) }
    }));
    Ok(LockdownStatus { lockdowns, waiting: waiting(services).await? })
}

fn entry(
    services: &Services,
    standing: &Standing,
    lockdown: &Lockdown,
    state: State,
    now: Timestamp,
) -> LockdownEntry {
    let shown = |at| LocalTime::of(services, at);
    let then = lockdown.started_at.max(now);
    let covers = |operator: &&Operator| lockdown.covers(&operator.account(), then);
    let permits = standing.lockdowns.permits();
    let permits = permits.filter(|permit| permit.lockdown == lockdown.id && permit.holds(now));
    let permit = |permit: &Permit| PermitEntry {
        permit: permit.id.clone(),
        operator: permit.operator.clone(),
        asset: permit.asset.clone(),
        until: permit.until.map(shown),
        ticket: permit.ticket.clone(),
    };
    LockdownEntry {
        lockdown: lockdown.id.clone(),
        state,
        period: None,
        started: shown(lockdown.started_at),
        by: lockdown.started_by.clone(),
        confirmed_by: None,
        scope: lockdown.scope.clone(),
        except: lockdown.except.clone(),
        order: lockdown.order.clone(),
        reason: lockdown.reason.clone(),
        until: lockdown.until.map(shown),
        covered: standing.policy.operators().filter(covers).count() as u64,
        permits: permits.map(permit).collect(),
        stored: true,
    }
}
