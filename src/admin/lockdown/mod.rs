//! Lockdowns: planned, ordered, pierced and lifted, by one person or by two; and told of afterwards.
//!
//! An order is durable before it is in force, and in force before it is acknowledged. Over SSH, on the host
//! and by order file the same functions run. What begins and ends by itself is [`keep`]'s.

mod act;
mod allow;
mod asked;
mod codes;
mod confirmed;
mod draft;
mod effect;
mod find;
mod keep;
mod lift;
mod period;
mod person;
mod plan;
mod record;
mod report;
mod request;
mod running;
mod second;
mod start;
mod status;
mod waiting;
mod which;

use serde::Serialize;

use super::caller::Caller;
use super::context::Admin;
use super::error::AdminError;
use crate::lockdown::Act;

pub use allow::GivenPermit;
pub(crate) use asked::draws_codes;
pub(super) use asked::{asked, request};
pub(super) use asked::{waiting, withdraw};
pub use codes::{DrawnCode, DrawnCodes};
pub(super) use confirmed::{journal_confirmed, settled_already};
pub use effect::LockdownEffect;
pub use keep::keep;
pub use lift::LiftedLockdown;
pub(super) use person::person;
pub use plan::{LockdownPlan, PlannedAccount, PlannedCut, PlannedSum};
pub use record::keep as keep_record;
pub use report::LockdownReport;
pub use request::{LockdownAim, LockdownReportFormat, LockdownRequest, NewPermit};
pub(super) use second::settled;
pub use start::{CUT_PATIENCE, StartedLockdown};
pub use status::{LockdownEntry, LockdownStatus, PermitEntry};
pub use waiting::{OrderWording, RequestDetails, WaitingRequest};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum LockdownOutcome {
    Plan(LockdownPlan),
    Status(LockdownStatus),
    Effect(Box<LockdownEffect>),
    Report(LockdownReport),
}

pub(super) async fn perform(
    admin: &Admin,
    caller: &Caller,
    request: LockdownRequest,
) -> Result<LockdownOutcome, AdminError> {
    let services = &admin.services;
    let act = match request {
        LockdownRequest::Plan(aim) => {
            let lockdown = draft::lockdown(services, caller, "", aim)?;
            return Ok(LockdownOutcome::Plan(plan::plan(services, &lockdown).await?));
        }
        LockdownRequest::Status => return Ok(LockdownOutcome::Status(status::status(services).await?)),
        LockdownRequest::Report { lockdown, format, signed } => {
            return report::report(services, &lockdown, format, signed).await.map(LockdownOutcome::Report);
        }
        LockdownRequest::Confirm { request } => {
            let effect = act::confirm(services, caller, &request).await?;
            return Ok(LockdownOutcome::Effect(Box::new(effect)));
        }
        LockdownRequest::Start { reason, aim } => {
            Act::Start(draft::lockdown(services, caller, &reason, aim)?)
        }
        LockdownRequest::Allow(new) => draft::permit(services, &new)?,
        LockdownRequest::Lift { lockdown, reason } => draft::lift(services, &lockdown, &reason)?,
        LockdownRequest::Codes { operator, count, opens } => draft::codes(services, &operator, count, opens)?,
    };
    Ok(LockdownOutcome::Effect(Box::new(act::order(services, caller, act).await?)))
}
