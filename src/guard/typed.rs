//! What was typed since the line began: enough to know what plain typing must look like, and what to doubt.

use super::keys::{Accept, Key};
use super::pace::Expected;
use super::substitution::Substitution;

#[derive(Debug, Clone)]
pub(super) struct Typed {
    /// What the line is, if it was typed from left to right and nothing else; `None` once it was not.
    plain: Option<String>,
    /// What was plainly typed last, after whatever came before.
    tail: String,
    /// Any key at all.
    any: bool,
    /// A key that may have put something into the line.
    wrote: bool,
    /// A key brings an answer, if only a bell, and it has not come.
    answers: bool,
    /// The last key looks something up.
    looks_up: bool,
    /// The cursor may stand before the end of the line.
    moved: bool,
    /// The line may have come to hold more than one row of its own: from history, a paste, a quoted key.
    rows: bool,
    /// What was completed may be listed below the line.
    listed: bool,
    /// What the screen shows cannot be all of it: control characters show as others do.
    unseen: bool,
    /// A search is going on.
    searching: bool,
    /// A search was left for its line, which is drawn when it is drawn: no later key's answer tells that it was.
    left_search: bool,
    quoting: bool,
    pasting: bool,
    substitution: Substitution,
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            plain: Some(String::new()),
            tail: String::new(),
            any: false,
            wrote: false,
            answers: false,
            looks_up: false,
            moved: false,
            rows: false,
            listed: false,
            unseen: false,
            searching: false,
            left_search: false,
            quoting: false,
            pasting: false,
            substitution: Substitution::default(),
        }
    }
}

impl Typed {
    /// Goes on in the same line after a key that might have ended it.
    pub(super) fn another_row(&mut self) {
        self.plain = None;
        self.rows = true;
    }

    pub(super) fn key(&mut self, key: Key) {
        self.any = true;
        self.follow(key);
        self.substitution.key(key);
        match key {
            Key::Search => self.searching = true,
            Key::Text(_) | Key::Erase | Key::Accept(_) => {}
            _ => self.left_search |= std::mem::take(&mut self.searching),
        }
        self.looks_up = matches!(key, Key::Recall | Key::Search | Key::Complete);
        self.wrote |= matches!(
            key,
            Key::Text(_) | Key::Recall | Key::Search | Key::Complete | Key::PasteBegin | Key::Escape
        );
        if self.quoting {
            (self.quoting, self.plain, self.unseen, self.rows) = (false, None, true, true);
            return;
        }
        match key {
            Key::Text(char::REPLACEMENT_CHARACTER) => (self.plain, self.unseen) = (None, true),
            Key::Text(c) => self.push(c),
            Key::PasteBegin => self.pasting = true,
            Key::PasteEnd => self.pasting = false,
            Key::Accept(_) if self.pasting => {
                self.push('\n');
                self.rows = true;
            }
            Key::Complete if self.pasting => self.plain = None,
            _ if self.pasting => (self.plain, self.unseen) = (None, true),
            key => self.edit(key),
        }
    }

    fn follow(&mut self, key: Key) {
        match key {
            Key::Text(c) if !self.searching && !self.quoting => self.tail.push(c),
            Key::Erase => drop(self.tail.pop()),
            _ => self.tail.clear(),
        }
    }

    fn push(&mut self, c: char) {
        if let Some(plain) = &mut self.plain {
            plain.push(c);
        }
    }

    fn edit(&mut self, key: Key) {
        if let (Key::Erase, Some(plain)) = (key, &mut self.plain) {
            plain.pop();
            return;
        }
        self.plain = None;
        match key {
            Key::Complete => (self.listed, self.answers) = (true, true),
            Key::Recall | Key::Search => (self.rows, self.answers) = (true, true),
            Key::Move | Key::Prefix => self.moved = true,
            // A vi command follows, or an editor's Alt key.
            Key::Escape => (self.moved, self.rows) = (true, true),
            Key::Quote => self.quoting = true,
            Key::Accept(Accept::Enter) => self.rows = true,
            _ => {}
        }
    }

    pub(super) fn any(&self) -> bool {
        self.any
    }

    pub(super) fn wrote(&self) -> bool {
        self.wrote
    }

    /// The line as plain typing leaves it, a line end for each row of a paste.
    pub(super) fn plain(&self) -> Option<&str> {
        self.plain.as_deref()
    }

    /// What stands left of the cursor as soon as the line editor has shown all that was typed, unless it makes
    /// something else of it.
    pub(super) fn tail(&self) -> &str {
        &self.tail
    }

    pub(super) fn expected(&self) -> Expected {
        match (self.answers, self.looks_up) {
            (true, _) => Expected::Answer,
            (_, true) => Expected::More,
            _ => Expected::Anything,
        }
    }

    pub(super) fn answered(&mut self) {
        self.answers = false;
    }

    /// Typing that the screen does not bear out was no plain typing: it steered an editor.
    pub(super) fn may_have_moved(&self) -> bool {
        self.moved
    }

    pub(super) fn may_have_rows(&self) -> bool {
        self.rows
    }

    pub(super) fn may_be_listed(&self) -> bool {
        self.listed
    }

    pub(super) fn is_unseen(&self) -> bool {
        self.unseen
    }

    pub(super) fn has_left_search(&self) -> bool {
        self.left_search
    }

    /// Whether this key would make the shell run a part of the line before the line is judged.
    pub(super) fn would_expand(&self, key: Key, raw: &[u8]) -> bool {
        !self.pasting && !self.quoting && self.substitution.would_run(key, raw)
    }

    pub(super) fn is_pasting(&self) -> bool {
        self.pasting
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_that_runs_its_line_is_not_one_that_was_left() {
        let left = |keys: &[Key]| {
            let mut typed = Typed::default();
            keys.iter().for_each(|key| typed.key(*key));
            typed.has_left_search()
        };
        assert!(!left(&[Key::Search, Key::Text('l'), Key::Search, Key::Accept(Accept::Enter)]));
        assert!(left(&[Key::Search, Key::Text('l'), Key::Move, Key::Text('x')]));
        assert!(left(&[Key::Search, Key::Escape]) && !left(&[Key::Move, Key::Text('x')]));
    }
}
