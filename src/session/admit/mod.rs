//! The first step: the SSH handshake, and factors until somebody is proven. Only here [`Authenticated`] is
//! made.
//!
//! Wrong name, wrong password and wrong code do the same work, take the same time and get the same answer;
//! what was wrong is in the journal.

mod account;
mod ask;
mod code;
mod device;
mod door;
mod glass;
mod guess;

use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};

use super::services::{Authenticated, Services};
use crate::domain::Origin;
use crate::event::{Actor, Event};
use crate::ssh::server::Connection;
pub(crate) use code::fresh_code;
use door::Door;
use rust_i18n::t;

/// Waits for a proven person; every way in which that fails is journaled.
pub(super) async fn admit<S>(
    services: &Arc<Services>,
    stream: S,
    origin: Origin,
) -> Option<(Connection, Authenticated)>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let grace = services.config.limits.login_grace.as_duration();
    let door = Door::new(Arc::clone(services), origin.clone());
    let accepted = tokio::time::timeout(grace, services.server.accept(stream, door)).await;
    let (connection, mut who) = match accepted {
        Ok(Ok(accepted)) => accepted,
        Ok(Err(ended)) if ended.is_fault() => {
            let actor = Actor::unproven("");
            super::refused_login(services, actor, &origin, "protocol-error", Some(ended.to_string())).await;
            return None;
        }
        Ok(Err(ended)) if ended.is_mismatch() => {
            let actor = Actor::unproven("");
            let detail = Some(ended.to_string());
            super::refused_login(services, actor, &origin, "no-common-algorithm", detail).await;
            return None;
        }
        Ok(Err(_)) => return None, // left before proving anything: what was tried is in the journal already
        Err(_) => {
            super::refused_login(services, Actor::unproven(""), &origin, "login-grace", None).await;
            return None;
        }
    };
    who.client = connection.client().to_owned();
    welcome(services, connection, who).await
}

/// The last question at the door: may a proven person be here now? Who may not is told inside.
async fn welcome(
    services: &Arc<Services>,
    connection: Connection,
    who: Authenticated,
) -> Option<(Connection, Authenticated)> {
    let standing = services.live.standing();
    if standing.draining {
        super::refused_login(services, who.actor(), &who.origin, "draining", None).await;
        connection.disconnect(&t!("refused.draining", locale = services.language().tag())).await;
        return None;
    }
    if let Some(line) = device::refuse(services, &who, &standing).await {
        connection.disconnect(&line).await;
        return None;
    }
    let verdict = standing.admit(who.operator.as_str(), who.origin.address(), who.now(&services.clock));
    let event = match verdict {
        Ok(_) => Event::LoginAccepted { factors: who.factors.clone(), client: who.client.clone() },
        Err(denial) => {
            let reason = denial.reason.as_str().to_owned();
            Event::LoginRefused { operator: None, reason, detail: None }
        }
    };
    match services.journal(who.actor(), Some(&who.origin), event).await {
        Ok(()) => Some((connection, who)),
        Err(error) => {
            tracing::error!(%error, "a login could not be journaled");
            connection.disconnect(&t!("cut.journal", locale = services.language().tag())).await;
            None
        }
    }
}
