//! A login that was refused, in the journal.

use crate::access::services::Services;
use crate::domain::{Origin, SourceNet};
use crate::event::{Actor, Event};

/// A login that was refused, in the journal.
pub(crate) async fn refused_login(
    services: &Services,
    actor: Actor,
    origin: &Origin,
    reason: &str,
    detail: Option<String>,
) {
    if !services.refused_logins.count(SourceNet::of(origin.address())) {
        return; // counted into one row for a while of them
    }
    let operator = match &actor {
        Actor::Unproven(typed) => {
            services.live.standing().policy.operator(typed).map(|known| known.name.clone())
        }
        _ => None,
    };
    let event = Event::LoginRefused { operator, reason: reason.to_owned(), detail };
    if let Err(error) = services.journal(actor, Some(origin), event).await {
        tracing::error!(%error, "a refused login could not be journaled");
    }
}
