//! Ctrl-R: an earlier line, by a part of it.

use super::history::History;
use super::keys::Key;

/// What is looked for, and how many that have it were passed over.
#[derive(Debug, Default)]
pub(super) struct Search {
    pub(super) text: String,
    skip: usize,
}

impl Search {
    /// Takes a key that belongs to the search; any other ends it.
    pub(super) fn takes(&mut self, key: Key) -> bool {
        match key {
            Key::Char(c) => {
                self.text.push(c);
                self.skip = 0;
            }
            Key::Backspace => {
                self.text.pop();
                self.skip = 0;
            }
            Key::Search => self.skip += 1,
            _ => return false,
        }
        true
    }

    /// The line that is meant. Where there is none, the one before stays.
    pub(super) fn find<'h>(&mut self, history: &'h History) -> Option<&'h str> {
        let found = history.find(&self.text, self.skip);
        if found.is_none() {
            self.skip = self.skip.saturating_sub(1);
        }
        found
    }
}
