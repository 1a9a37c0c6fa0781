//! The line editor: bytes that a person typed go in, what their terminal is to show comes out, and lines.
//!
//! It owns no terminal, and shows nothing but what it was given. The published editors for Rust either own the
//! terminal, or know no wide characters, wrapped lines, pastes or completion; so it is our own, on the two
//! libraries that know what a character is and how wide.

mod edit;
mod history;
mod keys;
mod line;
mod paste;
mod screen;
mod search;
mod text;
mod words;

use std::collections::VecDeque;

use history::History;
use keys::{Key, Keys};
use line::{Line, Span};
use paste::Paste;
use screen::Screen;
use search::Search;
pub use text::{MAX_LINE, is_typeable};
pub use words::Words;

/// What the typing came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineEvent {
    /// A line, by Enter.
    Line(String),
    /// Ctrl-C: the line is dropped.
    Interrupted,
    /// Ctrl-D in an empty line.
    EndOfFile,
    /// A paste had something in it that belongs in no line; all that was left of it is dropped.
    PasteRefused,
}

const BELL: char = '\x07';
const CTRL_C: u8 = 0x03;

/// A paste beyond this is not waited for.
const LONGEST_PASTE: usize = 64 * 1024;
const PASTE_END: &[u8] = b"\x1b[201~";

/// One person's line, and what they typed beyond it.
#[derive(Debug, Default)]
pub struct Editor {
    ahead: VecDeque<u8>,
    keys: Keys,
    paste: Paste,
    prompt: String,
    line: Line,
    killed: String,
    history: History,
    search: Option<Search>,
    words: Words,
    screen: Screen,
    /// The line has changed since it was drawn. Many keys at once are drawn once.
    stale: bool,
}

impl Editor {
    /// What Tab knows from now on.
    pub fn offer(&mut self, words: Words) {
        self.words = words;
    }

    pub fn history(&self) -> &[String] {
        self.history.lines()
    }

    /// Keeps a line for the arrow keys.
    pub fn remember(&mut self, line: &str) {
        self.history.push(line);
    }

    /// Begins a line in a row of its own, in a window of this width.
    pub fn begin(&mut self, prompt: &str, columns: usize, out: &mut String) {
        prompt.clone_into(&mut self.prompt);
        self.line = Line::default();
        self.search = None;
        self.history.leave();
        self.screen = Screen::new(columns);
        self.draw(out);
    }

    /// Takes bytes, for [`Self::read`].
    pub fn typed(&mut self, bytes: &[u8]) {
        self.ahead.extend(bytes);
    }

    /// Throws away what was typed and not read: an answer is not to be found in what came before its question.
    pub fn forget_ahead(&mut self) {
        for byte in std::mem::take(&mut self.ahead) {
            if let Some(key) = self.keys.take(byte) {
                self.paste.filter(key);
            }
        }
        self.paste.spoil();
    }

    /// Reads on, up to the first event. `None`: all was read, and the line goes on.
    pub fn read(&mut self, out: &mut String) -> Option<LineEvent> {
        while let Some(byte) = self.next_byte() {
            let Some(key) = self.keys.take(byte) else { continue };
            let event = match self.paste.filter(key) {
                paste::Passed::Key(key) => self.key(key, out),
                paste::Passed::Nothing => None,
                paste::Passed::Refused => self.spoiled(out),
            };
            if event.is_some() {
                return event;
            }
        }
        if self.stale {
            self.draw(out);
        }
        None
    }

    /// A paste is read once it is here as a whole: a line of it may start a program, and what comes then is for
    /// that program.
    fn next_byte(&mut self) -> Option<u8> {
        let ended = |ahead: &[u8]| {
            ahead.len() > LONGEST_PASTE
                || ahead.contains(&CTRL_C)
                || ahead.windows(PASTE_END.len()).any(|b| b == PASTE_END)
        };
        if self.paste == Paste::Arriving {
            if !ended(self.ahead.make_contiguous()) {
                return None;
            }
            self.paste.arrived();
        }
        self.ahead.pop_front()
    }

    /// The window's new width.
    pub fn resize(&mut self, columns: usize, out: &mut String) {
        let left = format!("{}{}", self.prompt, self.line.left());
        self.screen.resize(columns, &left);
        self.draw(out);
    }

    fn spoiled(&mut self, out: &mut String) -> Option<LineEvent> {
        self.finish(out);
        Some(LineEvent::PasteRefused)
    }

    fn key(&mut self, key: Key, out: &mut String) -> Option<LineEvent> {
        if self.search.is_some()
            && let Some(()) = self.search_key(key, out)
        {
            return None;
        }
        match key {
            Key::Enter => {
                let line = self.line.text();
                self.finish(out);
                return Some(LineEvent::Line(line));
            }
            Key::Interrupt => {
                self.line.go_right(Span::All);
                self.draw(out);
                out.push_str("^C");
                self.finish_here(out);
                return Some(LineEvent::Interrupted);
            }
            Key::EndOfFile if self.line.len() == 0 => {
                self.finish(out);
                return Some(LineEvent::EndOfFile);
            }
            Key::Char(c) => self.insert(c.encode_utf8(&mut [0; 4]), out),
            Key::Tab => self.complete(out),
            Key::Refused => out.push(BELL),
            Key::Clear => {
                out.push_str("\x1b[H\x1b[2J");
                self.screen.begin();
                self.draw(out);
            }
            Key::Search => {
                self.search = Some(Search::default());
                self.draw(out);
            }
            key => self.edit(key, out),
        }
        None
    }

    fn draw(&mut self, out: &mut String) {
        self.stale = false;
        let head = match &self.search {
            Some(search) => format!("(^R {}) ", search.text),
            None => self.prompt.clone(),
        };
        self.screen.draw(&format!("{head}{}", self.line.left()), self.line.right(), out);
    }

    /// Leaves the line as it stands, for a row below it.
    fn finish(&mut self, out: &mut String) {
        if self.stale || !self.line.right().is_empty() {
            self.line.go_right(Span::All);
            self.draw(out);
        }
        self.finish_here(out);
    }

    fn finish_here(&mut self, out: &mut String) {
        out.push_str("\r\n");
        self.line = Line::default();
        self.screen.begin();
    }
}

#[cfg(test)]
mod tests;
