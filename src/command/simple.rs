//! A simple command: a program, its words, and what it is connected to.

use std::ops::Range;

use super::word::Word;

/// What is run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Program {
    /// None: the command only sets variables or opens files.
    Nothing,
    /// By its name, without a path.
    Named {
        name: String,
        /// Where it is looked for is the shell's affair, or a directory of the system: it is what it is called.
        /// A program of that name elsewhere may be anything.
        trusted: bool,
    },
    /// Known when it runs.
    Unknown,
}

/// Directories in which a program is what it is called.
const SYSTEM: &[&str] = &["/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];

impl Program {
    pub(super) fn of(word: &Word) -> Self {
        match word.literal() {
            Some(text) => Self::at(text),
            None => Self::Unknown,
        }
    }

    fn at(path: &str) -> Self {
        match path.rsplit_once('/') {
            Some((_, "")) => Self::Unknown,
            Some((dir, name)) => Self::Named { name: name.to_owned(), trusted: SYSTEM.contains(&dir) },
            // zsh looks for what follows: `=rm` is `/bin/rm`.
            None if path.len() > 1 && path.starts_with('=') => Self::Unknown,
            None => Self::Named { name: path.to_owned(), trusted: true },
        }
    }

    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Self::Named { name, .. } => Some(name),
            _ => None,
        }
    }
}

/// Where a command's standard input comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Input {
    /// From where the whole line has it.
    #[default]
    Inherited,
    /// From another command, or a file.
    Elsewhere,
    /// From a here-document, whose body is not read yet.
    Awaited,
    /// From the line itself.
    Here(Word),
}

/// `NAME=value` in front of a command, or alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Assignment {
    pub name: String,
    pub value: Word,
}

/// One of a line's commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Simple {
    pub program: Program,
    pub args: Vec<Word>,
    /// How many of them are its own: what follows is a command that it runs.
    pub own: usize,
    pub assignments: Vec<Assignment>,
    /// Files that its redirections open for writing.
    pub writes: Vec<Word>,
    /// Whether something in its words or redirections is expanded other than to names of files.
    pub expands: bool,
    pub input: Input,
    /// Some shells have it read another input as well.
    pub mixed: bool,
    /// Where relative names begin, as far as the line tells.
    pub dir: Option<String>,
    /// It stands in a function that starts itself, and again.
    pub bomb: bool,
    /// As it was written, or as near as can be told.
    pub source: String,
    /// Where that stands in the line, if it does: what a wrapper runs has the wrapper's place.
    pub place: Option<Range<usize>>,
}

impl Simple {
    /// Its words without those of a command that it runs.
    pub(super) fn own_args(&self) -> &[Word] {
        self.args.get(..self.own).unwrap_or(&self.args)
    }

    /// The same command with another program and other words: what a wrapper runs.
    pub(super) fn running(&self, words: &[Word]) -> Self {
        let (program, args) = match words.split_first() {
            Some((program, args)) => (Program::of(program), args.to_vec()),
            None => (Program::Nothing, Vec::new()),
        };
        Self { program, own: args.len(), args, assignments: Vec::new(), writes: Vec::new(), ..self.clone() }
    }
}
