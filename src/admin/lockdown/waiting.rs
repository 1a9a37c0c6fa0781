//! A request as a second person sees it: everything that it would do. What is too long to be read to its end cannot be
//! confirmed, as it is with commands.

use serde::Serialize;

use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::super::say::no;
use super::find;
use super::running::running;
use crate::access::Services;
use crate::approval::LONGEST_SHOWN;
use crate::domain::{AssetName, LockdownId, OperatorName, OperatorSelector, RequestId};
use crate::lockdown::{Act, Deed, Lockdown, PendingRequest, Scope};

/// What waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WaitingRequest {
    pub request: RequestId,
    pub act: Deed,
    pub details: RequestDetails,
    pub lockdown: Option<LockdownId>,
    /// The account that it would open.
    pub operator: Option<OperatorName>,
    /// `requested`.
    pub state: &'static str,
    pub in_force: bool,
    pub by: String,
    pub at: LocalTime,
    /// When it cannot be confirmed any more.
    pub lapses: LocalTime,
    /// What would become of an account's factors, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<String>,
}

/// What would be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum RequestDetails {
    Start {
        #[serde(flatten)]
        order: OrderWording,
        until: Option<LocalTime>,
        /// Whom it would lock now.
        covered: u64,
        /// How many sessions it would cut now.
        sessions: u64,
    },
    Lift {
        reason: String,
        /// What was ordered, while that is in force.
        of: Option<OrderWording>,
    },
    Allow {
        asset: Option<AssetName>,
        every_asset: bool,
        until: Option<LocalTime>,
        ticket: String,
    },
    Codes {
        count: u16,
        opens_s: u32,
    },
    Enrol {
        enrol: Vec<String>,
    },
    Invite {
        invite: bool,
    },
    Reset {
        reset: bool,
    },
}

/// What an order says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OrderWording {
    pub scope: Scope,
    pub except: Vec<OperatorSelector>,
    pub reason: String,
    /// Its number on paper.
    pub order: Option<String>,
}

impl OrderWording {
    fn of(order: &Lockdown) -> Self {
        let Lockdown { scope, except, reason, order, .. } = order.clone();
        Self { scope, except, reason, order }
    }
}

impl RequestDetails {
    async fn of(services: &Services, act: &Act) -> Result<Self, AdminError> {
        Ok(match act {
            Act::Start(lockdown) => start(services, lockdown).await?,
            Act::Lift { lockdown, reason } => {
                let order = find::lockdown(services, lockdown.as_str(), Deed::Lift).ok();
                Self::Lift { reason: reason.clone(), of: order.as_ref().map(OrderWording::of) }
            }
            Act::Allow(permit) => Self::Allow {
                asset: permit.asset.clone(),
                every_asset: permit.asset.is_none(),
                until: permit.until.map(|at| LocalTime::of(services, at)),
                ticket: permit.ticket.clone(),
            },
            Act::Codes { count, seconds, .. } => Self::Codes { count: *count, opens_s: *seconds },
            Act::Enrol { factors, .. } => Self::Enrol { enrol: factors.clone() },
            Act::Invite { .. } => Self::Invite { invite: true },
            Act::Reset { .. } => Self::Reset { reset: true },
        })
    }

    /// Whether somebody reads it to its end.
    pub(crate) fn is_readable(&self) -> bool {
        serde_json::to_string(self).is_ok_and(|text| text.len() <= LONGEST_SHOWN)
    }
}

/// Whom it would lock, and whom it would cut, now.
async fn start(services: &Services, lockdown: &Lockdown) -> Result<RequestDetails, AdminError> {
    let (standing, now) = (services.live.standing(), services.clock.now());
    let covered = standing.policy.operators().filter(|operator| lockdown.covers(&operator.account(), now));
    let covered = covered.count() as u64;
    let cut = |operator: &str| {
        let operator = standing.policy.operator(operator);
        operator.is_some_and(|operator| lockdown.covers(&operator.account(), now))
    };
    let sessions = running(services).await?;
    let sessions = sessions.iter().filter(|session| cut(session.operator.as_str())).count() as u64;
    let until = lockdown.until.map(|at| LocalTime::of(services, at));
    Ok(RequestDetails::Start { order: OrderWording::of(lockdown), until, covered, sessions })
}

/// # Errors
/// When the store cannot be read, or it is longer than anybody reads: that is neither asked for nor confirmed.
pub(super) async fn check_readable(services: &Services, act: &Act) -> Result<(), AdminError> {
    match RequestDetails::of(services, act).await?.is_readable() {
        true => Ok(()),
        false => Err(no!(services, Invalid, "asked.too-long", most = LONGEST_SHOWN)),
    }
}

/// The request as it is shown.
pub(super) async fn shown(
    services: &Services,
    request: &PendingRequest,
) -> Result<WaitingRequest, AdminError> {
    let details = RequestDetails::of(services, &request.act).await?;
    let change = match &request.act {
        Act::Enrol { factors, .. } => Some(format!("enrol {}", factors.join(", "))),
        Act::Invite { .. } => Some("invite".to_owned()),
        Act::Reset { .. } => Some("reset".to_owned()),
        _ => None,
    };
    Ok(WaitingRequest {
        request: request.id.clone(),
        act: request.act.deed(),
        details,
        lockdown: request.act.lockdown().cloned(),
        operator: request.act.opens().cloned(),
        state: "requested",
        in_force: false,
        by: request.by.clone(),
        at: LocalTime::of(services, request.at),
        lapses: LocalTime::of(services, request.lapses),
        change,
    })
}
