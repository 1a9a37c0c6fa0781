//! Ctrl-R: an earlier line, by a part of it.

use super::keys::Key;
use super::line::Line;
use super::{BELL, Editor};

/// What is looked for, and how many that have it were passed over.
#[derive(Debug, Default)]
pub(super) struct Search {
    pub(super) text: String,
    skip: usize,
}

impl Editor {
    /// While Ctrl-R looks for a line. `None`: the key ends the search, and is to do what it does.
    pub(super) fn search_key(&mut self, key: Key, out: &mut String) -> Option<()> {
        let mut search = self.search.take()?;
        match key {
            Key::Char(c) => search = Search { text: search.text + c.encode_utf8(&mut [0; 4]), skip: 0 },
            Key::Backspace => {
                search.text.pop();
                search.skip = 0;
            }
            Key::Search => search.skip += 1,
            key => {
                self.draw(out);
                return (key == Key::Cancel).then_some(());
            }
        }
        match self.history.find(&search.text, search.skip) {
            Some(line) => self.line = Line::of(line),
            None => {
                search.skip = search.skip.saturating_sub(1);
                out.push(BELL);
            }
        }
        self.search = Some(search);
        self.draw(out);
        Some(())
    }
}
