//! What the target shows, as the capture sees it.

use std::time::Duration;

use super::super::bulk::{PIECE, Unseen};
use super::super::current::Current;
use super::super::prompt::Prompt;
use super::super::stage::{Owner, Turn};
use super::{Capture, Line, Phase};
use crate::terminal::screen::Lost;

/// So begins a sequence that switches private modes: the screen in use, and bracketed paste, with which a line
/// editor begins and ends.
const SWITCH: &[u8] = b"\x1b[?";

impl Capture {
    /// Takes what the target showed.
    pub fn output(&mut self, bytes: &[u8], now: Duration) {
        if self.stage.owner() != Owner::Program || !shows_nothing(bytes) {
            self.pace.output(now);
            self.current.shown();
        }
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
            let numbers = rest.iter().skip(SWITCH.len());
            let numbers = numbers.take_while(|&&b| b.is_ascii_digit() || b == b';').count();
            let (switch, after) = rest.split_at((SWITCH.len() + numbers + 1).min(rest.len()));
            self.feed(before);
            self.stage.before_switch(!self.screen.is_full() && self.is_asking());
            self.feed(switch);
            bytes = after;
        }
        self.feed(bytes);
    }

    /// A shell's prompt stands at the cursor.
    fn is_asking(&self) -> bool {
        if self.accepted.is_some() {
            return false; // it is about to run that
        }
        let begun = self.current.begun && !self.current.ended;
        let typed = if begun { self.current.typed.tail() } else { "" };
        let known = self.known.as_ref().is_some_and(|known| known.asks_again(&self.screen, typed));
        self.screen.is_editing() || known || Prompt::at_cursor(&self.screen).is_shells()
    }

    /// Shows it to the emulator, and sees what it switched. A sequence may come in pieces, so the modes tell.
    fn feed(&mut self, bytes: &[u8]) {
        let (shells, pasted) = (self.stage.owner() == Owner::Shell, self.screen.takes_pastes());
        if let Err(Lost) = self.screen.feed(bytes) {
            self.lose();
        }
        let turn = self.stage.switched(&self.screen, bytes.ends_with(b"2004h"));
        self.screen.set_taken(self.stage.owner() != Owner::Shell);
        let pastes = self.screen.takes_pastes();
        match turn {
            Turn::Begins => self.editor_begins(),
            Turn::Nothing if shells && pasted && !pastes => self.editor_ends(),
            Turn::Nothing if shells && !pasted && pastes => self.editor_begins(),
            Turn::Nothing | Turn::Changes => {}
        }
    }

    /// What was typed so far was for somebody else, or waits to be read: the next key will tell.
    fn editor_begins(&mut self) {
        self.turn += 1;
        self.began = Some(self.screen.cursor());
        if !self.current.begun || self.accepted.is_some() || self.current.ended {
            return;
        }
        if self.current.typed.any() && self.current.owner == Owner::Shell {
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
        if self.current.owner != Owner::Shell || self.current.ended {
            return;
        }
        let ran = match self.current.begun {
            true => self.current.last(&self.screen),
            // Typed for a full-screen program, and left over for the shell behind it.
            false if self.screen.is_full() => self.left_over(),
            false => return,
        };
        self.current.ended = true;
        let Some(ran) = ran.filter(|ran| !ran.trim().is_empty()) else { return };
        if accepted.is_none_or(|judged| !same(&judged, &ran)) {
            self.late.push_back(Line::partial(ran));
        }
    }

    fn left_over(&self) -> Option<String> {
        let prompt = Prompt::of_prepared_line(&self.screen, self.known.as_ref()?)?;
        Current { prompt: Some(prompt), ..Current::default() }.last(&self.screen)
    }
}

/// Two readings of one line may differ in blanks.
fn same(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

/// Modes of the keyboard, the mouse and the cursor alone: a program that sleeps switches them, too, and reads nothing.
fn shows_nothing(mut bytes: &[u8]) -> bool {
    while let Some(rest) = bytes.strip_prefix(SWITCH) {
        let numbers = rest.iter().take_while(|&&b| b.is_ascii_digit() || b == b';').count();
        let (modes, rest) = rest.split_at(numbers);
        let screens = [&b"47"[..], b"1047", b"1049", b"2004"];
        let [b'h' | b'l', after @ ..] = rest else { return false };
        if modes.split(|&b| b == b';').any(|mode| screens.contains(&mode)) {
            return false;
        }
        bytes = after;
    }
    bytes.is_empty()
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
