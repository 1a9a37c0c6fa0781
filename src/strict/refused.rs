//! Why a line is not understood, and where.

use crate::terminal::editor::is_typeable;

/// A line that strict mode does not run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    pub reason: RefusalReason,
    /// The character that it is about, counted from 1.
    pub at: usize,
    /// That character or word.
    pub what: String,
}

/// What the grammar has no room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalReason {
    /// A control character, or one that is not seen as what it is.
    Character,
    /// Not UTF-8.
    Encoding,
    /// A quote without its end, or nothing after a backslash.
    Unclosed,
    /// `$`, a backquote, `~`, `{` or `}`: a shell would put something else in its place.
    Expansion,
    /// `<` or `>`.
    Redirection,
    /// `&`.
    Background,
    /// `(` or `)`.
    Group,
    /// `!` or `#` at the beginning of a word, which a shell reads as more than that.
    Mark,
    /// `[` that begins no set of plain characters.
    Set,
    /// A wildcard in the program's name.
    Program,
    /// A program named by a path that is not a directory of the system's programs.
    Place,
    /// A wildcard in an option: files could be named so that they become other options.
    Option,
    /// `NAME=value` where a program should stand.
    Assignment,
    /// A word of the shell itself.
    ShellWord,
    /// A word of the prompt, which stands alone.
    Alone,
    /// A command is missing before or after an operator.
    Missing,
    /// Longer than a line may be.
    Long,
}

impl RefusalReason {
    /// The word of the catalog.
    pub fn word(self) -> &'static str {
        match self {
            Self::Character => "character",
            Self::Encoding => "encoding",
            Self::Unclosed => "unclosed",
            Self::Expansion => "expansion",
            Self::Redirection => "redirection",
            Self::Background => "background",
            Self::Group => "group",
            Self::Mark => "mark",
            Self::Set => "set",
            Self::Program => "program",
            Self::Place => "place",
            Self::Option => "option",
            Self::Assignment => "assignment",
            Self::ShellWord => "shell-word",
            Self::Alone => "alone",
            Self::Missing => "missing",
            Self::Long => "long",
        }
    }
}

impl Refused {
    /// A text with bytes in it that are no UTF-8, or are not seen.
    pub fn encoding() -> Self {
        Self::new(RefusalReason::Encoding, 1, "")
    }

    pub(super) fn new(reason: RefusalReason, at: usize, what: impl Into<String>) -> Self {
        Self { reason, at, what: what.into() }
    }

    pub(super) fn character(reason: RefusalReason, at: usize, c: char) -> Self {
        let shown = if is_typeable(c) { c.to_string() } else { format!("U+{:04X}", u32::from(c)) };
        Self::new(reason, at, shown)
    }
}
