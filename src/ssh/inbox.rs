//! What a peer sent on one channel, waiting to be taken.
//!
//! The SSH library reports events inside its connection loop, which must never wait for one channel: a
//! channel that nobody reads would stall its siblings. So events are laid here without waiting. Bytes are
//! bounded by the channel's window; small packets are joined, so that a peer that sends a byte at a time
//! costs no more than one that fills its packets, also where it sends output and errors by turns; what has no
//! bytes costs nothing; everything else is bounded by [`MAX_REQUESTS`].

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::terminal::Terminal;
use bytes::{Bytes, BytesMut};
use tokio::sync::Notify;

/// Requests that may wait on one channel; a peer that sends more floods us.
const MAX_REQUESTS: usize = 256;

/// Up to this many bytes are joined into one event.
const JOIN_UP_TO: usize = 64 * 1024;

/// Items that may wait in the order in which they came. Beyond it output is joined with output and errors with
/// errors, though the other kind came between: of a program that writes both by turns to somebody who does not
/// read, each packet would be an item of its own.
const IN_ORDER: usize = 1024;

/// What a session channel is to run (RFC 4254 §6.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    Shell,
    Exec(Vec<u8>),
    Subsystem(String),
}

/// One thing that the peer said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelEvent {
    Data(Bytes),
    /// Extended data of type 1, standard error (RFC 4254 §5.2).
    Errors(Bytes),
    Eof,
    Close,
    Terminal(Terminal),
    Env(String, String),
    Start(Start),
    Resize {
        columns: u32,
        rows: u32,
        pixel_width: u32,
        pixel_height: u32,
    },
    /// The signal's name without `SIG`.
    Signal(String),
    ExitStatus(u32),
    ExitSignal {
        signal: String,
        core_dumped: bool,
        message: String,
    },
    /// The answer to a request of ours.
    Answer(bool),
    /// The peer asked for something that is not served; for the journal.
    Refused(&'static str),
}

/// What a peer said to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestAnswer {
    Yes,
    No,
    /// Nothing, and the channel has ended.
    Never,
}

/// The peer sends more requests than anybody means.
#[derive(Debug, thiserror::Error)]
#[error("more than {MAX_REQUESTS} requests wait on one channel")]
pub(super) struct Flooded;

const CTRL_C: u8 = 3;

enum Item {
    Data(BytesMut),
    Errors(BytesMut),
    Other(ChannelEvent),
}

impl Item {
    fn new(bytes: &[u8], errors: bool) -> Self {
        if errors { Self::Errors(bytes.into()) } else { Self::Data(bytes.into()) }
    }

    /// Whether a Ctrl-C was typed in it.
    fn interrupts(&self) -> bool {
        matches!(self, Self::Data(bytes) if bytes.contains(&CTRL_C))
    }

    /// Takes more bytes of its own kind; false where it has another, or no room.
    fn join(&mut self, bytes: &[u8], errors: bool) -> bool {
        let tail = match (self, errors) {
            (Self::Data(tail), false) | (Self::Errors(tail), true) => tail,
            _ => return false,
        };
        let fits = tail.len() + bytes.len() <= JOIN_UP_TO;
        if fits {
            tail.extend_from_slice(bytes);
        }
        fits
    }
}

#[derive(Default)]
struct Queue {
    items: VecDeque<Item>,
    requests: usize,
    /// Nothing more will come: the peer closed the channel, or the connection ended.
    ended: bool,
    /// Nobody will take anything: bytes are thrown away.
    abandoned: bool,
    /// The peer has said that it sends no more.
    silent: bool,
    /// The last size of its terminal that the peer told of: columns, rows, and the same in pixels.
    size: Option<[u32; 4]>,
}

impl Queue {
    fn lay(&mut self, bytes: &[u8], errors: bool) {
        let reach = if self.items.len() < IN_ORDER { 1 } else { 2 };
        let tail = self.items.iter_mut().rev().take(reach);
        // Never past a request: what came before it stays before it.
        let mut tail = tail.take_while(|item| !matches!(item, Item::Other(_)));
        if !tail.any(|item| item.join(bytes, errors)) {
            self.items.push_back(Item::new(bytes, errors));
        }
    }
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    arrived: Notify,
    ended: Notify,
}

impl Shared {
    /// The queue is consistent between any two statements, so a poisoned lock is still good.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self) {
        self.queue().ended = true;
        self.arrived.notify_one();
        self.ended.notify_waiters();
    }
}

/// The connection loop's side.
pub(super) struct Feed(Arc<Shared>);

/// Makes the two sides of one channel's inbox.
pub(super) fn inbox() -> (Feed, Inbox) {
    let shared = Arc::new(Shared::default());
    (Feed(Arc::clone(&shared)), Inbox(shared))
}

impl Feed {
    /// Lays down data. Returns false if nobody will take it: then it is the caller's to credit.
    pub(super) fn data(&self, bytes: &[u8], errors: bool) -> bool {
        let mut queue = self.0.queue();
        if queue.abandoned {
            return false;
        }
        if !bytes.is_empty() {
            queue.lay(bytes, errors);
            drop(queue);
            self.0.arrived.notify_one();
        }
        true
    }

    /// Lays down anything else. A resize replaces a resize that nobody has looked at yet.
    pub(super) fn event(&self, event: ChannelEvent) -> Result<(), Flooded> {
        let mut queue = self.0.queue();
        if queue.abandoned {
            return Ok(());
        }
        match event {
            ChannelEvent::Eof => queue.silent = true,
            ChannelEvent::Resize { columns, rows, pixel_width, pixel_height } => {
                queue.size = Some([columns, rows, pixel_width, pixel_height]);
            }
            _ => {}
        }
        if let (ChannelEvent::Resize { .. }, Some(Item::Other(tail @ ChannelEvent::Resize { .. }))) =
            (&event, queue.items.back_mut())
        {
            *tail = event;
            return Ok(());
        }
        if queue.requests >= MAX_REQUESTS {
            return Err(Flooded);
        }
        queue.requests += 1;
        queue.items.push_back(Item::Other(event));
        drop(queue);
        self.0.arrived.notify_one();
        Ok(())
    }

    /// The peer closed the channel.
    pub(super) fn close(&self) {
        self.0.queue().items.push_back(Item::Other(ChannelEvent::Close));
        self.0.end();
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// The taker's side.
pub struct Inbox(Arc<Shared>);

/// Asks about an inbox that somebody else reads.
pub struct InboxProbe(Arc<Shared>);

impl InboxProbe {
    /// May the peer still say something? Not after the end of its input, or of the channel.
    pub fn is_open(&self) -> bool {
        let queue = self.0.queue();
        !queue.ended && !queue.silent
    }
}

impl Inbox {
    /// The next event; `None` when the connection is gone and everything was taken.
    pub async fn next(&mut self) -> Option<ChannelEvent> {
        loop {
            let arrived = self.0.arrived.notified();
            {
                let mut queue = self.0.queue();
                if let Some(item) = queue.items.pop_front() {
                    return Some(match item {
                        Item::Data(bytes) => ChannelEvent::Data(bytes.freeze()),
                        Item::Errors(bytes) => ChannelEvent::Errors(bytes.freeze()),
                        Item::Other(event) => {
                            queue.requests = queue.requests.saturating_sub(1);
                            event
                        }
                    });
                }
                if queue.ended {
                    return None;
                }
            }
            arrived.await;
        }
    }

    /// Takes it out of its place, where one is left in which nothing comes any more.
    pub fn take(&mut self) -> Self {
        let nothing = Shared::default();
        nothing.end();
        std::mem::replace(self, Self(Arc::new(nothing)))
    }

    pub fn probe(&self) -> InboxProbe {
        InboxProbe(Arc::clone(&self.0))
    }

    /// This terminal as large as the peer said last, whoever heard it.
    pub fn as_large(&self, terminal: Terminal) -> Terminal {
        match self.0.queue().size {
            Some([columns, rows, pixel_width, pixel_height]) => {
                Terminal { columns, rows, pixel_width, pixel_height, ..terminal }
            }
            None => terminal,
        }
    }

    /// Gives back bytes that were taken and not used: they come first again, and are not credited twice.
    pub fn put_back(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.0.queue().items.push_front(Item::Data(bytes.into()));
            self.0.arrived.notify_one();
        }
    }

    /// The answer to a request of ours, out of turn: what the peer said before it stays where it is.
    pub async fn answer(&mut self) -> RequestAnswer {
        loop {
            let arrived = self.0.arrived.notified();
            {
                let mut queue = self.0.queue();
                let answer = |item: &Item| match item {
                    Item::Other(ChannelEvent::Answer(yes)) => Some(*yes),
                    _ => None,
                };
                let found = queue.items.iter().enumerate().find_map(|(at, item)| Some((at, answer(item)?)));
                if let Some((at, yes)) = found {
                    queue.items.remove(at);
                    queue.requests = queue.requests.saturating_sub(1);
                    return if yes { RequestAnswer::Yes } else { RequestAnswer::No };
                }
                if queue.ended {
                    return RequestAnswer::Never;
                }
            }
            arrived.await;
        }
    }

    /// Does something wait that a person would see: output, or how a program ended?
    pub fn has_output(&self) -> bool {
        let seen = |item: &Item| match item {
            Item::Data(_) | Item::Errors(_) => true,
            Item::Other(event) => {
                matches!(event, ChannelEvent::ExitStatus(_) | ChannelEvent::ExitSignal { .. })
            }
        };
        self.0.queue().items.iter().any(seen)
    }

    /// Resolves when a Ctrl-C is among the bytes that wait. They are not taken: whoever reads next has them all.
    pub async fn interrupted(&mut self) {
        loop {
            let arrived = self.0.arrived.notified();
            if self.0.queue().items.iter().any(Item::interrupts) {
                return;
            }
            arrived.await;
        }
    }

    /// Drops what was typed up to the last Ctrl-C that waits, so that it interrupts nothing more. Returns how many bytes
    /// that was: they are the caller's to credit.
    pub fn drop_interrupt(&mut self) -> usize {
        let mut queue = self.0.queue();
        let Some(last) = queue.items.iter().rposition(Item::interrupts) else { return 0 };
        let (mut at, mut dropped) = (0, 0);
        queue.items.retain_mut(|item| {
            let here = at;
            at += 1;
            let Item::Data(bytes) = item else { return true };
            let gone = match here.cmp(&last) {
                Ordering::Less => bytes.len(),
                Ordering::Equal => bytes.iter().rposition(|&byte| byte == CTRL_C).map_or(0, |at| at + 1),
                Ordering::Greater => 0,
            };
            dropped += gone;
            let _ = bytes.split_to(gone);
            !bytes.is_empty()
        });
        dropped
    }

    /// Resolves when the peer has closed the channel or is gone, whether or not all was taken.
    pub fn ended(&self) -> impl Future<Output = ()> + Send + use<> {
        let shared = Arc::clone(&self.0);
        async move {
            loop {
                let ended = shared.ended.notified();
                tokio::pin!(ended);
                ended.as_mut().enable();
                if shared.queue().ended {
                    return;
                }
                ended.await;
            }
        }
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        let mut queue = self.0.queue();
        queue.abandoned = true;
        queue.items.clear();
    }
}

#[cfg(test)]
mod tests;
