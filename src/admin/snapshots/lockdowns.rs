//! Lockdowns.

use super::*;
use crate::domain::{LockdownId, OperatorName, OperatorSelector, PermitId, RequestId, Role, SessionId};
use crate::lockdown::{Deed, Scope, State};

/// An outcome of each kind that is about lockdowns.
pub(super) fn example(kind: RequestKind) -> Option<AdminOutcome> {
    let effect = |effect| LockdownOutcome::Effect(Box::new(effect));
    Some(AdminOutcome::Lockdown(match kind {
        RequestKind::LockdownPlan => LockdownOutcome::Plan(plan()),
        RequestKind::LockdownStart => effect(LockdownEffect::Started(StartedLockdown {
            lockdown: lockdown(),
            state: State::InForce,
            covered: 12,
            sessions_cut: 3,
            logins_refused_from: at(),
            slowest_cut_ms: 40,
            until: None,
            may_go_on: [session()].into(),
            stored: true,
            fault: None,
            left_over: 0,
        })),
        RequestKind::LockdownStatus => {
            LockdownOutcome::Status(LockdownStatus { lockdowns: vec![in_force()], waiting: vec![waiting()] })
        }
        RequestKind::LockdownAllow => effect(LockdownEffect::Allowed(GivenPermit {
            permit: permit(),
            lockdown: lockdown(),
            operator: "wang-fang".parse().unwrap(),
            asset: None,
            until: Some(at()),
            ticket: "T-7".into(),
        })),
        RequestKind::LockdownLift => {
            effect(LockdownEffect::Lifted(LiftedLockdown { lockdown: lockdown(), lifted: true }))
        }
        RequestKind::LockdownConfirm => effect(LockdownEffect::Asked(waiting())),
        RequestKind::LockdownCodes => {
            let operator: OperatorName = "wang-fang".parse().unwrap();
            let code =
                DrawnCode { operator: operator.clone(), code: ToldOnce::new("XXXX-XXXX"), opens_s: 7200 };
            effect(LockdownEffect::Codes(DrawnCodes { operator, opens_s: 7200, codes: vec![code] }))
        }
        RequestKind::LockdownReport => LockdownOutcome::Report(LockdownReport {
            format: LockdownReportFormat::Json,
            file: "{\"lockdown\":\"…\"}\n".into(),
        }),
        _ => return None,
    }))
}

fn lockdown() -> LockdownId {
    LockdownId::new(1_796_097_600_000, 1)
}

fn permit() -> PermitId {
    PermitId::new(1_796_097_600_000, 2)
}

fn session() -> SessionId {
    SessionId::new(1_796_097_600_000, 3)
}

fn plan() -> LockdownPlan {
    LockdownPlan {
        accounts: vec![PlannedAccount {
            operator: "wang-fang".parse().unwrap(),
            role: Role::Operator,
            vendor: None,
            groups: vec!["dba".parse().unwrap()],
            covered: true,
            disabled: false,
        }],
        sessions: vec![PlannedCut {
            session: session(),
            operator: "wang-fang".parse().unwrap(),
            source: "192.0.2.7".into(),
            asset: "db1".parse().unwrap(),
            login: "oracle".parse().unwrap(),
            protocols: vec![Protocol::Shell],
            started: at(),
        }],
        sum: PlannedSum { covered: 1, exempt: 0, sessions: 1, until: Some(at()) },
    }
}

fn in_force() -> LockdownEntry {
    LockdownEntry {
        lockdown: lockdown(),
        state: State::InForce,
        period: None,
        started: at(),
        by: "officer".into(),
        confirmed_by: Some("officer2".into()),
        scope: Scope::All,
        except: vec![OperatorSelector::parse("@duty").unwrap()],
        order: Some("N-1".into()),
        reason: "重保".into(),
        until: None,
        covered: 12,
        permits: vec![PermitEntry {
            permit: permit(),
            operator: "wang-fang".parse().unwrap(),
            asset: Some("db1".parse().unwrap()),
            until: None,
            ticket: "T-7".into(),
        }],
        stored: true,
    }
}

fn waiting() -> WaitingRequest {
    let order = OrderWording { scope: Scope::All, except: Vec::new(), reason: "drill".into(), order: None };
    WaitingRequest {
        request: RequestId::new(1_796_097_600_000, 4),
        act: Deed::Start,
        details: RequestDetails::Start { order, until: None, covered: 12, sessions: 3 },
        lockdown: Some(lockdown()),
        operator: None,
        state: "requested",
        in_force: false,
        by: "officer".into(),
        at: at(),
        lapses: at(),
        change: None,
    }
}
