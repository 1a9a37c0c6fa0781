//! Keys on their way to the target, up to the first that has to wait.

use std::time::Duration;

use super::super::current::Current;
use super::super::keys::{Accept, Key, key};
use super::super::stage::Owner;
use super::{Capture, CaptureStep, Phase, Typed};

impl Capture {
    /// Takes what the person typed.
    pub fn typed(&mut self, bytes: &[u8]) {
        let mut keys = std::mem::take(&mut self.keys);
        keys.feed(bytes, |token, raw| self.enqueue(key(token, raw), raw));
        keys.lone_escape(|token, raw| self.enqueue(key(token, raw), raw));
        self.keys = keys;
    }

    fn enqueue(&mut self, key: Key, raw: &[u8]) {
        // A terminal throws away what was typed before an interrupt and not read yet.
        let waits = !matches!(self.phase, Phase::Open | Phase::Judged { .. });
        if key == Key::Interrupt && waits && !self.in_program() {
            self.queue.clear();
            self.queued = 0;
            self.refused = None;
            self.phase = Phase::Open;
        }
        self.queued += raw.len();
        // Alt-Enter is one key: a shell that gets its halves apart takes them for two.
        let alt =
            matches!(key, Key::Accept(_)).then(|| self.queue.pop_back_if(|last| last.key == Key::Escape));
        let raw = alt.flatten().map_or_else(|| raw.into(), |escape| [&escape.raw, raw].concat().into());
        self.queue.push_back(Typed { key, raw });
    }

    /// Sends keys on, up to the first that has to wait.
    pub(super) fn send(&mut self, now: Duration) -> Option<CaptureStep> {
        let mut bytes = Vec::new();
        self.forget_read(now);
        while let Some(&Typed { key, .. }) = self.queue.front() {
            if self.changes_hands() {
                // Nothing of what was typed is a line of whoever has the screen now.
                (self.current, self.phase) = (Current::default(), Phase::Answer { since: now });
                break;
            }
            if !self.current.begun {
                self.begin();
            }
            let holds = self.queue.front().is_some_and(|typed| self.holds(typed));
            let ends = self.ends(key);
            if holds && !bytes.is_empty() {
                break;
            }
            let Some(typed) = self.queue.pop_front() else { break };
            self.queued -= typed.raw.len();
            if self.current.owner == Owner::Shell && self.current.typed.would_expand(key, &typed.raw) {
                continue;
            }
            if holds {
                self.phase = Phase::Held { since: now, enter: typed };
                return None;
            }
            self.sent_to(self.current.owner, key);
            self.current.key(key, &self.screen);
            bytes.extend_from_slice(&typed.raw);
            if ends {
                self.give_up(now);
                self.prefilled = key == Key::Accept(Accept::AndNext);
                break;
            }
        }
        if bytes.is_empty() {
            return None;
        }
        self.pace.sent(now, self.current.typed.plain().is_some());
        Some(CaptureStep::Send(bytes))
    }

    /// Another than before has the screen. A shell that asks on the alternate screen is known by its prompt.
    pub(super) fn changes_hands(&mut self) -> bool {
        self.see_owner();
        self.current.begun && self.current.owner != self.stage.owner()
    }

    pub(super) fn see_owner(&mut self) {
        let (fresh, tail) = (!self.current.begun, self.current.typed.tail());
        self.stage.finds_shell(&self.screen, self.known.as_ref(), tail, fresh);
        self.screen.set_taken(self.stage.owner() != Owner::Shell);
    }

    fn holds(&self, next: &Typed) -> bool {
        let key = next.key;
        let (current, typed) = (&self.current, &self.current.typed);
        match (key, current.owner) {
            _ if typed.is_pasting() => false,
            // What was typed last may have ended the program: the shell behind it gets the rest.
            (Key::Accept(Accept::Enter), Owner::Program) => {
                current.asks || typed.wrote() || self.stage.has_panes() || self.may_be_left_over(key)
            }
            // So does what runs a line otherwise, or a part of it, and what makes each Enter behind it text.
            (Key::Accept(Accept::AndNext), Owner::Program) => self.may_be_left_over(key),
            (Key::PasteBegin, Owner::Program) => self.screen.takes_pastes() && self.may_be_left_over(key),
            (key, Owner::Program) => self.may_be_left_over(key) && typed.would_expand(key, &next.raw),
            (Key::Accept(_), Owner::Stranger) => current.asks || typed.wrote(),
            (Key::Accept(_), Owner::Shell) => {
                typed.any() || current.prefilled || current.given || self.rows.is_open()
            }
            // Without an editor, this hands a line on as Enter does.
            (Key::End, _) => typed.any() && !self.screen.is_editing(),
            _ => false,
        }
    }

    /// Whether what follows belongs to another line. An Enter that is not held has nothing to run, and Ctrl-D
    /// on an empty line is the end of something.
    fn ends(&self, key: Key) -> bool {
        let typed = &self.current.typed;
        let ends = match key {
            Key::Interrupt => true,
            Key::Accept(_) => !typed.is_pasting(),
            Key::End => !typed.any(),
            _ => false,
        };
        ends && !self.in_program()
    }

    pub(super) fn give_up(&mut self, now: Duration) {
        self.rows.clear();
        self.current.ended = true;
        self.current.begun = false;
        self.accepted = None;
        self.phase = Phase::Answer { since: now };
    }
}
