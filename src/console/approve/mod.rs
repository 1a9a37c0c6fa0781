//! An officer's word: what waits for it, and giving it. It is journaled before whoever waits hears it.

mod show;

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use super::lockdown::{self, person, settled, show_waiting};
use super::out::Out;
use super::run::{Caller, Failure};
use super::say::{fail, say};
use super::time;
use super::tree::Approve;
use crate::access::Services;
use crate::access::live::Claimed;
use crate::approval::{Answer, Objection, Request};
use crate::config::TimeSpan;
use crate::domain::{ApprovalId, plain};
use crate::event::Event;

/// Longer than a working day is for the policy to say.
const LONGEST: Duration = Duration::from_secs(12 * 60 * 60);

/// How often `--watch` looks.
const LOOK: Duration = Duration::from_millis(500);

pub(super) async fn run(
    services: &Services,
    caller: &Caller,
    order: &Approve,
    out: &Out,
) -> Result<(), Failure> {
    match order {
        Approve::List { watch: false } => list(services, out).await,
        Approve::List { watch: true } => watch(services, out).await,
        Approve::Withdraw { id } => withdraw(services, caller, id, out).await,
        Approve::Grant { id, lasts, reason } => {
            let until = lasts.as_deref().map(|text| end(services, text)).transpose()?;
            settled(services, caller).await?;
            grant(
                services,
                caller,
                claim(services, caller, id)?,
                until,
                reason.as_deref().unwrap_or_default(),
                out,
            )
            .await
        }
        Approve::Refuse { id, reason } => {
            refuse(services, caller, claim(services, caller, id)?, reason.as_deref().unwrap_or_default(), out)
                .await
        }
    }
}

async fn list(services: &Services, out: &Out) -> Result<(), Failure> {
    let approvals = services.live.approvals();
    let (waiting, openings) = (approvals.waiting(), approvals.openings(services.clock.now()));
    for request in &waiting {
        show::request(services, request, out).await?;
    }
    for opening in &openings {
        show::opening(services, opening, out).await?;
    }
    let confirmed = show_waiting(services, out).await?;
    if waiting.is_empty() && openings.is_empty() && confirmed == 0 && !out.json {
        out.line(say!(services, "approve.none")).await?;
    }
    Ok(())
}

/// Shows each request once, until nobody reads any more.
async fn watch(services: &Services, out: &Out) -> Result<(), Failure> {
    let mut shown = HashSet::new();
    loop {
        for request in services.live.approvals().waiting() {
            if shown.insert((request.id.clone(), request.at)) {
                show::request(services, &request, out).await?;
            }
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = out.unread() => return Ok(()),
        }
    }
}

fn end(services: &Services, text: &str) -> Result<Timestamp, Failure> {
    let length = TimeSpan::parse(text)?.as_duration();
    if length.is_zero() || length > LONGEST {
        return Err(fail!(services, "approve.for"));
    }
    Ok(services.clock.now().checked_add(length)?)
}

/// Takes a request up, if it waits and this caller may answer it.
fn claim(services: &Services, caller: &Caller, id: &str) -> Result<Claimed, Failure> {
    let none = || fail!(services, "approve.not-waiting", id = plain(id));
    let id = ApprovalId::parse(id).ok_or_else(none)?;
    let approvals = services.live.approvals();
    approvals
        .find(&id)
        .ok_or_else(none)?
        .may_answer(&person(services, caller, None))
        .map_err(|why| objected(services, &why))?;
    approvals.claim(&id).ok_or_else(none)
}

async fn grant(
    services: &Services,
    caller: &Caller,
    claimed: Claimed,
    until: Option<Timestamp>,
    reason: &str,
    out: &Out,
) -> Result<(), Failure> {
    let Request { id, session, judged, subject, .. } = claimed.request.clone();
    let (operator, reason) = (subject.operator, reason.to_owned());
    let event = Event::ApprovalGranted { approval: id, session, judged, operator, reason, until };
    services.journal(caller.actor(), caller.origin(), event).await?;
    let by = caller.actor().to_string();
    let (request, shown) =
        (claimed.request.clone(), until.map(|at| time::shown(at, &services.config.timezone)));
    claimed.answer(Answer::Granted { by: by.clone() }, until);
    let object = json!({
        "approval": request.id, "state": "granted", "operator": request.subject.operator, "by": by, "until": shown,
    });
    Ok(out.record(&object, || told(services, "approve.granted", &request)).await?)
}

async fn refuse(
    services: &Services,
    caller: &Caller,
    claimed: Claimed,
    reason: &str,
    out: &Out,
) -> Result<(), Failure> {
    let Request { id, session, judged, subject, .. } = claimed.request.clone();
    let (operator, reason) = (subject.operator, reason.to_owned());
    let event = Event::ApprovalRefused { approval: id, session, judged, operator, reason: reason.clone() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    let (by, request) = (caller.actor().to_string(), claimed.request.clone());
    claimed.answer(Answer::Refused { by: by.clone(), reason }, None);
    let object = json!({
        "approval": request.id, "state": "refused", "operator": request.subject.operator, "by": by,
    });
    Ok(out.record(&object, || told(services, "approve.refused", &request)).await?)
}

fn objected(services: &Services, why: &Objection) -> Failure {
    match why {
        Objection::Role => fail!(services, "approve.role"),
        Objection::Covered => fail!(services, "approve.covered"),
        Objection::OwnRequest => fail!(services, "approve.own-request"),
    }
}

fn told(services: &Services, key: &str, request: &Request) -> String {
    say!(services, key, id = request.id.as_str(), operator = request.subject.operator.as_str())
}

/// A session's or a command's request, or one that waits for a second person.
async fn withdraw(services: &Services, caller: &Caller, id: &str, out: &Out) -> Result<(), Failure> {
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
