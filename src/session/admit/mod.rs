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
mod said;

use std::net::IpAddr;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;

use super::services::{Authenticated, Services};
use crate::domain::{Origin, Role};
use crate::event::Event;
use crate::ssh::server::Connection;
pub(crate) use code::fresh_code;
use door::Door;
use rust_i18n::t;
use said::Said;

/// What a connection on its way to a login tells whoever gave it its place.
pub trait Approach: Send + Sync + 'static {
    /// The keys are exchanged: a client that means it.
    fn greeted(&self);
    /// It never got so far.
    fn silent(&self);
    /// One factor is proven, and somebody is there to be waited for.
    fn halfway(&self);
    /// Somebody is proven, from there: the place is given back.
    fn proven(&self, source: IpAddr);
}

/// For a connection that takes nobody's place.
impl Approach for () {
    fn greeted(&self) {}
    fn silent(&self) {}
    fn halfway(&self) {}
    fn proven(&self, _: IpAddr) {}
}

/// Waits for a proven person; every way in which that fails is journaled.
pub(super) async fn admit<S>(
    services: &Arc<Services>,
    stream: S,
    origin: Origin,
    approach: impl Approach,
) -> Option<(Connection, Authenticated)>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let limits = &services.config.limits;
    let approach: Arc<dyn Approach> = Arc::new(approach);
    let greeted = CancellationToken::new();
    let said = Said::default();
    let about = (origin.clone(), said.clone());
    let door = Door::new(Arc::clone(services), about, Arc::clone(&approach), greeted.clone());
    let accept = tokio::time::timeout(limits.login_grace.as_duration(), services.server.accept(stream, door));
    let silence = async {
        if tokio::time::timeout(limits.handshake(), greeted.cancelled()).await.is_ok() {
            std::future::pending().await
        }
    };
    let accepted = tokio::select! {
        biased;
        accepted = accept => accepted,
        () = silence => {
            approach.silent(); // counted there: a row each would be theirs to fill the disk with
            return None;
        }
    };
    let (connection, mut who) = match accepted {
        Ok(Ok(accepted)) => accepted,
        Ok(Err(ended)) if ended.is_fault() => {
            let detail = Some(ended.to_string());
            super::refused_login(services, said.actor(), &origin, "protocol-error", detail).await;
            return None;
        }
        Ok(Err(ended)) if ended.is_mismatch() => {
            let detail = Some(ended.to_string());
            super::refused_login(services, said.actor(), &origin, "no-common-algorithm", detail).await;
            return None;
        }
        Ok(Err(_)) => return None, // left before proving anything: what was tried is in the journal already
        Err(_) => {
            super::refused_login(services, said.actor(), &origin, "login-grace", None).await;
            return None;
        }
    };
    approach.proven(who.origin.address());
    who.client = connection.client().to_owned();
    welcome(services, connection, who).await
}

/// Has the database's disk room for what this person does? What is kept of it is kept for orders, too.
pub(super) fn has_room(services: &Services, who: &Authenticated) -> bool {
    services.space.room().is_ok() || {
        let standing = services.live.standing();
        let account = standing.policy.operator(who.operator.as_str());
        account.is_some_and(|account| account.role == Role::Security)
    }
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
    if !has_room(services, &who) {
        // Without a row: there is no room for one, and the disk has its own.
        connection.disconnect(&super::words::with(services, "refused.space", "")).await;
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

#[cfg(test)]
mod tests;
