//! `audit kill`: one session is ended, as a lockdown ends many. What shuts is done first and told after.

use std::time::Duration;

use super::out::Out;
use super::run::{Caller, Failure};
use super::say::{fail, say};
use crate::access::Services;
use crate::access::live::{Cut, Kill};
use crate::domain::SessionId;
use crate::event::Event;
use crate::store::{Filter, SessionRow};

/// How long the answer waits for the session. Ten times what the slowest may take.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn run(
    services: &Services,
    caller: &Caller,
    id: &str,
    reason: &str,
    out: &Out,
) -> Result<(), Failure> {
    let row = find(services, id).await?;
    let kill = Kill { by: caller.actor().to_string(), reason: reason.to_owned() };
    let cut = services.live.kill(&row.session, kill, PATIENCE).await;
    let event = Event::SessionKilled {
        session: row.session.clone(),
        operator: row.operator.clone(),
        asset: row.asset.clone(),
        login: row.login.clone(),
        reason: reason.to_owned(),
    };
    services.journal(caller.actor(), caller.origin(), event).await.map_err(|error| {
        fail!(services, "kill.not-journaled", id = row.session.as_str(), error = error.to_string())
    })?;
    show(services, &row, &cut, out).await
}

/// The session of this id, or the only running one that begins so.
async fn find(services: &Services, id: &str) -> Result<SessionRow, Failure> {
    let mut running = services.live.running(id);
    if id.is_empty() || running.len() > 1 {
        let all: Vec<_> = running.iter().take(5).map(SessionId::as_str).collect();
        return Err(fail!(services, "kill.several", id = id, sessions = all.join(", ")));
    }
    let session = running.pop_first().or_else(|| SessionId::parse(id));
    let none = || fail!(services, "kill.none", id = id);
    let filter = Filter { session: Some(session.ok_or_else(none)?), ..Filter::default() };
    let row = services.store.sessions().list(&filter, |_| true).await?.into_iter().next().ok_or_else(none)?;
    match row.ended {
        None => Ok(row),
        Some(_) => Err(fail!(services, "kill.over", id = row.session.as_str())),
    }
}

async fn show(services: &Services, row: &SessionRow, cut: &Cut, out: &Out) -> Result<(), Failure> {
    let slowest = u64::try_from(cut.slowest.as_millis()).unwrap_or(u64::MAX);
    let (session, may_go_on) = (&row.session, !cut.may_go_on.is_empty());
    let object = serde_json::json!({
        "session": session, "operator": row.operator, "asset": row.asset, "login": row.login,
        "cut_ms": slowest, "may_go_on": may_go_on,
    });
    let text = || {
        let key = if may_go_on { "kill.cut-may-go-on" } else { "kill.cut" };
        let place = format!("{}@{}", row.login, row.asset);
        say!(services, key, id = session.as_str(), operator = row.operator.as_str(), place = place)
    };
    out.record(&object, text).await?;
    if cut.left_over > 0 {
        return Err(fail!(services, "kill.left-over", seconds = PATIENCE.as_secs()));
    }
    Ok(())
}
