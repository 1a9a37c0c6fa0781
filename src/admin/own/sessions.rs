//! One's own sessions that run.

use serde::Serialize;

use super::super::audit::KILL_PATIENCE;
use super::super::context::Admin;
use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::super::say::no;
use super::told::OwnChanged;
use crate::access::Authenticated;
use crate::access::live::Kill;
use crate::domain::{AssetName, LoginName, SessionId};
use crate::event::Event;
use crate::store::{Filter, SessionRow};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnSession {
    pub session: SessionId,
    pub asset: AssetName,
    pub login: LoginName,
    pub source: String,
    pub started: LocalTime,
}

/// Those that run, by their ids.
async fn running(admin: &Admin, who: &Authenticated) -> Result<Vec<SessionRow>, AdminError> {
    let services = &admin.services;
    let mut rows = Vec::new();
    for session in services.live.running_of(who.operator()) {
        let filter = Filter { session: Some(session), ..Filter::default() };
        let found = services.store.sessions().list(&filter, |row| row.operator == *who.operator()).await?;
        rows.extend(found.into_iter().filter(|row| row.ended.is_none()));
    }
    Ok(rows)
}

pub(super) async fn list(admin: &Admin, who: &Authenticated) -> Result<Vec<OwnSession>, AdminError> {
    let told = |row: SessionRow| OwnSession {
        started: LocalTime::of(&admin.services, row.started),
        session: row.session,
        asset: row.asset,
        login: row.login,
        source: row.source,
    };
    Ok(running(admin, who).await?.into_iter().map(told).collect())
}

/// Ends the one that begins so. Somebody else's is, to this person, not there.
pub(super) async fn end(admin: &Admin, who: &Authenticated, id: &str) -> Result<OwnChanged, AdminError> {
    let services = &admin.services;
    let rows = running(admin, who).await?;
    let mut meant = rows.into_iter().filter(|row| !id.is_empty() && row.session.as_str().starts_with(id));
    let none = || no!(services, NotFound, "own.no-session", id = id);
    let SessionRow { session, operator, asset, login, .. } = meant.next().ok_or_else(none)?;
    if meant.next().is_some() {
        return Err(no!(services, Conflict, "own.several-sessions", id = id));
    }
    let reason = Kill::OWN.to_owned();
    let kill = Kill { by: operator.to_string(), reason: reason.clone() };
    services.live.kill(&session, kill, KILL_PATIENCE).await;
    let event = Event::SessionKilled { session, operator: operator.clone(), asset, login, reason };
    services.journal(who.actor(), Some(who.origin()), event).await?;
    Ok(OwnChanged { operator, changed: "session-ended", key: None })
}
