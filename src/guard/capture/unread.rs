//! An Enter behind keys that a full-screen program may not have read: it waits for what shows that they were.

use std::time::Duration;

use super::super::escapes;
use super::super::keys::{Accept, Key};
use super::super::pace::{Expected, Settled};
use super::super::stage::Owner;
use super::super::unread::Unread;
use super::{Capture, Phase, Typed};

/// A program that ends for what it has just read leaves the screen within this, and a shell asks.
const LULL: Duration = Duration::from_millis(250);
/// An Enter that a program does not answer within this has no answer, or a late one.
const ANSWER: Duration = Duration::from_millis(1500);
/// A program that was silent for so long may end before it reads anything.
const BUSY: Duration = Duration::from_secs(10);

impl Capture {
    /// Before more is sent: what was sent before has been read, if the program has answered since.
    pub(super) fn forget_read(&mut self, now: Duration) {
        if self.pace.is_answered() && self.pace.quiet_for(LULL, now) == Settled::Yes {
            self.unread = Unread::Nothing;
        }
    }

    pub(super) fn sent_to(&mut self, owner: Owner, key: Key) {
        match owner {
            Owner::Program => self.unread.sent(key),
            Owner::Shell | Owner::Stranger => self.unread = Unread::Nothing,
        }
    }

    /// Whether the shell behind the program may read this key, and run what was typed before it. Where a program shows
    /// other terminals, each line is judged anyhow.
    pub(super) fn may_be_left_over(&self, key: Key) -> bool {
        let runs = match key {
            Key::PasteBegin => self.unread != Unread::Nothing, // the lines of the paste
            _ => self.unread == Unread::Line,
        };
        runs && self.current.owner == Owner::Program && !self.stage.has_panes()
    }

    /// The same of the key that is held.
    pub(super) fn holds_left_over(&self) -> bool {
        match &self.phase {
            Phase::Held { enter, .. } | Phase::Judged { enter, .. } => self.may_be_left_over(enter.key),
            Phase::Open | Phase::Answer { .. } => false,
        }
    }

    /// Silence tells nothing of a program that is busy: what it shows does. Text that it put where it was typed was
    /// read; for other keys, it has shown something and is still there.
    pub(super) fn until_read(&mut self, settled: Settled, since: Duration, now: Duration) -> Settled {
        if matches!(settled, Settled::Wait(_)) || !self.holds_left_over() {
            return settled;
        }
        let settled = match settled {
            _ if !self.pace.is_answered() => return self.in_silence(since, now),
            settled if self.current.is_echoed(&self.screen) => settled,
            Settled::Yes => self.pace.quiet_for(LULL, now),
            settled => settled, // its output does not end
        };
        if !matches!(settled, Settled::Wait(_)) {
            self.unread = Unread::Nothing;
        }
        settled
    }

    /// Whoever does not want to wait for a silent program presses Ctrl-C, which takes back what waits.
    fn in_silence(&mut self, since: Duration, now: Duration) -> Settled {
        if let Some(at) = self.queue.iter().rposition(|typed| typed.key == Key::Interrupt) {
            self.queue.drain(..at);
            self.queued = self.queue.iter().map(|typed| typed.raw.len()).sum();
            self.phase = Phase::Open;
        }
        if since + BUSY <= now { Settled::GivenUp } else { Settled::Wait(since + BUSY) }
    }

    /// How long a program must be quiet after this Enter. One that was told something in its bottom line shows that it
    /// took it, and may then be busy with it.
    pub(super) fn tells(&self, enter: &Typed, owner: Owner) -> Option<Duration> {
        let tells = owner == Owner::Program && enter.key == Key::Accept(Accept::Enter);
        let quiet = if escapes::is_asked(&self.screen) { LULL } else { Duration::ZERO };
        (tells && !self.stage.has_panes()).then_some(quiet)
    }

    /// What comes after an Enter is its answer, and tells nothing of keys that are sent before that has come.
    pub(super) fn until_told(&mut self, since: Duration, now: Duration) -> Settled {
        let Some(quiet) = self.told else { return Settled::Yes };
        let interrupted = self.queue.iter().any(|typed| typed.key == Key::Interrupt);
        let settled = match self.pace.settled(now, Expected::Anything, since) {
            _ if interrupted => Settled::Yes,
            _ if !self.pace.is_answered() && now < since + ANSWER => Settled::Wait(since + ANSWER),
            Settled::Yes => self.pace.quiet_for(quiet, now),
            settled => settled,
        };
        if !matches!(settled, Settled::Wait(_)) {
            self.told = None;
        }
        settled
    }

    /// What waits behind a refused line was typed for what that line would have done.
    pub(super) fn drop_ahead(&mut self) {
        self.queue.clear();
        self.queued = 0;
    }
}
