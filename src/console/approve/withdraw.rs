//! Whoever asked takes the request back: nobody has to answer it any more.

use serde_json::json;

use super::super::lockdown;
use super::super::out::Out;
use super::super::run::{Caller, Failure};
use super::super::say::{fail, say};
use crate::approval::Answer;
use crate::domain::{ApprovalId, plain};
use crate::event::Event;
use crate::session::Services;

/// A session's or a command's request, or one that waits for a second person.
pub(super) async fn withdraw(
    services: &Services,
    caller: &Caller,
    id: &str,
    out: &Out,
) -> Result<(), Failure> {
    let approvals = services.live.approvals();
    match ApprovalId::parse(id).and_then(|id| approvals.find(&id)) {
        Some(request) => {
            let Caller::Operator(who) = caller else { return Err(not_yours(services, id)) };
            if request.subject.operator != *who.operator() {
                return Err(not_yours(services, id));
            }
            let claimed = approvals.claim(&request.id).ok_or_else(|| not_yours(services, id))?;
            let event = Event::ApprovalWithdrawn {
                approval: request.id.clone(),
                session: request.session.clone(),
                judged: request.judged,
            };
            services.journal(caller.actor(), caller.origin(), event).await?;
            claimed.answer(Answer::Withdrawn, None);
        }
        None => lockdown::withdraw(services, caller, id).await?,
    }
    let object = json!({ "request": id, "state": "withdrawn" });
    Ok(out.record(&object, || say!(services, "approve.withdrawn", id = plain(id))).await?)
}

/// Of a request of somebody else no more is told than of none.
fn not_yours(services: &Services, id: &str) -> Failure {
    fail!(services, "approve.not-yours", id = plain(id))
}
