//! Examples of an officer's word.

use crate::admin::*;
use crate::domain::{ApprovalId, Danger, SessionId};

fn subject() -> ApprovalSubject {
    ApprovalSubject {
        operator: "wang-fang".parse().unwrap(),
        asset: "db1".parse().unwrap(),
        login: "oracle".parse().unwrap(),
        what: "command",
        command: Some("rm -rf /u01/x".into()),
    }
}

fn approval() -> ApprovalId {
    ApprovalId::new(9)
}

fn waiting() -> WaitingApproval {
    WaitingApproval {
        subject: subject(),
        approval: approval(),
        state: "waiting",
        at: super::at().told(),
        source: "192.0.2.7".parse().unwrap(),
        session: SessionId::new(1_764_561_600_000, 7),
        danger: Some(Danger::Critical),
        programs: vec!["rm".into()],
        reason: "`rm` needs approval".into(),
        lapses: super::at(),
        asked_at: "2026-12-01T04:00:00Z".parse().unwrap(),
    }
}

pub(super) fn example(kind: RequestKind) -> Option<ApproveOutcome> {
    let (operator, by) = ("wang-fang".parse().unwrap(), "officer".to_owned());
    Some(match kind {
        RequestKind::ApproveList => {
            let open = OpenApproval {
                subject: subject(),
                approval: approval(),
                state: "granted",
                by,
                until: super::at(),
            };
            ApproveOutcome::List(ApprovalList {
                waiting: vec![waiting()],
                openings: vec![open],
                requests: Vec::new(),
            })
        }
        RequestKind::ApproveGrant => {
            let (approval, until) = (approval(), Some(super::at()));
            ApproveOutcome::Granted(GrantedApproval { approval, state: "granted", operator, by, until })
        }
        RequestKind::ApproveRefuse => {
            let approval = approval();
            ApproveOutcome::Refused(RefusedApproval { approval, state: "refused", operator, by })
        }
        RequestKind::ApproveWithdraw => {
            ApproveOutcome::Withdrawn(WithdrawnRequest { request: "a1".into(), state: "withdrawn" })
        }
        _ => return None,
    })
}
