//! What the target shows, as the capture sees it.

use std::time::Duration;

use super::super::bulk::{PIECE, Unseen};
use super::super::current::Current;
use super::super::screen::Lost;
use super::{Capture, Line, Phase};

/// A line editor begins and ends with this mode on and off.
const SWITCH: &[u8] = b"\x1b[?2004";

impl Capture {
    /// Takes what the target showed.
    pub fn output(&mut self, bytes: &[u8], now: Duration) {
        self.pace.output(now);
        self.current.shown();
        if bytes.len() > PIECE && !self.is_waiting() {
            return self.bulk.push(bytes);
        }
        self.see_bulk();
        self.show(bytes);
    }

    pub fn resize(&mut self, columns: u32, rows: u32) {
        self.see_bulk();
        if let Err(Lost) = self.screen.resize(columns, rows) {
            self.lose();
        }
    }

    /// Shows the emulator what of a flood can still be seen.
    pub(super) fn see_bulk(&mut self) {
        if self.bulk.is_empty() {
            return;
        }
        let Unseen { switches, bytes } = self.bulk.take();
        if let Some(switches) = switches {
            self.current.prompt = None;
            if let Err(Lost) = self.screen.scroll_away() {
                self.lose();
            }
            self.show(&switches);
        }
        self.show(&bytes);
    }

    /// The emulator broke on something: what stands on the screen is not known.
    fn lose(&mut self) {
        self.current.prompt = None;
        self.known = None;
    }

    fn show(&mut self, mut bytes: &[u8]) {
        while let Some(at) = find(bytes, SWITCH) {
            let (before, rest) = bytes.split_at(at);
            let (switch, after) = rest.split_at((SWITCH.len() + 1).min(rest.len()));
            self.feed(before);
            self.switch(switch);
            bytes = after;
        }
        self.feed(bytes);
    }

    fn feed(&mut self, bytes: &[u8]) {
        if let Err(Lost) = self.screen.feed(bytes) {
            self.lose();
        }
    }

    fn switch(&mut self, switch: &[u8]) {
        let was = self.screen.is_editing();
        if was && switch.ends_with(b"l") {
            self.editor_ends();
        }
        self.feed(switch);
        if !was && self.screen.is_editing() {
            self.editor_begins();
        }
    }

    /// What was typed so far was for somebody else, or waits to be read: the next key will tell.
    fn editor_begins(&mut self) {
        self.turn += 1;
        self.began = Some(self.screen.cursor());
        if !self.current.begun || self.accepted.is_some() || self.current.ended {
            return;
        }
        if self.current.typed.any() && !self.current.full {
            (self.current.ahead, self.current.prompt) = (true, None);
        } else {
            self.current = Current::default();
        }
        if matches!(self.phase, Phase::Open) {
            self.phase = Phase::Answer { since: self.pace.last_output() };
        }
    }

    /// The line editor hands its line over. It is what was judged, or it is too late to stop it.
    fn editor_ends(&mut self) {
        let accepted = self.accepted.take();
        if self.current.full || self.current.ended || !self.current.begun {
            return;
        }
        let ran = self.current.last(&self.screen);
        self.current.ended = true;
        let Some(ran) = ran.filter(|ran| !ran.trim().is_empty()) else { return };
        if accepted.is_none_or(|judged| !same(&judged, &ran)) {
            self.late.push_back(Line::partial(ran));
        }
    }
}

/// Two readings of one line may differ in blanks.
fn same(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
