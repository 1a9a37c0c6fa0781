//! Keys as they wait for their echo, a line at a time.

use std::collections::VecDeque;

use super::Token;

/// Keys of a line that is looked for in the output: no terminal takes a longer line whole
/// (`N_TTY_BUF_SIZE` on Linux), and the search must stay cheap.
const MAX_FOLLOWED: usize = 4096;

/// A key, or what a key sent. It has no `Debug`: most of these are passwords.
pub(super) enum Key {
    Char(char),
    /// No UTF-8; its echo would not be either.
    Invalid(Box<[u8]>),
    Control(Box<[u8]>),
}

impl Key {
    pub(super) fn of(token: Token<'_>, raw: &[u8]) -> Self {
        match token {
            Token::Char(char::REPLACEMENT_CHARACTER) => Self::Invalid(raw.into()),
            Token::Char(c) => Self::Char(c),
            _ => Self::Control(raw.into()),
        }
    }

    /// What its echo shows; none for a control.
    pub(super) fn shows(&self) -> Option<char> {
        match self {
            Self::Char(c) => Some(*c),
            Self::Invalid(_) => Some(char::REPLACEMENT_CHARACTER),
            Self::Control(_) => None,
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Char(c) => c.len_utf8(),
            Self::Invalid(raw) | Self::Control(raw) => raw.len(),
        }
    }

    pub(super) fn write(&self, into: &mut Vec<u8>) {
        match self {
            Self::Char(c) => into.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Self::Invalid(raw) | Self::Control(raw) => into.extend_from_slice(raw),
        }
    }
}

/// Keys up to a line end.
#[derive(Default)]
pub(super) struct Line {
    pub(super) keys: VecDeque<Key>,
    pub(super) ended: bool,
    /// Typed before there was a prompt to answer: its echo may come late, after other output.
    pub(super) ahead: bool,
    /// Some of it was echoed already.
    pub(super) echoed: bool,
    /// How many of its keys the output has just shown in a row; for a line typed ahead.
    seen: usize,
}

impl Line {
    pub(super) fn new(ahead: bool) -> Self {
        Self { ahead, ..Self::default() }
    }

    /// The character whose echo comes next. A whole line typed ahead is none to match one by one: it may
    /// be the answer to a password prompt that has yet to come.
    pub(super) fn next(&self) -> Option<char> {
        let whole = self.ahead && self.ended && !self.echoed;
        self.keys.front().filter(|_| !whole).and_then(Key::shows)
    }

    pub(super) fn bytes(&self) -> usize {
        self.keys.iter().map(Key::len).sum()
    }

    /// Follows one more character of the output; `begins` where a word can begin.
    pub(super) fn follow(&mut self, c: char, begins: bool) {
        if !self.ahead || !self.ended || self.keys.len() > MAX_FOLLOWED {
            return;
        }
        let here = if self.seen > 0 || begins { self.after(self.seen, c) } else { None };
        let anew = || if begins { self.after(0, c) } else { None };
        self.seen = here.or_else(anew).unwrap_or(0);
    }

    /// Starts to look for it again.
    pub(super) fn forget_seen(&mut self) {
        self.seen = 0;
    }

    /// The index after the next character from `index` on, if that one is `c`.
    fn after(&self, index: usize, c: char) -> Option<usize> {
        let (at, key) = self.keys.iter().enumerate().skip(index).find(|(_, key)| key.shows().is_some())?;
        (key.shows() == Some(c)).then_some(at + 1)
    }

    /// Whether it is one typed ahead of which the output has just shown everything in a row.
    pub(super) fn is_shown(&self) -> bool {
        self.seen > 0
            && self.ahead
            && self.ended
            && self.keys.iter().skip(self.seen).all(|key| key.shows().is_none())
    }
}
