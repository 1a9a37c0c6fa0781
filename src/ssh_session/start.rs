//! A program begins on the asset: a channel on one of the session's connections, a terminal, the start.
//!
//! Assets answer early, late and oddly. Whatever one says before its answer waits in its place; one that ends
//! without an answer, and has said something, counts as started, as OpenSSH's client has it.

use std::sync::Arc;

use super::connect::Unreachable;
use super::farewell::LAST_WORD;
use super::select::ChannelRequest;
use crate::access::outcome::NotRelayed;
use crate::access::record::ChannelRecorder;
use crate::access::running::Session;
use crate::ssh::{Channel, ChannelEvent as Said, Outlet, RequestAnswer};
use crate::ssh_session::visit::Visit;
use crate::ssh_session::words;

/// A program that runs on the asset.
pub(super) struct Started {
    pub far: Channel,
    /// One was asked for, and the asset gave none.
    pub no_terminal: bool,
}

/// Why there is none.
enum NotStarted {
    Unreachable(Unreachable),
    /// The asset said no; what it said besides waits in the channel.
    Refused(Option<Box<Channel>>),
}

/// The far channel, with the program running in it. What an asset says beside its refusal is shown.
pub(super) async fn start(
    visit: &Visit,
    session: &Arc<Session>,
    purpose: &ChannelRequest,
    ear: Option<(&Outlet, &ChannelRecorder)>,
) -> Result<Started, NotRelayed> {
    let services = &visit.services;
    let asset = session.asset.as_str();
    let limit = services.config.limits.connect_timeout.as_duration();
    let refused = match begin(visit, session, purpose, limit).await {
        Ok(started) => return Ok(started),
        Err(NotStarted::Unreachable(why)) => {
            let line = words::unreachable(services, asset, session.login.as_str(), &why);
            return Err(NotRelayed::Unreachable(line, why.to_string()));
        }
        Err(NotStarted::Refused(refused)) => refused,
    };
    if let (Some(mut far), Some((near, tape))) = (refused, ear) {
        last_words(&mut far, near, tape).await;
    }
    let line = words::about_asset(services, &purpose.refused_start(), asset, "");
    // What was to run is in the channel's own row; no reason repeats it.
    Err(NotRelayed::Unreachable(line, format!("{asset} refused to start {}", purpose.noun())))
}

async fn begin(
    visit: &Visit,
    session: &Arc<Session>,
    purpose: &ChannelRequest,
    limit: std::time::Duration,
) -> Result<Started, NotStarted> {
    let lines = visit.lines(session).await;
    let opened = lines.program(&visit.services, session, limit).await.map_err(NotStarted::Unreachable)?;
    let mut far = opened.ok_or(NotStarted::Refused(None))?;
    match tokio::time::timeout(limit, run(&mut far, purpose)).await {
        Ok(Some(no_terminal)) => Ok(Started { far, no_terminal }),
        _ => Err(NotStarted::Refused(Some(Box::new(far)))),
    }
}

/// Asks for everything in turn. `None`: it does not start; else whether a terminal was asked for and refused.
async fn run(far: &mut Channel, purpose: &ChannelRequest) -> Option<bool> {
    for (name, value) in &purpose.env {
        far.outlet.env(name, value).await.ok()?;
    }
    let mut no_terminal = false;
    if let Some(terminal) = &purpose.terminal {
        far.outlet.terminal(terminal).await.ok()?;
        no_terminal = far.inbox.answer().await == RequestAnswer::No;
    }
    far.outlet.start(&purpose.start).await.ok()?;
    match far.inbox.answer().await {
        RequestAnswer::Yes => Some(no_terminal),
        RequestAnswer::Never if far.inbox.has_output() => Some(no_terminal),
        RequestAnswer::No | RequestAnswer::Never => None,
    }
}

/// Shows and records what has come already.
async fn last_words(far: &mut Channel, near: &Outlet, tape: &ChannelRecorder) {
    let all = async {
        while let Some(Said::Data(bytes) | Said::Errors(bytes)) = far.inbox.next().await {
            if tape.output(&bytes).await.is_err() || near.data(bytes).await.is_err() {
                return; // the refusal itself says what is left to say
            }
        }
    };
    let _ = tokio::time::timeout(LAST_WORD, all).await; // it says no more
}
