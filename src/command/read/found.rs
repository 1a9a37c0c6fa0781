//! What is found while a line is read, and how deep the reading may go.
//!
//! A text holds commands, and a command may run a text: reading ([`super::list`]) and wrappers
//! ([`crate::command::wrap`]) lead to each other, and meet in this value alone.

use std::collections::VecDeque;
use std::panic::UnwindSafe;

use super::broken::Broken;
use crate::command::opaque::Why;
use crate::command::place::Place;
use crate::command::simple::{Input, Simple};

/// Constructs inside each other.
pub(super) const DEEPEST: usize = 48;
/// Wrappers around each other.
const DEEPEST_CODE: usize = 16;
/// Commands in one line, with all that they run.
pub(in crate::command) const MOST: usize = 4096;

/// What a line runs, as far as reading tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::command) struct Reading {
    /// In the order of the line; what a command runs comes after it.
    pub(in crate::command) commands: Vec<Simple>,
    /// What a shell runs that knows no comments, as zsh does where a person types: judged, and not listed.
    pub(in crate::command) uncommented: Vec<Simple>,
    pub(in crate::command) opaque: Vec<Why>,
}

impl Reading {
    /// What a reader found. One that fails has read nothing.
    pub(in crate::command) fn contained(read: impl FnOnce() -> Self + UnwindSafe) -> Self {
        std::panic::catch_unwind(read)
            .unwrap_or_else(|_| Self { opaque: vec![Why::Fault], ..Self::default() })
    }
}

/// What is found while reading; nested texts share it.
#[derive(Debug)]
pub(in crate::command) struct Found {
    pub(in crate::command) reading: Reading,
    pub(in crate::command) place: Place,
    /// Where relative names begin from here on.
    pub(in crate::command) dir: Option<String>,
    /// Constructs that are open.
    pub(super) depth: usize,
    /// Texts of code inside each other: `sh -c "sh -c …"`.
    pub(in crate::command) codes: usize,
    /// Whether `#` begins a comment, and whether one was there.
    pub(super) comments: bool,
    pub(super) commented: bool,
    /// Parentheses that were taken for arithmetic, and are none.
    pub(super) tries: usize,
    /// Commands that run what they read from their input, which a construct around them may still give them.
    pub(super) fed: VecDeque<usize>,
    /// Where the next text of code stands in the line, to the letter.
    pub(super) origin: Option<usize>,
}

impl Found {
    pub(super) fn new(place: Place, dir: Option<&str>, comments: bool) -> Self {
        Self {
            reading: Reading::default(),
            place,
            dir: dir.map(str::to_owned),
            depth: 0,
            codes: 0,
            comments,
            commented: false,
            tries: 0,
            fed: VecDeque::new(),
            origin: None,
        }
    }

    pub(in crate::command) fn opaque(&mut self, why: Why) {
        if !self.reading.opaque.contains(&why) {
            self.reading.opaque.push(why);
        }
    }

    /// Whether a command waits to be fed; it does not any more.
    pub(super) fn is_fed(&mut self, at: usize) -> bool {
        let waiting = self.fed.iter().position(|fed| *fed == at);
        waiting.and_then(|waiting| self.fed.remove(waiting)).is_some()
    }

    /// The commands from there on have this input, where they say nothing else.
    pub(in crate::command) fn inherit(&mut self, from: usize, input: &Input) {
        let inside = self.reading.commands.iter_mut().skip(from);
        inside.filter(|command| command.input == Input::Inherited).for_each(|command| {
            command.input = input.clone();
        });
    }

    /// Does something one level deeper.
    pub(super) fn deeper<T>(
        &mut self,
        what: impl FnOnce(&mut Self) -> Result<T, Broken>,
    ) -> Result<T, Broken> {
        if self.depth >= DEEPEST {
            return Err(Broken(Why::TooDeep));
        }
        self.depth += 1;
        let done = what(self);
        self.depth -= 1;
        done
    }

    /// Reads code inside of code: what a wrapper runs, and what that runs.
    pub(in crate::command) fn one_deeper(&mut self, what: impl FnOnce(&mut Self)) {
        if self.codes >= DEEPEST_CODE {
            return self.opaque(Why::TooDeep);
        }
        self.codes += 1;
        what(self);
        self.codes -= 1;
    }

    /// The next text that is read stands here in the line, to the letter.
    pub(in crate::command) fn stands_at(&mut self, origin: Option<usize>) {
        self.origin = origin;
    }
}
