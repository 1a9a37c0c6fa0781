//! A second person's word, in the journal.

use super::super::error::AdminError;
use super::super::say::no;
use crate::access::Services;
use crate::domain::{LockdownId, Origin};
use crate::event::{Actor, Event};
use crate::lockdown::Deed;
use crate::store::Given;

/// Who does it, and from where.
pub(in crate::admin) type By<'a> = (Actor, Option<&'a Origin>);

/// Somebody else has settled it meanwhile.
pub(in crate::admin) fn settled_already(services: &Services) -> AdminError {
    no!(services, Conflict, "lockdown.settled")
}

/// The row that says who was the second person.
pub(super) fn confirmation(act: Deed, lockdown: Option<&LockdownId>, given: Given<'_>) -> Option<Event> {
    given.second.map(|second| Event::LockdownConfirmed {
        request: second.request.clone(),
        act,
        lockdown: lockdown.cloned(),
        requested_by: given.by.to_owned(),
    })
}

/// Writes it, where there was one.
pub(in crate::admin) async fn journal_confirmed(
    services: &Services,
    (actor, origin): By<'_>,
    act: Deed,
    lockdown: Option<&LockdownId>,
    given: Given<'_>,
) -> Result<(), AdminError> {
    match confirmation(act, lockdown, given) {
        Some(event) => Ok(services.journal(actor, origin, event).await?),
        None => Ok(()),
    }
}
