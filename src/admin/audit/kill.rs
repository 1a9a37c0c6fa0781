//! One session is ended, as a lockdown ends many. What shuts is done first and told after.

use std::time::Duration;

use serde::Serialize;

use super::super::caller::Caller;
use super::super::context::Admin;
use super::super::error::AdminError;
use super::super::say::no;
use crate::access::Services;
use crate::access::live::{Cut, Kill};
use crate::domain::{AssetName, LoginName, OperatorName, Remark, SessionId, Tell};
use crate::event::Event;
use crate::store::{Filter, SessionRow};

/// How long the answer waits for the session. Ten times what the slowest may take.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// A session that was ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KilledSession {
    pub session: SessionId,
    pub operator: OperatorName,
    pub asset: AssetName,
    pub login: LoginName,
    pub cut_ms: u64,
    /// Programs without a terminal may go on at the asset.
    pub may_go_on: bool,
    /// It had not ended after [`PATIENCE`].
    #[serde(skip)]
    pub left_over: bool,
}

pub(super) async fn kill(
    admin: &Admin,
    caller: &Caller,
    id: &str,
    reason: Remark,
) -> Result<KilledSession, AdminError> {
    let services = &admin.services;
    let row = find(services, id).await?;
    let reason = reason.to_string();
    let kill = Kill { by: caller.actor().to_string(), reason: reason.clone() };
    let cut = services.live.kill(&row.session, kill, PATIENCE).await;
    let SessionRow { session, operator, asset, login, .. } = row;
    let event = Event::SessionKilled {
        session: session.clone(),
        operator: operator.clone(),
        asset: asset.clone(),
        login: login.clone(),
        reason,
    };
    admin.journal(caller, event).await.map_err(|error| {
        no!(
            services,
            Failed,
            "kill.not-journaled",
            id = session.as_str(),
            error = error.told(services.language())
        )
    })?;
    let Cut { slowest, may_go_on, left_over, .. } = cut;
    Ok(KilledSession {
        session,
        operator,
        asset,
        login,
        cut_ms: u64::try_from(slowest.as_millis()).unwrap_or(u64::MAX),
        may_go_on: !may_go_on.is_empty(),
        left_over: left_over > 0,
    })
}

/// The session of this id, or the only running one that begins so.
async fn find(services: &Services, id: &str) -> Result<SessionRow, AdminError> {
    let mut running = services.live.running(id);
    if id.is_empty() || running.len() > 1 {
        let all: Vec<_> = running.iter().take(5).map(SessionId::as_str).collect();
        return Err(no!(services, Conflict, "kill.several", id = id, sessions = all.join(", ")));
    }
    let session = running.pop_first().or_else(|| SessionId::parse(id));
    let none = || no!(services, NotFound, "kill.none", id = id);
    let filter = Filter { session: Some(session.ok_or_else(none)?), ..Filter::default() };
    let row = services.store.sessions().list(&filter, |_| true).await?.into_iter().next().ok_or_else(none)?;
    match row.ended {
        None => Ok(row),
        Some(_) => Err(no!(services, Conflict, "kill.over", id = row.session.as_str())),
    }
}
