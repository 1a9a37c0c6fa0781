//! Sessions by their ids as people give them: whole, or as much of the beginning as tells one from the others.

use super::super::error::AdminError;
use super::super::say::no;
use super::view::View;
use crate::access::Services;
use crate::domain::plain;
use crate::store::{Filter, SessionRow};

/// An id begins with its time: fewer characters would mean everything of a day.
const LEAST: usize = 6;
/// Sessions that are looked at for being in view.
const MOST: u32 = 200;

/// The session of this id, or of this beginning of an id, if there is one in view. Out of scope and not there are the
/// same answer. The id of one of its recordings will do.
pub(super) async fn find(services: &Services, view: &View, id: &str) -> Result<SessionRow, AdminError> {
    if !is_likely(id) {
        return Err(no!(services, Invalid, "audit.not-an-id", id = brief(&plain(id)), least = LEAST));
    }
    let mut found = Vec::new();
    for session in services.store.sessions().beginning(id, MOST).await? {
        let filter = Filter { session: Some(session), ..Filter::default() };
        found.extend(services.store.sessions().list(&filter, |row| view.shows_session(row)).await?);
    }
    if found.len() > 1 {
        return Err(no!(services, Conflict, "audit.several-sessions", id = plain(id)));
    }
    found.pop().ok_or_else(|| no!(services, NotFound, "audit.no-session", id = plain(id)))
}

/// Whether it may be the beginning of an id.
fn is_likely(id: &str) -> bool {
    id.len() >= LEAST && id.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
}

/// Whatever was typed for an id: an id has 26 characters.
fn brief(text: &str) -> String {
    text.chars().take(40).collect()
}
