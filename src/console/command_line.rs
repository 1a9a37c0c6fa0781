//! A command line that was read, with who gave it and what they gave beside the words.

use super::input::Input;
use super::tree::Cli;
use crate::admin::Caller;

/// One command, ready to run.
pub struct CommandLine {
    pub caller: Caller,
    pub cli: Cli,
    /// As they were typed, for the journal.
    pub words: Vec<String>,
    pub input: Input,
}
