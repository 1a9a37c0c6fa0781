//! Keys that change the line.

use super::history::History;
use super::keys::Key;
use super::line::{Line, Span};
use super::text::MAX_LINE;
use super::words::Found;
use super::{BELL, Editor};

impl Editor {
    /// Keys that move in the line or change it.
    pub(super) fn edit(&mut self, key: Key, out: &mut String) {
        let before = self.line.clone();
        match key {
            Key::Left => self.line.go_left(Span::Character),
            Key::Right => self.line.go_right(Span::Character),
            Key::Home => self.line.go_left(Span::All),
            Key::End => self.line.go_right(Span::All),
            Key::WordLeft => self.line.go_left(Span::Word),
            Key::WordRight => self.line.go_right(Span::Word),
            Key::Backspace => drop(self.line.cut_left(Span::Character)),
            Key::Delete | Key::EndOfFile => drop(self.line.cut_right(Span::Character)),
            Key::KillLeft => self.killed = self.line.cut_left(Span::All),
            Key::KillRight => self.killed = self.line.cut_right(Span::All),
            Key::KillBlank => self.killed = self.line.cut_left(Span::Blank),
            Key::KillWordLeft => self.killed = self.line.cut_left(Span::Word),
            Key::KillWordRight => self.killed = self.line.cut_right(Span::Word),
            Key::Yank => return self.insert(&self.killed.clone(), out),
            Key::Up => self.recall(|history, current| history.older(current)),
            Key::Down => self.recall(|history, _| history.newer()),
            _ => {}
        }
        self.stale |= self.line != before;
    }

    fn recall(&mut self, step: impl FnOnce(&mut History, &str) -> Option<String>) {
        if let Some(line) = step(&mut self.history, &self.line.text()) {
            self.line = Line::of(&line);
        }
    }

    pub(super) fn insert(&mut self, text: &str, out: &mut String) {
        if self.line.len() + text.len() > MAX_LINE {
            return out.push(BELL);
        }
        let simple = !self.stale && self.line.right().is_empty() && self.screen.append(text, out);
        self.line.insert(text);
        self.stale |= !simple;
    }

    /// While Ctrl-R looks for a line. `None`: the key ends the search, and is to do what it does.
    pub(super) fn search_key(&mut self, key: Key, out: &mut String) -> Option<()> {
        let mut search = self.search.take()?;
        if !search.takes(key) {
            self.draw(out);
            return (key == Key::Cancel).then_some(());
        }
        match search.find(&self.history) {
            Some(line) => self.line = Line::of(line),
            None => out.push(BELL),
        }
        self.search = Some(search);
        self.draw(out);
        Some(())
    }

    pub(super) fn complete(&mut self, out: &mut String) {
        match self.words.complete(self.line.left()) {
            Found::Nothing => out.push(BELL),
            Found::More(text) => self.insert(&text, out),
            Found::Several(words) => {
                let cursor = self.line.clone();
                self.finish(out);
                out.push_str(&words.join("  "));
                self.finish_here(out);
                self.line = cursor;
                self.draw(out);
            }
        }
    }
}
