//! A fault before it has a place.

use std::fmt;

use crate::domain::InvalidName;
use crate::policy::InvalidAddress;
use crate::policy::suggest::{closest, half_width};

/// What is wrong, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::policy) struct Fault {
    pub(super) message: String,
    pub(super) hint: Option<String>,
    /// Something is not there: no fault in a file that could not be read to its end.
    pub(super) absence: bool,
}

impl Fault {
    pub(in crate::policy) fn new(message: impl fmt::Display) -> Self {
        Self { message: message.to_string(), hint: None, absence: false }
    }

    /// A fault that is something missing.
    pub(in crate::policy) fn absence(message: impl fmt::Display) -> Self {
        Self { absence: true, ..Self::new(message) }
    }

    pub(in crate::policy) fn hint(mut self, hint: impl fmt::Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    /// A hint for where there is no better one.
    pub(in crate::policy) fn or_hint(self, hint: impl fmt::Display) -> Self {
        if self.hint.is_some() { self } else { self.hint(hint) }
    }

    /// Adds "did you mean …?" where something close exists.
    pub(in crate::policy) fn did_you_mean<'a>(
        self,
        typed: &str,
        known: impl Iterator<Item = &'a str>,
    ) -> Self {
        match closest(typed, known) {
            Some(name) => self.hint(format_args!("did you mean {name:?}?")),
            None => self,
        }
    }

    /// Says of a value what may be wrong with all values: how it was typed, or that it stands for everything.
    pub(in crate::policy) fn in_value(self, text: &str) -> Self {
        if let Some(plain) = half_width(text) {
            return self.hint(format_args!("in half-width characters: {plain:?}"));
        }
        match text.to_ascii_lowercase().as_str() {
            "all" | "any" | "*" => {
                self.or_hint("nothing stands for everything: a field that is left out does")
            }
            _ if text.contains('*') => {
                self.or_hint("there are no wildcards: make a group of what belongs together")
            }
            _ => self,
        }
    }
}

impl From<InvalidName> for Fault {
    fn from(error: InvalidName) -> Self {
        Self::new(error)
    }
}

impl From<InvalidAddress> for Fault {
    fn from(error: InvalidAddress) -> Self {
        Self::new(error).hint("addresses look like 10.1.2.3:22, [2001:db8::1]:22 or db1.example.com:22")
    }
}
