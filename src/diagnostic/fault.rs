//! A fault before it has a place.

use std::fmt;

use super::suggest::{closest, half_width};
use crate::domain::{InvalidName, InvalidTime};

/// What is wrong, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(super) message: String,
    pub(super) hint: Option<String>,
    /// Something is not there: no fault in a file that could not be read to its end.
    pub(super) absence: bool,
    /// The reader of TOML says it.
    pub(super) of_toml: bool,
}

impl Fault {
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self { message: message.to_string(), hint: None, absence: false, of_toml: false }
    }

    /// A fault that is something missing.
    pub(crate) fn absence(message: impl fmt::Display) -> Self {
        Self { absence: true, ..Self::new(message) }
    }

    /// In the words of the reader of TOML.
    pub(super) fn of_toml(message: &str) -> Self {
        Self { of_toml: true, ..Self::new(format_args!("{message}")) }
    }

    pub(crate) fn hint(mut self, hint: impl fmt::Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    /// A hint for where there is no better one.
    pub(crate) fn or_hint(self, hint: impl fmt::Display) -> Self {
        if self.hint.is_some() { self } else { self.hint(hint) }
    }

    /// Adds "did you mean …?" where something close exists.
    pub(crate) fn did_you_mean<'a>(self, typed: &str, known: impl Iterator<Item = &'a str>) -> Self {
        match closest(typed, known) {
            Some(name) => self.hint(format_args!("did you mean {name:?}?")),
            None => self,
        }
    }

    /// Says of a value what may be wrong with all values: how it was typed.
    pub(crate) fn in_value(self, text: &str) -> Self {
        match half_width(text) {
            Some(plain) => self.hint(format_args!("in half-width characters: {plain:?}")),
            None => self,
        }
    }
}

impl From<InvalidName> for Fault {
    fn from(error: InvalidName) -> Self {
        Self::new(error)
    }
}

/// How a time is written in a file.
pub(crate) const TIMES: &str =
    "times look like 2026-05-01, \"2026-05-01 08:30\" or 2026-05-01T08:30:00+08:00";

impl From<InvalidTime> for Fault {
    fn from(error: InvalidTime) -> Self {
        match error {
            InvalidTime::Form(text) => Self::new(format_args!("{text:?} is not a time")).hint(TIMES),
            InvalidTime::Relative(_) => Self::new(error).hint(TIMES),
            _ => Self::new(error),
        }
    }
}
