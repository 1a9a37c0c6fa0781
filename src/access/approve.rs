//! Asks an officer and waits for the word: for a session where a rule wants a second person, and for a command
//! where the referee does. A request that nobody waits for any more is withdrawn, however the wait ended.

use std::sync::Arc;

use super::audience::{Audience, Notifier, tell};
use super::connection::Connection;
use super::outcome::{NotRelayed, Outcome, Settled};
use super::rulings;
use super::running::Session;
use super::services::{Authenticated, Services};
use crate::access::live::Pending;
use crate::approval::{ApprovalAnswer, ApprovalRequest, ApprovalScope, Subject};
use crate::domain::{ApprovalId, SessionId};
use crate::event::{Actor, Event};
use crate::journal::JournalFailed;

pub(crate) fn subject(session: &Session, what: ApprovalScope) -> Subject {
    let (operator, asset) = (session.who.operator.clone(), session.asset.clone());
    Subject { operator, asset, login: session.login.clone(), what }
}

/// A request of now, with an id that no other has.
pub(crate) fn request(
    services: &Services,
    session: &Session,
    what: ApprovalScope,
    reason: &str,
) -> ApprovalRequest {
    let at = services.clock.now();
    ApprovalRequest {
        id: services.live.approvals().fresh(|| services.random()),
        subject: subject(session, what),
        session: session.id.clone(),
        source: session.who.origin.address(),
        judged: None,
        danger: None,
        programs: Vec::new(),
        reason: reason.to_owned(),
        at,
        lapses: at.saturating_add(services.config.limits.approval.as_duration()).unwrap_or(at),
    }
}

/// Journals the request, lays it before the officers, and waits.
pub(crate) async fn ask(
    services: &Arc<Services>,
    who: &Authenticated,
    request: ApprovalRequest,
) -> Result<Outcome, JournalFailed> {
    let event = Event::ApprovalRequested {
        approval: request.id.clone(),
        session: request.session.clone(),
        judged: request.judged,
        asset: request.subject.asset.clone(),
        login: request.subject.login.clone(),
        reason: request.reason.clone(),
        lapses: request.lapses,
    };
    services.journal(who.actor(), Some(&who.origin), event).await?;
    let (approval, session, judged) = (request.id.clone(), request.session.clone(), request.judged);
    let pending = services.live.approvals().ask(request);
    let mut waiting =
        Waiting { services: Arc::clone(services), who: who.clone(), approval, session, judged, pending };
    let limit = services.config.limits.approval.as_duration();
    let answer = match tokio::time::timeout(limit, waiting.pending.answered()).await {
        Ok(answer) => answer,
        Err(_) if waiting.pending.withdraw() => {
            services.journal(Actor::Gateway, None, waiting.lapsed()).await?;
            None
        }
        // An officer has it in hand: moments.
        Err(_) => waiting.pending.answered().await,
    };
    Ok(match answer {
        Some(ApprovalAnswer::Granted { by }) => Outcome::Granted { by },
        Some(ApprovalAnswer::Refused { by, reason }) => Outcome::Refused { by, reason },
        Some(ApprovalAnswer::Withdrawn) => Outcome::Withdrawn,
        None => Outcome::Lapsed,
    })
}

/// Somebody who waits. Dropped while the request is open, it takes the request back.
struct Waiting {
    services: Arc<Services>,
    who: Authenticated,
    approval: ApprovalId,
    session: SessionId,
    judged: Option<u64>,
    pending: Pending,
}

impl Waiting {
    fn lapsed(&self) -> Event {
        let (approval, session) = (self.approval.clone(), self.session.clone());
        Event::ApprovalLapsed { approval, session, judged: self.judged }
    }

    fn withdrawn(&self) -> Event {
        let (approval, session) = (self.approval.clone(), self.session.clone());
        Event::ApprovalWithdrawn { approval, session, judged: self.judged }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if !self.pending.withdraw() {
            return;
        }
        let (services, who, event) = (Arc::clone(&self.services), self.who.clone(), self.withdrawn());
        // Nothing hangs on this row: what was asked for is not done.
        let row = async move {
            if let Err(error) = services.journal(who.actor(), Some(&who.origin), event).await {
                tracing::error!(%error, "a withdrawn request could not be journaled");
            }
        };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            drop(runtime.spawn(row));
        }
    }
}

/// Lets a session go on once a second person has agreed. Asked once: what was said counts for all channels of
/// the session, and who comes while somebody waits, waits for the same word.
pub(crate) async fn session<A: Audience>(
    visit: &Connection,
    session: &Session,
    rules: &str,
    ear: Option<Notifier<'_, A>>,
) -> Result<(), NotRelayed> {
    let services = &visit.services;
    let mut settled = match session.approval.try_lock() {
        Ok(settled) => settled,
        Err(_) => {
            tell(ear, &rulings::asked_already(services)).await;
            session.approval.lock().await
        }
    };
    match &*settled {
        Some(Settled::Granted) => return Ok(()),
        Some(Settled::Refused(text)) => return Err(NotRelayed::Unapproved(text.clone())),
        None => {}
    }
    let now = visit.who.now(&services.clock);
    if let Some(opening) = services.live.approvals().opening(&subject(session, ApprovalScope::Session), now) {
        let (approval, approved_by, session) = (opening.id, opening.by, session.id.clone());
        let reused = visit.journal(Event::ApprovalReused { approval, session, approved_by }).await;
        reused.map_err(NotRelayed::not_journaled)?;
        *settled = Some(Settled::Granted);
        return Ok(());
    }
    let request = request(services, session, ApprovalScope::Session, rules);
    let id = request.id.clone();
    tell(ear, &rulings::session_waits(services, &request)).await;
    match ask(services, &visit.who, request).await.map_err(NotRelayed::not_journaled)? {
        Outcome::Granted { by } => {
            tell(ear, &rulings::granted(services, &by)).await;
            *settled = Some(Settled::Granted);
            Ok(())
        }
        outcome => {
            let text = rulings::unanswered(services, &id, &outcome);
            if matches!(outcome, Outcome::Refused { .. }) {
                *settled = Some(Settled::Refused(text.clone()));
            }
            Err(NotRelayed::Unapproved(text))
        }
    }
}
