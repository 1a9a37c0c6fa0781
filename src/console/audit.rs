//! What happened: sessions, the journal, recordings. An auditor sees what lies in their scope, and of the
//! rest not even that it is there.

mod commands;
mod events;
mod export;
mod filter;
mod id;
mod line;
mod list;
mod reel;
mod replay;
mod sessions;
mod verify;
mod view;

use rust_i18n::t;

use super::out::Out;
use super::run::{Caller, Failure};
use super::tree::Audit;
use crate::access::Services;
use crate::domain::plain;
use crate::store::{Filter, SessionRow};
use view::View;

pub(super) async fn run(
    services: &Services,
    caller: &Caller,
    question: &Audit,
    out: &Out,
) -> Result<(), Failure> {
    let view = View::of(services, caller);
    match question {
        Audit::Sessions(filters) => sessions::list(services, &view, filters, out).await,
        Audit::Commands(filters) => commands::list(services, &view, filters, out).await,
        Audit::Show { id } => sessions::show(services, &view, id, out).await,
        Audit::Events(asked) => events::list(services, &view, asked, out).await,
        Audit::Replay(asked) => replay::play(services, &view, asked, out).await,
        Audit::Export { id, format, .. } => export::write(services, &view, id, *format, out).await,
        Audit::Verify => verify::check(services, &view, out).await,
        Audit::Kill { id, reason } => super::kill::run(services, caller, id, reason, out).await,
    }
}

/// The session of this id, or of this beginning of an id, if there is one in view. Out of scope and not there are the
/// same answer. The id of one of its recordings will do.
async fn find(services: &Services, view: &View, id: &str) -> Result<SessionRow, Failure> {
    let tag = services.language().tag();
    let none = || Failure(t!("audit.no-session", locale = tag, id = plain(id)).into_owned());
    let mut found = Vec::new();
    for session in id::candidates(services, id).await? {
        let filter = Filter { session: Some(session), ..Filter::default() };
        found.extend(services.store.sessions().list(&filter, |row| view.shows_session(row)).await?);
    }
    if found.len() > 1 {
        return Err(Failure(t!("audit.several-sessions", locale = tag, id = plain(id)).into_owned()));
    }
    found.pop().ok_or_else(none)
}
