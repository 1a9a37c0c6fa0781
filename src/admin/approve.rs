//! An officer's word: what waits for it, and giving it. It is journaled before whoever waits hears it.

use std::net::IpAddr;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::caller::Caller;
use super::context::Admin;
use super::error::AdminError;
use super::local_time::LocalTime;
use super::lockdown::{self, WaitingRequest, person, settled};
use super::say::no;
use crate::access::Services;
use crate::access::live::Claimed;
use crate::approval::{ApprovalAnswer, ApprovalObjection, ApprovalRequest, ApprovalScope, Opening, Subject};
use crate::command::masked;
use crate::domain::{ApprovalId, AssetName, Danger, LoginName, OperatorName, Remark, SessionId, plain};
use crate::event::Event;

/// The longest that one word opens: longer than a working day is for the policy to say.
const LONGEST: Duration = Duration::from_secs(12 * 60 * 60);

#[derive(Debug, Clone)]
pub enum ApproveRequest {
    /// All that waits, and what was granted for a while.
    List,
    /// What sessions and commands wait for, for whoever asks again and again.
    Waiting,
    Grant {
        approval: String,
        /// So long the same passes without asking.
        lasts: Option<Duration>,
        reason: Option<Remark>,
    },
    Refuse {
        approval: String,
        reason: Option<Remark>,
    },
    /// Takes back what the caller asked for.
    Withdraw {
        request: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum ApproveOutcome {
    List(ApprovalList),
    Waiting(Vec<WaitingApproval>),
    Granted(GrantedApproval),
    Refused(RefusedApproval),
    Withdrawn(WithdrawnRequest),
}

/// What is in the gateway's memory, which bounds it, and what waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApprovalList {
    pub waiting: Vec<WaitingApproval>,
    pub openings: Vec<OpenApproval>,
    pub requests: Vec<WaitingRequest>,
}

/// What somebody wants to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApprovalSubject {
    pub operator: OperatorName,
    pub asset: AssetName,
    pub login: LoginName,
    /// `session` or `command`.
    pub what: &'static str,
    /// The command as it is, but for its passwords.
    pub command: Option<String>,
}

/// What waits for an officer, who sees all of what they agree to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WaitingApproval {
    #[serde(flatten)]
    pub subject: ApprovalSubject,
    pub approval: ApprovalId,
    pub state: &'static str,
    pub at: String,
    pub source: IpAddr,
    pub session: SessionId,
    pub danger: Option<Danger>,
    pub programs: Vec<String>,
    pub reason: String,
    pub lapses: LocalTime,
    /// Which of the requests of this id it is.
    #[serde(skip)]
    pub asked_at: Timestamp,
}

/// What was granted for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpenApproval {
    #[serde(flatten)]
    pub subject: ApprovalSubject,
    pub approval: ApprovalId,
    pub state: &'static str,
    pub by: String,
    pub until: LocalTime,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GrantedApproval {
    pub approval: ApprovalId,
    pub state: &'static str,
    pub operator: OperatorName,
    pub by: String,
    pub until: Option<LocalTime>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefusedApproval {
    pub approval: ApprovalId,
    pub state: &'static str,
    pub operator: OperatorName,
    pub by: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WithdrawnRequest {
    pub request: String,
    pub state: &'static str,
}

pub(super) async fn perform(
    admin: &Admin,
    caller: &Caller,
    request: ApproveRequest,
) -> Result<ApproveOutcome, AdminError> {
    let services = &*admin.services;
    Ok(match request {
        ApproveRequest::List => ApproveOutcome::List(list(services).await?),
        ApproveRequest::Waiting => ApproveOutcome::Waiting(waiting(services)),
        ApproveRequest::Grant { approval, lasts, reason } => {
            let until = lasts.map(|lasts| end(services, lasts)).transpose()?;
            settled(services, caller).await?;
            let claimed = claim(services, caller, &approval)?;
            ApproveOutcome::Granted(grant(admin, caller, claimed, until, reason.as_deref()).await?)
        }
        ApproveRequest::Refuse { approval, reason } => {
            let claimed = claim(services, caller, &approval)?;
            ApproveOutcome::Refused(refuse(admin, caller, claimed, reason.as_deref()).await?)
        }
        ApproveRequest::Withdraw { request } => {
            ApproveOutcome::Withdrawn(withdraw(admin, caller, request).await?)
        }
    })
}

async fn list(services: &Services) -> Result<ApprovalList, AdminError> {
    let openings = services.live.approvals().openings(services.clock.now());
    Ok(ApprovalList {
        waiting: waiting(services),
        openings: openings.into_iter().map(|opening| open(services, opening)).collect(),
        requests: lockdown::waiting(services).await?,
    })
}

fn waiting(services: &Services) -> Vec<WaitingApproval> {
    let waiting = services.live.approvals().waiting();
    waiting.into_iter().map(|request| shown(services, request)).collect()
}

fn shown(services: &Services, request: ApprovalRequest) -> WaitingApproval {
    let ApprovalRequest { id, subject, session, source, danger, programs, reason, at, lapses, .. } = request;
    WaitingApproval {
        subject: about(subject),
        approval: id,
        state: "waiting",
        at: LocalTime::of(services, at).told(),
        source,
        session,
        danger,
        programs,
        reason,
        lapses: LocalTime::of(services, lapses),
        asked_at: at,
    }
}

fn open(services: &Services, opening: Opening) -> OpenApproval {
    let Opening { id, subject, by, until, .. } = opening;
    let (subject, until) = (about(subject), LocalTime::of(services, until));
    OpenApproval { subject, approval: id, state: "granted", by, until }
}

fn about(subject: Subject) -> ApprovalSubject {
    let Subject { operator, asset, login, what } = subject;
    let (what, command) = match what {
        ApprovalScope::Session => ("session", None),
        ApprovalScope::Command(line) => ("command", Some(masked(&line).text)),
    };
    ApprovalSubject { operator, asset, login, what, command }
}

fn end(services: &Services, lasts: Duration) -> Result<Timestamp, AdminError> {
    if lasts.is_zero() || lasts > LONGEST {
        return Err(no!(services, Invalid, "approve.for"));
    }
    let end = services.clock.now().checked_add(lasts).map_err(AdminError::internal)?;
    Timestamp::from_second(end.as_second()).map_err(AdminError::internal) // people read whole seconds
}

/// Takes a request up, if it waits and this caller may answer it.
fn claim(services: &Services, caller: &Caller, id: &str) -> Result<Claimed, AdminError> {
    let none = || no!(services, NotFound, "approve.not-waiting", id = plain(id));
    let id = ApprovalId::parse(id).ok_or_else(none)?;
    let approvals = services.live.approvals();
    let request = approvals.find(&id).ok_or_else(none)?;
    request.may_answer(&person(services, caller, None)).map_err(|why| objected(services, &why))?;
    approvals.claim(&id).ok_or_else(none)
}

fn objected(services: &Services, why: &ApprovalObjection) -> AdminError {
    match why {
        ApprovalObjection::Role => no!(services, Refused, "approve.role"),
        ApprovalObjection::Covered => no!(services, Refused, "approve.covered"),
        ApprovalObjection::OwnRequest => no!(services, Refused, "approve.own-request"),
    }
}

async fn grant(
    admin: &Admin,
    caller: &Caller,
    claimed: Claimed,
    until: Option<Timestamp>,
    reason: Option<&str>,
) -> Result<GrantedApproval, AdminError> {
    let ApprovalRequest { id, session, judged, subject, .. } = claimed.request.clone();
    let (operator, reason) = (subject.operator, reason.unwrap_or_default().to_owned());
    let (approval, person) = (id.clone(), operator.clone());
    let event = Event::ApprovalGranted { approval: id, session, judged, operator, reason, until };
    admin.journal(caller, event).await?;
    let by = caller.actor().to_string();
    claimed.answer(ApprovalAnswer::Granted { by: by.clone() }, until);
    let until = until.map(|at| LocalTime::of(&admin.services, at));
    Ok(GrantedApproval { approval, state: "granted", operator: person, by, until })
}

async fn refuse(
    admin: &Admin,
    caller: &Caller,
    claimed: Claimed,
    reason: Option<&str>,
) -> Result<RefusedApproval, AdminError> {
    let ApprovalRequest { id, session, judged, subject, .. } = claimed.request.clone();
    let (operator, reason) = (subject.operator, reason.unwrap_or_default().to_owned());
    let (approval, person) = (id.clone(), operator.clone());
    let event = Event::ApprovalRefused { approval: id, session, judged, operator, reason: reason.clone() };
    admin.journal(caller, event).await?;
    let by = caller.actor().to_string();
    claimed.answer(ApprovalAnswer::Refused { by: by.clone(), reason }, None);
    Ok(RefusedApproval { approval, state: "refused", operator: person, by })
}

/// A session's or a command's request, or one that waits for a second person.
async fn withdraw(admin: &Admin, caller: &Caller, id: String) -> Result<WithdrawnRequest, AdminError> {
    let approvals = admin.services.live.approvals();
    match ApprovalId::parse(&id).and_then(|id| approvals.find(&id)) {
        Some(request) => take_back(admin, caller, request, &id).await?,
        None => lockdown::withdraw(&admin.services, caller, &id).await?,
    }
    Ok(WithdrawnRequest { request: id, state: "withdrawn" })
}

/// Of a request of somebody else no more is told than of none.
async fn take_back(
    admin: &Admin,
    caller: &Caller,
    request: ApprovalRequest,
    id: &str,
) -> Result<(), AdminError> {
    let not_yours = || no!(admin.services, NotFound, "approve.not-yours", id = plain(id));
    let own = match caller {
        Caller::Operator(who) => request.subject.operator == *who.operator(),
        Caller::Local(_) => false,
    };
    if !own {
        return Err(not_yours());
    }
    let claimed = admin.services.live.approvals().claim(&request.id).ok_or_else(not_yours)?;
    let ApprovalRequest { id: approval, session, judged, .. } = request;
    admin.journal(caller, Event::ApprovalWithdrawn { approval, session, judged }).await?;
    claimed.answer(ApprovalAnswer::Withdrawn, None);
    Ok(())
}
