//! Pumps one channel both ways, records what passes, and ends it when the grant ends.
//!
//! Window goes back to a sender only when the other side has taken the bytes: a slow reader slows its
//! sender, and nobody else. Bytes are in the recording before they go on.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::audience::Screen;
use super::guard::Guard;
use super::path::{Path, request};
use super::plain;
use super::transfer::Transfer;
use crate::access::outcome::ChannelEnd;
use crate::access::record::ChannelRecorder;
use crate::access::watch::GrantWatch;
use crate::ssh::{Channel, Event, Gone, Inbox, InboxProbe};

/// How a client is dealt with.
#[derive(Default)]
pub(super) struct Manner {
    /// It has a terminal, and the asset gave none: see `plain`.
    pub plain: bool,
    /// It came by the menu, and goes back there: the end of the program is not that of its channel, unless it has
    /// nothing to say any more.
    pub menu: Option<InboxProbe>,
}

impl Manner {
    fn ends_with_program(&self) -> bool {
        !self.menu.as_ref().is_some_and(InboxProbe::is_open)
    }
}

/// How long bytes that a client left behind may still take to reach the asset.
const LINGER: Duration = Duration::from_secs(10);

/// What both pumps share.
struct Pumps<'a> {
    path: Path<'a>,
    guard: Option<&'a Guard>,
    manner: Manner,
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
) -> ChannelEnd {
    let path = Path { near: &near.outlet, far: &far.outlet, tape, transfer, activity: hold.activity };
    path.activity.touch();
    let pumps = Pumps { path, guard, manner, output_ended: AtomicBool::new(false) };
    let gone = near.inbox.ended();
    let screen = Screen { outlet: pumps.path.near, terminal: true };
    tokio::select! {
        biased;
        lapse = hold.lapsed_or_idle(tape, &screen) => ChannelEnd::Lapsed(lapse),
        end = upward(&mut near.inbox, &pumps) => end,
        end = downward(&mut far.inbox, &pumps) => end,
        () = async { gone.await; tokio::time::sleep(LINGER).await } => ChannelEnd::Closed,
    }
}

/// From the operator to the asset.
async fn upward(inbox: &mut Inbox, pumps: &Pumps<'_>) -> ChannelEnd {
    let path = &pumps.path;
    loop {
        let event = match next(inbox, pumps).await {
            Ok(Some(event)) => event,
            Ok(None) => return ChannelEnd::Closed,
            Err(end) => return end,
        };
        let sent = match event {
            Event::Data(bytes) => up_data(bytes, pumps).await,
            // A client closes at the end of output; the exit status may be on its way behind it. One that
            // closes before has given up.
            Event::Close if pumps.output_ended.load(Ordering::Relaxed) => std::future::pending().await,
            Event::Close => return ChannelEnd::Closed,
            event => {
                pumps.guard.inspect(|guard| guard.notice(&event));
                request(event, path).await
            }
        };
        match sent {
            Ok(Ok(())) => {}
            Ok(Err(Gone)) => return ChannelEnd::Lost,
            Err(end) => return end,
        }
    }
}

async fn next(inbox: &mut Inbox, pumps: &Pumps<'_>) -> Result<Option<Event>, ChannelEnd> {
    match pumps.guard {
        Some(guard) => guard.next(inbox, &pumps.path).await,
        None => Ok(inbox.next().await),
    }
}

async fn up_data(bytes: bytes::Bytes, pumps: &Pumps<'_>) -> Result<Result<(), Gone>, ChannelEnd> {
    let path = &pumps.path;
    let size = bytes.len();
    path.activity.touch(); // a byte is work: no request is, and nothing without one
    path.tape.input(&bytes).await.map_err(ChannelEnd::NotRecorded)?;
    path.tape.pace().await;
    let bytes = if pumps.manner.plain { plain::typed(&bytes, path.near).await } else { bytes };
    let passed = path.transfer.upward(bytes).await.map_err(ChannelEnd::Garbled)?;
    for answer in passed.to_client {
        if path.near.data(answer).await.is_err() {
            return Err(ChannelEnd::Closed);
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
async fn downward(inbox: &mut Inbox, pumps: &Pumps<'_>) -> ChannelEnd {
    let path = &pumps.path;
    while let Some(event) = inbox.next().await {
        let sent = match event {
            Event::Data(bytes) => {
                let size = bytes.len();
                // Without a terminal nobody types: what a transfer or a program sends is work, too.
                if !path.tape.is_terminal() {
                    path.activity.touch();
                }
                if let Err(error) = path.tape.output(&bytes).await {
                    return ChannelEnd::NotRecorded(error);
                }
                path.tape.pace().await;
                let guard = pumps.guard.map(|guard| (guard, bytes.clone()));
                let sent = match path.transfer.downward(bytes) {
                    Ok(parts) => down_data(parts, size, pumps).await,
                    Err(fault) => return ChannelEnd::Garbled(fault),
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
                if let Err(error) = path.tape.errors(&bytes).await {
                    return ChannelEnd::NotRecorded(error);
                }
                path.tape.pace().await;
                let size = bytes.len();
                path.near.errors(bytes).await.and(path.far.credit(size).await)
            }
            Event::Close if !pumps.manner.ends_with_program() => return ChannelEnd::Closed,
            Event::Eof | Event::ExitStatus(_) | Event::ExitSignal { .. }
                if !pumps.manner.ends_with_program() =>
            {
                Ok(())
            }
            Event::Eof => {
                pumps.output_ended.store(true, Ordering::Relaxed);
                path.near.eof().await
            }
            Event::ExitStatus(status) => path.near.exit_status(status).await,
            Event::ExitSignal { signal, core_dumped, message } => {
                path.near.exit_signal(&signal, core_dumped, &message).await
            }
            Event::Close => {
                let _ = path.near.close().await; // the client may have closed first
                return ChannelEnd::Closed;
            }
            _ => Ok(()),
        };
        if sent.is_err() {
            return ChannelEnd::Closed;
        }
    }
    ChannelEnd::Lost
}

async fn down_data(parts: Vec<bytes::Bytes>, size: usize, pumps: &Pumps<'_>) -> Result<(), Gone> {
    let path = &pumps.path;
    for part in parts {
        let part = if pumps.manner.plain { plain::shown(&part) } else { part };
        path.near.data(part).await?;
    }
    let _ = path.far.credit(size).await; // the asset may be gone with its last bytes still on their way
    Ok(())
}
