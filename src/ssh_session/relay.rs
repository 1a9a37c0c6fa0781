//! Pumps one channel both ways, records what passes, and ends it when the grant ends.
//!
//! Window goes back to a sender only when the other side has taken the bytes: a slow reader slows its
//! sender, and nobody else. Bytes are in the recording before they go on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::audience::Screen;
use super::guard::Guard;
use super::plain;
use super::transfer::Transfer;
use crate::access::decide::GrantEnd;
use crate::access::outcome::NotRecorded;
use crate::access::record::ChannelRecorder;
use crate::access::term::Activity;
use crate::access::watch::GrantWatch;
use crate::domain::TerminalSize;
use crate::ssh::{Channel, Ear, Event, Gone, Inbox, Outlet};

/// How a relay came to its end.
#[derive(Debug)]
pub(super) enum End {
    /// Both sides said what they had to say, or the client left.
    Closed,
    /// The asset's connection broke.
    Lost,
    /// The grant is over.
    Lapsed(GrantEnd),
    /// What passes could not be recorded any more.
    NotRecorded(NotRecorded),
    /// The file transfer was no SFTP.
    Garbled(String),
}

/// How a client is dealt with.
#[derive(Default)]
pub(super) struct Manner {
    /// It has a terminal, and the asset gave none: see `plain`.
    pub plain: bool,
    /// It came by the menu, and goes back there: the end of the program is not that of its channel, unless it has
    /// nothing to say any more.
    pub menu: Option<Ear>,
}

impl Manner {
    fn ends_with_program(&self) -> bool {
        !self.menu.as_ref().is_some_and(Ear::is_open)
    }
}

/// How long bytes that a client left behind may still take to reach the asset.
const LINGER: Duration = Duration::from_secs(10);

/// What both pumps share.
pub(super) struct Path<'a> {
    pub near: &'a Outlet,
    pub far: &'a Outlet,
    pub tape: &'a ChannelRecorder,
    pub transfer: &'a Transfer,
    guard: Option<&'a Guard>,
    manner: Manner,
    pub activity: &'a Activity,
    /// The asset has said that no more output comes.
    output_ended: AtomicBool,
}

/// Relays until the first reason to stop. The channels' inboxes are consumed; their outlets are left to the
/// caller, who has a last word to say.
pub(super) async fn relay(
    near: &mut Channel,
    far: &mut Channel,
    tape: &ChannelRecorder,
    transfer: &Transfer,
    guard: Option<&Guard>,
    manner: Manner,
    mut hold: GrantWatch<'_>,
) -> End {
    let path = Path {
        near: &near.outlet,
        far: &far.outlet,
        tape,
        transfer,
        guard,
        manner,
        activity: hold.activity,
        output_ended: AtomicBool::new(false),
    };
    path.activity.touch();
    let gone = near.inbox.ended();
    let screen = Screen { outlet: path.near, terminal: true };
    tokio::select! {
        biased;
        lapse = hold.lapsed_or_idle(tape, &screen) => End::Lapsed(lapse),
        end = upward(&mut near.inbox, &path) => end,
        end = downward(&mut far.inbox, &path) => end,
        () = async { gone.await; tokio::time::sleep(LINGER).await } => End::Closed,
    }
}

/// From the operator to the asset.
async fn upward(inbox: &mut Inbox, path: &Path<'_>) -> End {
    loop {
        let event = match next(inbox, path).await {
            Ok(Some(event)) => event,
            Ok(None) => return End::Closed,
            Err(end) => return end,
        };
        let sent = match event {
            Event::Data(bytes) => up_data(bytes, path).await,
            // A client closes at the end of output; the exit status may be on its way behind it. One that
            // closes before has given up.
            Event::Close if path.output_ended.load(Ordering::Relaxed) => std::future::pending().await,
            Event::Close => return End::Closed,
            event => request(event, path).await,
        };
        match sent {
            Ok(Ok(())) => {}
            Ok(Err(Gone)) => return End::Lost,
            Err(end) => return end,
        }
    }
}

async fn next(inbox: &mut Inbox, path: &Path<'_>) -> Result<Option<Event>, End> {
    match path.guard {
        Some(guard) => guard.next(inbox, path).await,
        None => Ok(inbox.next().await),
    }
}

/// What is neither typed nor the end.
pub(super) async fn request(event: Event, path: &Path<'_>) -> Result<Result<(), Gone>, End> {
    Ok(match event {
        Event::Eof => path.far.eof().await,
        Event::Resize { columns, rows, pixel_width, pixel_height } => {
            path.tape.resize(TerminalSize { columns, rows }).map_err(End::NotRecorded)?;
            path.guard.inspect(|guard| guard.resized(columns, rows));
            path.far.resize(columns, rows, pixel_width, pixel_height).await
        }
        Event::Signal(name) => path.far.signal(&name).await,
        Event::Refused(what) => {
            let told = path.transfer.refused_request(what).await;
            told.map_err(|error| End::NotRecorded(NotRecorded(std::io::Error::other(error))))?;
            Ok(())
        }
        _ => Ok(()),
    })
}

async fn up_data(bytes: bytes::Bytes, path: &Path<'_>) -> Result<Result<(), Gone>, End> {
    let size = bytes.len();
    path.activity.touch(); // a byte is work: no request is, and nothing without one
    path.tape.input(&bytes).map_err(End::NotRecorded)?;
    path.tape.pace().await;
    let bytes = if path.manner.plain { plain::typed(&bytes, path.near).await } else { bytes };
    let passed = path.transfer.upward(bytes).await.map_err(End::Garbled)?;
    for answer in passed.to_client {
        if path.near.data(answer).await.is_err() {
            return Err(End::Closed);
        }
    }
    for part in passed.to_server {
        if path.far.data(part).await.is_err() {
            return Ok(Err(Gone));
        }
    }
    let _ = path.near.credit(size).await; // the client may be gone with its last bytes still on their way
    Ok(Ok(()))
}

/// From the asset to the operator.
async fn downward(inbox: &mut Inbox, path: &Path<'_>) -> End {
    while let Some(event) = inbox.next().await {
        let sent = match event {
            Event::Data(bytes) => {
                let size = bytes.len();
                // Without a terminal nobody types: what a transfer or a program sends is work, too.
                if !path.tape.is_terminal() {
                    path.activity.touch();
                }
                if let Err(error) = path.tape.output(&bytes) {
                    return End::NotRecorded(error);
                }
                path.tape.pace().await;
                let guard = path.guard.map(|guard| (guard, bytes.clone()));
                let sent = match path.transfer.downward(bytes) {
                    Ok(parts) => down_data(parts, size, path).await,
                    Err(fault) => return End::Garbled(fault),
                };
                // The person does not wait for the guard to look.
                if let Some((guard, shown)) = guard {
                    guard.shown(&shown);
                    if let Err(end) = guard.transfers(&shown, path).await {
                        return end;
                    }
                }
                sent
            }
            Event::Errors(bytes) => {
                if !path.tape.is_terminal() {
                    path.activity.touch();
                }
                if let Err(error) = path.tape.errors(&bytes) {
                    return End::NotRecorded(error);
                }
                path.tape.pace().await;
                let size = bytes.len();
                path.near.errors(bytes).await.and(path.far.credit(size).await)
            }
            Event::Close if !path.manner.ends_with_program() => return End::Closed,
            Event::Eof | Event::ExitStatus(_) | Event::ExitSignal { .. }
                if !path.manner.ends_with_program() =>
            {
                Ok(())
            }
            Event::Eof => {
                path.output_ended.store(true, Ordering::Relaxed);
                path.near.eof().await
            }
            Event::ExitStatus(status) => path.near.exit_status(status).await,
            Event::ExitSignal { signal, core_dumped, message } => {
                path.near.exit_signal(&signal, core_dumped, &message).await
            }
            Event::Close => {
                let _ = path.near.close().await; // the client may have closed first
                return End::Closed;
            }
            _ => Ok(()),
        };
        if sent.is_err() {
            return End::Closed;
        }
    }
    End::Lost
}

async fn down_data(parts: Vec<bytes::Bytes>, size: usize, path: &Path<'_>) -> Result<(), Gone> {
    for part in parts {
        let part = if path.manner.plain { plain::shown(&part) } else { part };
        path.near.data(part).await?;
    }
    let _ = path.far.credit(size).await; // the asset may be gone with its last bytes still on their way
    Ok(())
}
