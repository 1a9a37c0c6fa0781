//! The life of one session, from a byte stream to its last row in the journal.
//!
//! Read [`serve`] from top to bottom; each step is a file:
//!
//! | step | where | makes |
//! |---|---|---|
//! | admit | [`admit`], [`admission`](crate::access::admission) | [`Authenticated`]: somebody is proven and may be here |
//! | select | [`select`], [`menu`] | what they want, and where |
//! | decide | [`decide`](crate::access::decide) | a grant, journaled before anything else happens |
//! | record | [`record`](crate::access::record) | a tape; no tape, no session |
//! | clear | [`clear`], [`approve`](crate::access::approve), [`exec`], [`review`](crate::access::review) | a second person's word where a rule asks for it; judged commands |
//! | connect | [`connect`] | the asset, its host key checked, logged in |
//! | relay | [`relay`], [`guard`], [`watch`](crate::access::watch); [`strict`] where no shell is to be had | the pumps, what holds typed lines, and the watch over the grant |
//! | close | [`channel`](crate::access::channel), [`running`](crate::access::running) | the sealed recording and the last row |
//!
//! A value of each step is needed by the next, and only that step makes it.

mod admit;
mod asset_client;
mod audience;
mod banished;
mod channel;
mod clear;
mod connect;
mod enrolment;
mod exec;
mod farewell;
mod forward;
mod front;
mod guard;
mod hop;
mod leash;
mod line;
mod login_choice;
pub(crate) mod menu;
mod outstanding;
mod path;
mod plain;
pub(crate) mod prompt;
mod relay;
mod select;
mod start;
mod strict;
mod transfer;
mod turned_out;
mod visit;
mod wanted;
mod words;

use std::pin::Pin;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio_util::task::AbortOnDropHandle;

pub use asset_client::SshAssets;
pub(crate) use enrolment::new_password;
pub use front::{Call, CommandRunner, SshFront};

pub use crate::ssh::server::last_word;

use crate::access::admission::{self, Banished, Seat};
use crate::access::places::{Full, Kind};
use crate::access::target::Target;
use crate::access::words::LastLine;
use crate::access::{Approach, Authenticated, Services};
use crate::domain::Origin;
use crate::event::Event;
use crate::ssh::Start;
use crate::ssh::server::{Direct, Incoming, ServerConnection};
use admit::Admitted;
use banished::banished;
use visit::Visit;

/// Serves one connection, from its first byte to its end. `approach` is held until somebody is proven, and so
/// bounds how many connections may be on their way there.
pub async fn serve<S>(front: Arc<SshFront>, stream: S, origin: Origin, approach: impl Approach)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    // accept, admit
    let (connection, who) = match admit::admit(&front, stream, origin, approach).await {
        None => return,
        Some((connection, Admitted::Proven(who))) => (connection, who),
        Some((connection, Admitted::Invited { invited, offered })) => {
            let Some((connection, _seat)) = seat(&front.services, connection, invited.who()).await else {
                return;
            };
            return enrolment::serve(&front.services, connection, *invited, offered).await;
        }
    };
    let Some((connection, _seat)) = seat(&front.services, connection, &who).await else { return };
    // select, decide, record, connect, relay, close: for each channel
    let target = who.target.clone();
    let visit = Arc::new(Visit::new(front, who));
    attend(visit, connection, target).await;
}

/// A place among the connections that have logged in; one without is told so, and ends.
async fn seat(
    services: &Services,
    connection: ServerConnection,
    who: &Authenticated,
) -> Option<(ServerConnection, Seat)> {
    match admission::seat(services, who).await {
        Ok(seat) => Some((connection, seat)),
        Err(line) => {
            turned_out::turn_out(&line, connection).await;
            None
        }
    }
}

/// Serves what a proven person opens, until the connection ends or they may not be here any more.
///
/// Boxed, since an inner connection (`ssh -J`) is attended inside an outer one.
fn attend(
    visit: Arc<Visit>,
    connection: ServerConnection,
    target: Option<Target>,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(attend_to_end(visit, connection, target))
}

async fn attend_to_end(visit: Arc<Visit>, mut connection: ServerConnection, target: Option<Target>) {
    let mut watch = visit.services.live.watch();
    let mut channels = JoinSet::new();
    let reason = loop {
        tokio::select! {
            biased;
            banished = banished(&visit, &mut watch) => break Some(banished),
            () = visit.spent.cancelled() => {
                let line = LastLine::of(|| words::with(&visit.services, "cut.refusals", ""));
                break Some(Banished { reason: "refusals", line });
            }
            alone = visit.deserted() => break Some(desert(&visit, alone).await),
            incoming = connection.next() => match incoming {
                Ok(incoming) => open(&visit, target.clone(), incoming, &mut channels).await,
                Err(end) => {
                    tracing::debug!(%end, "connection ended");
                    if end.is_fault() {
                        visit.broken_off(end.to_string()).await;
                    }
                    break None;
                }
            },
            Some(_) = channels.join_next(), if !channels.is_empty() => {}
        }
    };
    visit.end(reason.as_ref().map(|banished| banished.line.shown.as_str()));
    if reason.is_some() {
        visit.step_out().await;
    }
    if let Some(banished) = &reason
        && channels.is_empty()
        && !visit.cut_sessions(banished.reason).await
    {
        turned_out::hear(&banished.line, &mut connection).await;
    }
    // Each channel hears of the same change, or of the end of the connection, and closes its own evidence.
    let all = async { while channels.join_next().await.is_some() {} };
    if tokio::time::timeout(LINGER, all).await.is_err() {
        tracing::warn!("channels did not end with their connection");
        channels.shutdown().await;
    }
    if let Some(banished) = &reason {
        visit.cut_sessions(banished.reason).await;
    }
    visit.end_sessions().await;
    if let Some(banished) = reason {
        connection.disconnect(&banished.line.ascii).await;
    }
}

/// A connection that nobody uses ends: whoever comes back to it proves themself anew.
async fn desert(visit: &Visit, alone: std::time::Duration) -> Banished {
    let reason = "idle";
    let event = Event::ConnectionEnded { reason: reason.to_owned(), idle_s: alone.as_secs() };
    if let Err(error) = visit.journal(event).await {
        tracing::error!(%error, "the end of a connection could not be journaled");
    }
    Banished { reason, line: LastLine::of(|| words::deserted(&visit.services, alone)) }
}

/// How long the channels of an ended connection may take to close their evidence. Longer than what a relay
/// allows bytes that a client left behind.
const LINGER: std::time::Duration = std::time::Duration::from_secs(30);

/// Starts the story of one thing that the client opened.
async fn open(visit: &Arc<Visit>, target: Option<Target>, incoming: Incoming, channels: &mut JoinSet<()>) {
    let visit = Arc::clone(visit);
    let target = target.map(|target| target.spelled(&visit.services.live.standing().policy));
    if let Incoming::Refused(what) = incoming {
        return visit.refused(what, None).await;
    }
    let place = visit.services.place(&visit.who.operator, Kind::Channel);
    channels.spawn(async move {
        match (place, incoming) {
            (Ok(_place), incoming) if visit.turn().await => match incoming {
                Incoming::Session(near) => contained_channel(visit, target, near).await,
                Incoming::Direct(direct) => contained_forward(visit, target, direct).await,
                Incoming::Refused(_) => {}
            },
            (Ok(_), _) => {} // the connection ended meanwhile
            (Err(full), incoming) => turn_away(&visit, full, incoming).await,
        }
    });
}

/// The story of one session channel. A fault in it ends it alone, and is told.
async fn contained_channel(visit: Arc<Visit>, target: Option<Target>, near: crate::ssh::Channel) {
    let closer = near.outlet.closer();
    if let Err(fault) = contained(Box::pin(session_channel(Arc::clone(&visit), target, near))).await {
        visit.failed(fault).await;
        closer.fail(farewell::REFUSED).await;
    }
}

/// The same of a forward, or of a hop.
async fn contained_forward(visit: Arc<Visit>, target: Option<Target>, direct: Direct) {
    let closer = direct.closer();
    if let Err(fault) = contained(forward::serve(Arc::clone(&visit), target, direct, attend)).await {
        visit.failed(fault).await;
        closer.close().await;
    }
}

/// Too many are open: the client is told so in the way that it can hear.
async fn turn_away(visit: &Visit, full: Full, incoming: Incoming) {
    visit.full("channel", None, full).await;
    match incoming {
        Incoming::Session(near) => {
            let line = words::with(&visit.services, "refused.channels", "");
            farewell::dismiss(&near.outlet, false, &line).await;
        }
        Incoming::Direct(direct) => direct.shortage().await,
        Incoming::Refused(_) => {}
    }
}

/// A panic in one channel's story is that channel's end, and is told; the connection and its other channels go on.
async fn contained(story: impl Future<Output = ()> + Send + 'static) -> Result<(), String> {
    let story = AbortOnDropHandle::new(tokio::spawn(story));
    match story.await {
        Err(fault) if fault.is_panic() => Err(fault.to_string()),
        _ => Ok(()),
    }
}

/// Somebody wants a shell, a program or files: on an asset, from the menu, or of the gateway itself.
async fn session_channel(visit: Arc<Visit>, target: Option<Target>, mut near: crate::ssh::Channel) {
    let Some(mut purpose) = select::channel_request(&mut near).await else { return };
    if !crate::access::login::has_room(&visit.services, &visit.who).await {
        let line = words::with(&visit.services, "refused.space", "");
        return farewell::dismiss(&near.outlet, purpose.terminal.is_some(), &line).await;
    }
    if !outstanding::settled(&visit, &mut near, &mut purpose).await {
        return;
    }
    match (target, &purpose.start) {
        (Some(target), _) => {
            channel::serve(&visit, &target, &mut near, purpose, farewell::Then::Close).await;
        }
        (None, Start::Exec(command)) => {
            let command = String::from_utf8_lossy(command).into_owned();
            let mut watch = visit.services.live.watch();
            let banished = Box::pin(async { banished(&visit, &mut watch).await.line.shown });
            let running = visit.command();
            let call = Call { channel: near, line: &command, terminal: purpose.terminal, banished };
            if visit.front.commands.run(&visit.services, &visit.who, call).await {
                running.worked();
            }
        }
        (None, Start::Shell) => menu::serve(&visit, near, purpose).await,
        (None, Start::Subsystem(_)) => {
            let line = words::with(&visit.services, "refused.no-asset", "");
            farewell::dismiss(&near.outlet, purpose.terminal.is_some(), &line).await;
        }
    }
}

#[cfg(test)]
mod tests;
