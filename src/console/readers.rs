//! What people read of an outcome, as its renderer says it.

use crate::domain::{Language, Role};

use super::say::say;

/// Who reads it, by their language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Readers(pub Language);

impl Readers {
    pub(super) fn language(self) -> Language {
        self.0
    }

    /// So many of something, which has a key for one of them and a key for any other number.
    pub(super) fn count(self, what: &str, number: u64) -> String {
        let form = if number == 1 { "one" } else { "many" };
        say!(self, format!("count.{what}-{form}"), count = number.to_string())
    }

    /// A role for people; programs have [`Role::as_str`].
    pub(super) fn role(self, role: Role) -> String {
        say!(self, format!("role.{}", role.as_str()))
    }
}

/// One piece of a command's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// One line; a line's end in it is written as `\n`.
    Line(String),
    /// Several lines, whose ends the renderer has set.
    Lines(String),
    /// As it is: a file for a program.
    Raw(String),
    /// Lines beside the answer: what went wrong, or is not to be kept with it.
    Error(String),
}
