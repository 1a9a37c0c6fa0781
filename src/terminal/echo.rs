//! What typed input may be recorded: all of it, except while the target's echo is off.
//!
//! The gateway cannot see the target's terminal settings, but it sees the echo. A typed character waits
//! until the output shows it where it should appear, at the cursor; what is not echoed is dropped and
//! never written; how many lines there were is counted. Keys that show nothing by themselves (controls, arrows) are kept,
//! in their place among the others. Where echo and chance look alike, evidence is lost rather than a
//! password kept: what a program that paints its own screen does not echo is dropped too.

use std::collections::VecDeque;

use unicode_width::UnicodeWidthChar as _;

use super::scan::{Scanner, Token, param};
use line::{Key, Line};

mod line;

/// Bytes that may wait. Beyond it characters count as not echoed.
const MAX_PENDING: usize = 64 * 1024;

/// Lines typed ahead that are looked for at a time: a big paste must not make every byte shown expensive.
const MAX_AHEAD: usize = 8;

/// Bytes of a bulk of output that decide where the cursor is, when nobody waits for an echo.
const TAIL: usize = 4096;

/// Holds back what was typed until it was echoed.
pub struct EchoGate {
    typed: Scanner,
    shown: Scanner,
    lines: VecDeque<Line>,
    pending: usize,
    /// The cursor's column, as far as one line tells it.
    column: usize,
    /// Where the next echo should appear; nowhere once the cursor has left the line.
    point: Option<usize>,
    /// Enter was pressed and nothing that follows it has been shown since.
    entered: bool,
    /// The last character shown on this line.
    before: Option<char>,
    hidden: Hidden,
}

/// How much was typed and not echoed: of lines that ended, and in all.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Hidden {
    pub bytes: u64,
    pub lines: u64,
}

impl Default for EchoGate {
    fn default() -> Self {
        Self {
            typed: Scanner::of_keys(),
            shown: Scanner::default(),
            lines: VecDeque::new(),
            pending: 0,
            column: 0,
            point: None,
            entered: false,
            before: None,
            hidden: Hidden::default(),
        }
    }
}

/// What one packet of output did.
#[derive(Debug, Default)]
struct Progress {
    free: Vec<u8>,
    echoed: bool,
    printed: bool,
    moved_on: bool,
}

impl EchoGate {
    /// Takes what the operator typed, and returns what may be recorded now.
    pub fn typed(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut free = Vec::new();
        let mut scanner = std::mem::take(&mut self.typed);
        let mut each = |token: Token<'_>, raw: &[u8]| self.key(token, raw, &mut free);
        scanner.feed(bytes, &mut each);
        scanner.lone_escape(&mut each);
        self.typed = scanner;
        free
    }

    /// Takes what the target showed, and returns what was typed before and may be recorded now.
    pub fn shown(&mut self, bytes: &[u8]) -> Vec<u8> {
        let bytes = if self.lines.is_empty() { self.skip_bulk(bytes) } else { bytes };
        let mut progress = Progress::default();
        let mut scanner = std::mem::take(&mut self.shown);
        scanner.feed(bytes, |token, _| self.show(token, &mut progress));
        self.shown = scanner;
        self.settle(&mut progress);
        progress.free
    }

    /// The end of the channel: what waits was not echoed. Returns the controls in it.
    pub fn drain(&mut self) -> Vec<u8> {
        let mut free = Vec::new();
        while !self.lines.is_empty() {
            self.drop_first(&mut free);
        }
        free
    }

    /// How much was dropped since this was asked last.
    pub fn hidden(&mut self) -> Hidden {
        std::mem::take(&mut self.hidden)
    }

    /// With nothing to confirm, only the cursor's column matters, and it begins anew on each line.
    fn skip_bulk<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        let from = bytes.iter().rposition(|&b| b == b'\n').unwrap_or(0).max(bytes.len().saturating_sub(TAIL));
        if from > 0 {
            self.shown.reset();
        }
        bytes.get(from..).unwrap_or_default()
    }

    fn key(&mut self, token: Token<'_>, raw: &[u8], free: &mut Vec<u8>) {
        self.hold(Key::of(token, raw), free);
        match token {
            Token::Control(b'\r' | b'\n') => self.end_line(free),
            // Ctrl-C, Ctrl-Z, Ctrl-\: the terminal throws away what it has not passed on.
            Token::Control(0x03 | 0x1a | 0x1c) => {
                while !self.lines.is_empty() {
                    self.drop_first(free);
                }
            }
            _ => {}
        }
    }

    fn hold(&mut self, key: Key, free: &mut Vec<u8>) {
        let full = self.pending + key.len() > MAX_PENDING;
        match key.shows() {
            None if full || self.lines.is_empty() => return key.write(free),
            Some(_) if full => {
                self.hidden.bytes += key.len() as u64;
                return;
            }
            _ => self.pending += key.len(),
        }
        self.open_line(free);
        if let Some(line) = self.lines.back_mut() {
            line.keys.push_back(key);
        }
    }

    /// Makes sure that the last line is one that goes on.
    fn open_line(&mut self, free: &mut Vec<u8>) {
        if self.lines.back().is_none_or(|line| line.ended) {
            let prompted = self.column > 0 && !self.entered;
            if prompted && self.lines.front().is_none_or(|line| line.ahead) {
                // There is a prompt by now: what was typed before it has had its echo, or has none.
                while !self.lines.is_empty() {
                    self.drop_first(free);
                }
            }
            let ahead = !self.lines.is_empty() || !prompted;
            if self.lines.is_empty() {
                self.point = Some(self.column);
            }
            self.lines.push_back(Line::new(ahead));
        }
    }

    fn end_line(&mut self, free: &mut Vec<u8>) {
        self.entered = true;
        if let Some(line) = self.lines.back_mut() {
            line.ended = true;
        }
        self.release(free);
    }

    fn show(&mut self, token: Token<'_>, progress: &mut Progress) {
        match token {
            Token::Char(c) => self.print(c, progress),
            Token::Control(b'\n') => self.line_feed(progress),
            Token::Control(b'\r') => self.column = 0,
            Token::Control(0x08) => self.column = self.column.saturating_sub(1),
            Token::Control(b'\t') => self.column = (self.column / 8 + 1) * 8,
            Token::Csi { params, last } => self.steer(params, last),
            Token::Control(_) | Token::Escape => {}
        }
    }

    fn steer(&mut self, params: &[u8], last: u8) {
        let count = param(params, 0, 1).max(1);
        match last {
            b'C' => self.column += count,
            b'D' => self.column = self.column.saturating_sub(count),
            b'G' => self.column = count - 1,
            b'H' | b'f' => self.column = param(params, 1, 1).max(1) - 1,
            _ => {}
        }
    }

    fn print(&mut self, c: char, progress: &mut Progress) {
        progress.printed = true;
        let width = c.width().unwrap_or(0);
        if self.point == Some(self.column) && self.lines.front().and_then(Line::next) == Some(c) {
            self.point = Some(self.column + width);
            progress.echoed = true;
            self.confirm(progress);
        } else {
            let begins = self.before.is_none_or(|before| !before.is_alphanumeric());
            self.lines.iter_mut().take(MAX_AHEAD).for_each(|line| line.follow(c, begins));
        }
        self.column += width;
        self.before = Some(c);
    }

    /// The first key was echoed, and with it goes every control up to the next character.
    fn confirm(&mut self, progress: &mut Progress) {
        if let Some(line) = self.lines.front_mut()
            && let Some(key) = line.keys.pop_front()
        {
            line.echoed = true;
            self.pending -= key.len();
            key.write(&mut progress.free);
        }
        self.release(&mut progress.free);
    }

    fn line_feed(&mut self, progress: &mut Progress) {
        self.find_ahead(progress);
        // Enter was answered with an empty line: the mark of a password.
        if self.lines.front().is_some_and(|line| line.ended && !line.ahead) {
            self.drop_first(&mut progress.free);
        }
        self.lines.iter_mut().take(MAX_AHEAD).for_each(Line::forget_seen);
        (self.column, self.point, self.before, self.entered) = (0, None, None, false);
        progress.moved_on = true;
    }

    /// A line typed ahead counts as echoed when all of it was shown in a row, and then the line ended.
    fn find_ahead(&mut self, progress: &mut Progress) {
        let found = self.lines.iter().take(MAX_AHEAD).position(Line::is_shown);
        let Some(found) = found else { return };
        for _ in 0..found {
            self.drop_first(&mut progress.free);
        }
        if let Some(line) = self.lines.pop_front() {
            self.pending -= line.bytes();
            line.keys.iter().for_each(|key| key.write(&mut progress.free));
        }
        progress.echoed = true;
        self.release(&mut progress.free);
    }

    /// At the end of a packet: output that echoed nothing of what waits at a prompt means no echo.
    fn settle(&mut self, progress: &mut Progress) {
        if progress.printed && !progress.echoed {
            // Some programs show no line end for an Enter without echo: a prompt is as good.
            self.entered = false;
            if self.lines.front().is_some_and(|line| !line.ahead) {
                self.drop_first(&mut progress.free);
            }
        }
        if progress.moved_on {
            self.point = Some(self.column);
        }
    }

    /// Frees the keys before the first character that waits.
    fn release(&mut self, free: &mut Vec<u8>) {
        while let Some(line) = self.lines.front_mut() {
            while let Some(key) = line.keys.pop_front_if(|key| key.shows().is_none()) {
                self.pending -= key.len();
                key.write(free);
            }
            if !line.keys.is_empty() {
                return;
            }
            self.lines.pop_front();
        }
    }

    fn drop_first(&mut self, free: &mut Vec<u8>) {
        if let Some(mut line) = self.lines.pop_front() {
            self.pending -= line.bytes();
            let silent = line.keys.iter().filter(|key| key.shows().is_some()).map(|key| key.len() as u64);
            let silent: u64 = silent.sum();
            self.hidden.bytes += silent;
            self.hidden.lines += u64::from(line.ended && silent > 0);
            line.keys.retain(|key| key.shows().is_none());
            line.keys.iter().for_each(|key| key.write(free));
        }
        self.release(free);
    }
}

#[cfg(test)]
mod tests;
