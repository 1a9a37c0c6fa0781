//! What an order would do, without doing it: the people, and the sessions that run now.

use serde::Serialize;

use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::running::running;
use crate::access::Services;
use crate::access::live::Standing;
use crate::domain::{AssetName, GroupName, LoginName, OperatorName, Protocol, Role, SessionId, VendorName};
use crate::lockdown::Lockdown;
use crate::policy::Operator;
use crate::store::SessionRow;

/// What an order would do at this moment; to programs a line for each account, each session, and the sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LockdownPlan {
    pub accounts: Vec<PlannedAccount>,
    pub sessions: Vec<PlannedCut>,
    pub sum: PlannedSum,
}

/// Somebody in the scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedAccount {
    pub operator: OperatorName,
    pub role: Role,
    pub vendor: Option<VendorName>,
    pub groups: Vec<GroupName>,
    /// Else left out.
    pub covered: bool,
    pub disabled: bool,
}

/// A session that would be cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedCut {
    pub session: SessionId,
    pub operator: OperatorName,
    pub source: String,
    pub asset: AssetName,
    pub login: LoginName,
    pub protocols: Vec<Protocol>,
    pub started: LocalTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedSum {
    pub covered: u64,
    pub exempt: u64,
    pub sessions: u64,
    pub until: Option<LocalTime>,
}

pub(super) async fn plan(services: &Services, lockdown: &Lockdown) -> Result<LockdownPlan, AdminError> {
    let (standing, now) = (services.live.standing(), services.clock.now());
    let covers = |operator: &Operator| lockdown.covers(&operator.account(), now);
    let in_scope = |operator: &&Operator| covers(operator) || lockdown.spares(&operator.account());
    let operators = standing.policy.operators().filter(in_scope);
    let accounts: Vec<_> = operators.map(|operator| account(&standing, operator, covers(operator))).collect();
    let hit = |row: &SessionRow| standing.policy.operator(row.operator.as_str()).is_some_and(covers);
    let sessions: Vec<_> = running(services).await?.into_iter().filter(hit).collect();
    let covered = accounts.iter().filter(|account| account.covered).count() as u64;
    let sum = PlannedSum {
        covered,
        exempt: accounts.len() as u64 - covered,
        sessions: sessions.len() as u64,
        until: lockdown.until.map(|at| LocalTime::of(services, at)),
    };
    let sessions = sessions.into_iter().map(|row| cut(services, row)).collect();
    Ok(LockdownPlan { accounts, sessions, sum })
}

fn account(standing: &Standing, operator: &Operator, covered: bool) -> PlannedAccount {
    PlannedAccount {
        operator: operator.name.clone(),
        role: operator.role,
        vendor: operator.vendor.clone(),
        groups: operator.groups.clone(),
        covered,
        disabled: operator.disabled || standing.disabled.contains_key(operator.name.as_str()),
    }
}

fn cut(services: &Services, row: SessionRow) -> PlannedCut {
    PlannedCut {
        session: row.session,
        operator: row.operator,
        source: row.source,
        asset: row.asset,
        login: row.login,
        protocols: row.protocols,
        started: LocalTime::of(services, row.started),
    }
}
