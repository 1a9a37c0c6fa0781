//! Commands that are joined by `|`.

use super::word::Word;

/// Commands, each reading what the one before it writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pipeline {
    pub(super) first: Command,
    pub(super) then: Vec<Command>,
}

/// A program and its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) program: String,
    pub(super) arguments: Vec<Word>,
}
