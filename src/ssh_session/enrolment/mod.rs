//! Whoever came with the code of an invitation: one terminal, on which they set their factors, and nothing else.

mod dialogue;
mod key;
mod steps;
mod stop;

use std::sync::Arc;

use super::farewell::{self, REFUSED};
use super::prompt::ChannelPrompt;
use super::select::{self, ChannelRequest};
use super::{turned_out, words};
use crate::access::Services;
use crate::access::admission::{Banished, may_stay};
use crate::access::enrolment::Enrolling;
use crate::access::login::Invited;
use crate::access::watch::TICK;
use crate::access::words::LastLine;
use crate::ssh::server::{Incoming, ServerConnection};
use crate::ssh::{Channel, PublicKey, Start, Terminal};
use dialogue::DialogueEnd;

pub(crate) use steps::new_password;
pub(super) use steps::{accept_terms, unfit};

/// Columns that the dialogue needs.
const NARROWEST: u32 = 60;

/// Serves one invited person to the end of their enrolment, and ends the connection with it. `offered` are the keys that
/// their client has shown.
pub(super) async fn serve(
    services: &Arc<Services>,
    mut connection: ServerConnection,
    invited: Invited,
    offered: Vec<PublicKey>,
) {
    let who = invited.who().clone();
    let patience = services.config.limits.idle.as_duration();
    let opened = tokio::select! {
        biased;
        banished = shut_out(services, &who) => return turned_out::turn_out(&banished.line, connection).await,
        opened = tokio::time::timeout(patience, first(&mut connection)) => opened.ok().flatten(),
    };
    let line = match opened {
        Some((mut near, request)) => {
            let left = tokio::select! {
                biased;
                banished = shut_out(services, &who) => Some(banished.line),
                line = enrol(services, &mut near, request, invited, &offered) => line,
            };
            if let Some(line) = &left {
                farewell::dismiss(&near.outlet, true, &format!("\r\n{}", line.shown)).await;
            }
            left
        }
        None => None,
    };
    let line = line.unwrap_or_else(|| LastLine::of(|| words::with(services, "enrol.closed", "")));
    connection.disconnect(&line.ascii).await;
}

/// Resolves when this account may not be here any more.
async fn shut_out(services: &Services, who: &crate::access::Authenticated) -> Banished {
    let mut watch = services.live.watch();
    loop {
        if let Err(banished) = may_stay(services, who, &watch.now()) {
            return banished;
        }
        // Time is a change, too.
        if !tokio::time::timeout(TICK, watch.changed()).await.unwrap_or(true) {
            let line = LastLine::of(|| words::with(services, "cut.drain", ""));
            return Banished { reason: "draining", line };
        }
    }
}

/// The first session channel, with what it is for.
async fn first(connection: &mut ServerConnection) -> Option<(Channel, ChannelRequest)> {
    loop {
        match connection.next().await.ok()? {
            Incoming::Session(mut near) => {
                let request = select::channel_request(&mut near).await?;
                return Some((near, request));
            }
            Incoming::Direct(direct) => direct.shortage().await,
            Incoming::Refused(_) => {}
        }
    }
}

/// The last line, where the gateway has to say one beside what the channel was told.
async fn enrol(
    services: &Arc<Services>,
    near: &mut Channel,
    request: ChannelRequest,
    invited: Invited,
    offered: &[PublicKey],
) -> Option<LastLine> {
    let terminal = match fitting(request) {
        Ok(terminal) => terminal,
        Err(unfit) => {
            let line = words::with(services, unfit.key, "");
            farewell::dismiss(&near.outlet, unfit.terminal, &line).await;
            return None;
        }
    };
    let enrolling = match Enrolling::begin(services, invited).await {
        Ok(enrolling) => enrolling,
        Err(error) => {
            tracing::error!(%error, "an enrolment could not begin");
            let line = words::with(services, &format!("enrol.{}", error.word()), "");
            farewell::dismiss(&near.outlet, true, &line).await;
            return None;
        }
    };
    let patience = services.config.limits.idle.as_duration();
    let mut prompt = ChannelPrompt::new(near, terminal, patience).with_room(steps::LONGEST_LINE);
    let ending = dialogue::hold(services, &mut prompt, enrolling, offered).await;
    prompt.finish();
    let (line, status) = match ending {
        DialogueEnd::Done => (String::new(), 0),
        DialogueEnd::Left => (words::with(services, "enrol.left", ""), REFUSED),
        DialogueEnd::Failed(word) => (words::with(services, &format!("enrol.{word}"), ""), REFUSED),
    };
    farewell::farewell(&near.outlet, true, &line, status).await;
    None
}

struct Unfit {
    key: &'static str,
    terminal: bool,
}

/// A terminal of a shell, which is wide enough.
fn fitting(request: ChannelRequest) -> Result<Terminal, Unfit> {
    match (request.terminal, request.start) {
        (Some(terminal), Start::Shell) if terminal.columns == 0 || terminal.columns >= NARROWEST => {
            Ok(terminal)
        }
        (Some(_), Start::Shell) => Err(Unfit { key: "enrol.narrow", terminal: true }),
        (terminal, _) => Err(Unfit { key: "enrol.no-terminal", terminal: terminal.is_some() }),
    }
}
