//! Why a line cannot be settled by reading it.

use std::fmt;

/// Each is a reason to ask, or to refuse, as the set says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Why {
    /// It does not parse; or not every shell takes it for the same.
    Syntax(&'static str),
    TooLong,
    TooDeep,
    TooMany,
    /// The reader itself failed.
    Fault,
    /// Signs that steer a terminal.
    Control,
    /// `!!`, `^a^b`, `fc`: an earlier line.
    History,
    /// A variable or a pattern stands where a program's name should.
    Program,
    /// An argument that counts is known when it runs.
    Argument,
    /// Code for a program that is no shell, or in a file, or from a pipe.
    Code,
    /// A shell reads what is not known yet as code.
    Text,
    /// `eval` and its like.
    Eval,
    /// `${x@P}`, `${(e)x}`: what a variable holds is run.
    ExpandedTwice,
    /// A pattern with code in it, as zsh has.
    Qualifier,
}

impl fmt::Display for Why {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Syntax(what) => return write!(to, "it does not parse: {what}"),
            Self::TooLong => "it is too long to be read",
            Self::TooDeep => "it is nested too deeply to be read",
            Self::TooMany => "it has too many commands to be read",
            Self::Fault => "it could not be read",
            Self::Control => "it holds signs that steer a terminal",
            Self::History => "it repeats an earlier line",
            Self::Program => "what it runs is known when it runs",
            Self::Argument => "an argument that counts is known when it runs",
            Self::Code => "it runs code that is not read",
            Self::Text => "it runs text that is known when it runs",
            Self::Eval => "it runs text that it puts together",
            Self::ExpandedTwice => "it runs what a variable holds",
            Self::Qualifier => "a pattern in it may hold code",
        })
    }
}
