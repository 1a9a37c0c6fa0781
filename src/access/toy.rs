//! A second protocol, as small as one can be: lines of text over TCP, after a login that proves nothing. The asset is an
//! echo. Everything else comes from this room: the decision, the recording, the review of each line, an officer's word,
//! the cut of a lockdown and the rows.

use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::Mutex;

use super::audience::{Audience, Notifier, tell};
use super::channel::{self, unrelayed};
use super::connection::Connection;
use super::decide::AccessRequest;
use super::outcome::{ChannelEnd, NotLogged};
use super::record::ChannelRecorder;
use super::review::{CommandReview, ReviewAnswer, Ruling};
use super::services::Services;
use super::target::LoginChoice;
use super::{admission, approve, rulings, testing};
use crate::command::{Confidence, Place};
use crate::domain::{Origin, Protocol, Via};

/// The client's side: where it is told something, and where the asset's answers go.
struct Client(Mutex<OwnedWriteHalf>);

impl Audience for Client {
    async fn show(&self, text: String) {
        let _ = self.0.lock().await.write_all(text.as_bytes()).await; // gone: its lines end, too
    }
}

type Typed = Lines<BufReader<OwnedReadHalf>>;

/// Serves one client, from `OPERATOR LOGIN ASSET` in its first line to its end.
pub(super) async fn serve(services: Arc<Services>, stream: TcpStream) {
    let Ok(peer) = stream.peer_addr() else { return };
    let (read, write) = stream.into_split();
    let (mut typed, client) = (BufReader::new(read).lines(), Client(Mutex::new(write)));
    let Ok(Some(hello)) = typed.next_line().await else { return };
    let [operator, login, asset] = hello.split(' ').collect::<Vec<_>>()[..] else { return };
    let who = testing::proven(&services, operator, Origin::new(peer, Via::Direct));
    if let Err(line) = admission::welcome(&services, &who).await {
        return client.show(format!("{}\n", line.shown)).await;
    }
    let (asset, login) = (asset.to_owned(), LoginChoice::Named(login.to_owned()));
    let wish =
        AccessRequest { asset, login, protocol: Protocol::Exec, file: Default::default(), forward_to: None };
    let connection = Connection::new(services, who);
    if let Some(line) = session(&connection, wish, &mut typed, &client).await {
        client.show(format!("{}\n", line)).await;
    }
    connection.end_sessions().await;
}

/// One channel, in the order of [`channel`]; what is left to tell the person.
async fn session(
    connection: &Connection,
    wish: AccessRequest,
    typed: &mut Typed,
    client: &Client,
) -> Option<String> {
    let services = &connection.services;
    let mut opened = match channel::open(connection, wish, None, None).await {
        Ok(opened) => opened,
        Err(line) => return Some(line),
    };
    let (session, tape) = (Arc::clone(&opened.session), Arc::clone(&opened.tape));
    let review = CommandReview::new(services, &session, &opened.grant, &tape);
    let ear = Notifier { audience: client, tape: &tape };
    let mut hold = opened.hold(connection);
    let cleared = match hold.grant.awaits_approval() {
        Some(rules) => {
            let word = approve::session(connection, &session, &rules, Some(ear));
            hold.during(connection.left.cancelled(), word).await
        }
        None => Ok(()),
    };
    let (end, line) = match cleared {
        Ok(()) => {
            hold.grant.approved();
            let end = tokio::select! {
                biased;
                lapse = hold.lapsed_or_idle(&tape, client) => ChannelEnd::Lapsed(lapse),
                end = echo(services, typed, &review, ear) => end.unwrap_or_else(|end| end),
            };
            (end, None)
        }
        Err(stopped) => unrelayed(&session, &tape, stopped),
    };
    let stopped = opened.stop(services, end).await;
    let line = line.or_else(|| stopped.told(services));
    stopped.seal(connection).await;
    line
}

/// Each line that may run is recorded, and comes back as what the asset has to say.
async fn echo(
    services: &Services,
    typed: &mut Typed,
    review: &CommandReview,
    ear: Notifier<'_, Client>,
) -> Result<ChannelEnd, ChannelEnd> {
    while let Ok(Some(line)) = typed.next_line().await {
        if passes(services, review, &line, ear).await? {
            let line = format!("{line}\n");
            record(ear.tape, line.as_bytes()).await?;
            ear.audience.show(line).await;
        }
    }
    Ok(ChannelEnd::Closed)
}

async fn record(tape: &ChannelRecorder, line: &[u8]) -> Result<(), ChannelEnd> {
    tape.input(line).await.map_err(ChannelEnd::NotRecorded)?;
    tape.output(line).await.map_err(ChannelEnd::NotRecorded)
}

/// Whether the line runs; the person is told what stands in its way, and waits for an officer where one has to agree.
async fn passes(
    services: &Services,
    review: &CommandReview,
    line: &str,
    ear: Notifier<'_, Client>,
) -> Result<bool, NotLogged> {
    let (passes, text) = match review.rule(line, Place::Exec, Confidence::Exact).await? {
        Ruling::Pass => return Ok(true),
        Ruling::Refuse { text } => (false, text),
        Ruling::Warn { text, .. } => (true, text),
        Ruling::Approve { text, asked } => {
            tell(Some(ear), &text).await;
            match review.ask(asked).await? {
                ReviewAnswer::Granted { by } => (true, rulings::granted(services, &by)),
                ReviewAnswer::Refused { text } => (false, text),
            }
        }
    };
    tell(Some(ear), &text).await;
    Ok(passes)
}

mod tests;
