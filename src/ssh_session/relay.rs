//! Pumps one channel both ways, records what passes, and ends it when the grant ends.
//!
//! Window goes back to a sender only when the other side has taken the bytes: a slow reader slows its
//! sender, and nobody else. Bytes are in the recording before they go on.
//!
//! The pumps have a task of their own, which may write to the disk itself: one that does not answer holds the pumps, and
//! not the watch that cuts them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;

use super::audience::Screen;
use super::farewell::LAST_WORD;
use super::guard::Guard;
use super::path::{Path, request};
use super::plain;
use super::transfer::Transfer;
use crate::access::outcome::{ChannelEnd, NotRecorded};
use crate::access::record::ChannelRecorder;
use crate::access::term::Term;
use crate::access::watch::GrantWatch;
use crate::access::{speaking, spoken};
use crate::ssh::{Channel, ChannelEvent, Gone, Inbox, InboxProbe, Outlet};

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

/// What passes between a client and an asset, and is recorded.
pub(super) struct Relay {
    pub tape: Arc<ChannelRecorder>,
    pub transfer: Transfer,
    pub guard: Option<Guard>,
    pub manner: Manner,
}

/// What both pumps share.
struct Pumps {
    near: Arc<Outlet>,
    far: Arc<Outlet>,
    term: Arc<Term>,
    relay: Relay,
    /// The asset has said that no more output comes.
    output_ended: AtomicBool,
    /// No byte goes on any more.
    over: CancellationToken,
}

impl Pumps {
    fn path(&self) -> Path<'_> {
        let Relay { tape, transfer, .. } = &self.relay;
        Path { near: &self.near, far: &self.far, tape, transfer, activity: self.term.activity() }
    }

    /// Both ways, until the first reason to stop; `None` where that came from outside.
    async fn run(self, mut inboxes: Inboxes) -> (Option<ChannelEnd>, Inboxes) {
        let end = tokio::select! {
            biased;
            () = self.over.cancelled() => None,
            end = upward(&mut inboxes.near, &self) => Some(end),
            end = downward(&mut inboxes.far, &self) => Some(end),
        };
        (end, inboxes)
    }
}

struct Inboxes {
    near: Inbox,
    far: Inbox,
}

/// Relays until the first reason to stop. The outlets are left to the caller, who has a last word to say, and so are the
/// inboxes, unless the pumps cannot give them back in time.
pub(super) async fn relay(
    near: &mut Channel,
    far: &mut Channel,
    term: &Arc<Term>,
    relay: Relay,
    hold: GrantWatch<'_>,
) -> ChannelEnd {
    let tape = Arc::clone(&relay.tape);
    hold.activity.touch();
    let over = CancellationToken::new();
    let _ends = over.clone().drop_guard(); // with whoever waits here
    let gone = near.inbox.ended();
    let outlet = Arc::clone(&near.outlet);
    let pumps = Pumps {
        near: Arc::clone(&outlet),
        far: Arc::clone(&far.outlet),
        term: Arc::clone(term),
        relay,
        output_ended: AtomicBool::new(false),
        over: over.clone(),
    };
    let inboxes = Inboxes { near: near.inbox.take(), far: far.inbox.take() };
    let mut pumping = tokio::spawn(speaking(spoken(), pumps.run(inboxes)));
    let end = tokio::select! {
        biased;
        end = ended_from_outside(hold, &tape, &outlet, gone) => end,
        done = &mut pumping => return give_back(done, near, far),
    };
    over.cancel();
    if let Ok(done) = tokio::time::timeout(LAST_WORD, pumping).await {
        give_back(done, near, far); // else the disk holds them
    }
    end
}

/// What ends a relay other than what passes.
async fn ended_from_outside(
    mut hold: GrantWatch<'_>,
    tape: &ChannelRecorder,
    outlet: &Outlet,
    gone: impl Future<Output = ()>,
) -> ChannelEnd {
    let screen = Screen { outlet, terminal: true };
    tokio::select! {
        biased;
        lapse = hold.lapsed_or_idle(tape, &screen) => ChannelEnd::Lapsed(lapse),
        late = tape.overdue() => ChannelEnd::NotRecorded(late),
        () = async { gone.await; tokio::time::sleep(LINGER).await } => ChannelEnd::Closed,
    }
}

/// The pumps' end; a panic of theirs is the channel's.
fn give_back(
    done: Result<(Option<ChannelEnd>, Inboxes), JoinError>,
    near: &mut Channel,
    far: &mut Channel,
) -> ChannelEnd {
    match done.map_err(JoinError::try_into_panic) {
        Ok((end, inboxes)) => {
            (near.inbox, far.inbox) = (inboxes.near, inboxes.far);
            end.unwrap_or(ChannelEnd::Closed)
        }
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        Err(Err(_)) => ChannelEnd::Closed, // the runtime ends
    }
}

/// From the operator to the asset.
async fn upward(inbox: &mut Inbox, pumps: &Pumps) -> ChannelEnd {
    let path = &pumps.path();
    loop {
        let event = match next(inbox, pumps).await {
            Ok(Some(event)) => event,
            Ok(None) => return ChannelEnd::Closed,
            Err(end) => return end,
        };
        let sent = match event {
            ChannelEvent::Data(bytes) => up_data(bytes, pumps).await,
            // A client closes at the end of output; the exit status may be on its way behind it. One that
            // closes before has given up.
            ChannelEvent::Close if pumps.output_ended.load(Ordering::Relaxed) => std::future::pending().await,
            ChannelEvent::Close => return ChannelEnd::Closed,
            event => {
                pumps.relay.guard.iter().for_each(|guard| guard.notice(&event));
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

async fn next(inbox: &mut Inbox, pumps: &Pumps) -> Result<Option<ChannelEvent>, ChannelEnd> {
    match &pumps.relay.guard {
        Some(guard) => guard.next(inbox, &pumps.path()).await,
        None => Ok(inbox.next().await),
    }
}

async fn up_data(bytes: bytes::Bytes, pumps: &Pumps) -> Result<Result<(), Gone>, ChannelEnd> {
    let path = &pumps.path();
    let size = bytes.len();
    path.activity.touch(); // a byte is work: no request is, and nothing without one
    path.tape.input(&bytes).await.map_err(ChannelEnd::NotRecorded)?;
    path.tape.pace().await;
    let bytes = if pumps.relay.manner.plain { plain::typed(&bytes, path.near).await } else { bytes };
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
async fn downward(inbox: &mut Inbox, pumps: &Pumps) -> ChannelEnd {
    let path = &pumps.path();
    while let Some(event) = inbox.next().await {
        let sent = match event {
            ChannelEvent::Data(bytes) => {
                let size = bytes.len();
                // Without a terminal nobody types: what a transfer or a program sends is work, too.
                if !path.tape.is_terminal() {
                    path.activity.touch();
                }
                if let Err(error) = record_output(&bytes, path.tape).await {
                    return ChannelEnd::NotRecorded(error);
                }
                // The disk may have held this task while the watch cut it.
                if pumps.over.is_cancelled() {
                    return ChannelEnd::Closed;
                }
                path.tape.pace().await;
                let guard = pumps.relay.guard.as_ref().map(|guard| (guard, bytes.clone()));
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
            ChannelEvent::Errors(bytes) => {
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
            ChannelEvent::Close if !pumps.relay.manner.ends_with_program() => return ChannelEnd::Closed,
            ChannelEvent::Eof | ChannelEvent::ExitStatus(_) | ChannelEvent::ExitSignal { .. }
                if !pumps.relay.manner.ends_with_program() =>
            {
                Ok(())
            }
            ChannelEvent::Eof => {
                pumps.output_ended.store(true, Ordering::Relaxed);
                path.near.eof().await
            }
            ChannelEvent::ExitStatus(status) => path.near.exit_status(status).await,
            ChannelEvent::ExitSignal { signal, core_dumped, message } => {
                path.near.exit_signal(&signal, core_dumped, &message).await
            }
            ChannelEvent::Close => {
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

/// Somebody waits at a terminal.
async fn record_output(bytes: &[u8], tape: &ChannelRecorder) -> Result<(), NotRecorded> {
    match tape.is_terminal() {
        true => tape.output_at_once(bytes).await,
        false => tape.output(bytes).await,
    }
}

async fn down_data(parts: Vec<bytes::Bytes>, size: usize, pumps: &Pumps) -> Result<(), Gone> {
    let path = &pumps.path();
    for part in parts {
        let part = if pumps.relay.manner.plain { plain::shown(&part) } else { part };
        path.near.data(part).await?;
    }
    let _ = path.far.credit(size).await; // the asset may be gone with its last bytes still on their way
    Ok(())
}
