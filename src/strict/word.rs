//! A word of a line: what stands for itself, and wildcards between.

use std::fmt;

use super::quote;

/// A word after its quotes are gone. No two literals stand side by side, and none is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Word(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Literal(String),
    /// `*`
    Any,
    /// `?`
    One,
    /// `[…]`: what stands between the brackets, plain characters only.
    Set(String),
}

impl Word {
    pub(super) fn push(&mut self, c: char) {
        match self.0.last_mut() {
            Some(Part::Literal(text)) => text.push(c),
            _ => self.0.push(Part::Literal(c.into())),
        }
    }

    pub(super) fn wild(&mut self, part: Part) {
        self.0.push(part);
    }

    /// The word, if it has no wildcard.
    pub(super) fn literal(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether it has a wildcard and may still become an option.
    pub(super) fn is_wild_option(&self) -> bool {
        self.literal().is_none()
            && matches!(self.0.first(), Some(Part::Literal(text)) if text.starts_with('-'))
    }

    /// For the asset's `sh`: everything in quotes but the wildcards. What a wildcard at the beginning finds
    /// could look like an option, so it is looked for in `./`.
    pub(super) fn rendered(&self) -> String {
        if self.0.is_empty() {
            return quote::always("");
        }
        let start = if matches!(self.0.first(), Some(Part::Literal(_))) { "" } else { "./" };
        self.written(start, quote::always)
    }

    fn written(&self, start: &str, literal: impl Fn(&str) -> String) -> String {
        let parts = self.0.iter().map(|part| match part {
            Part::Literal(text) => literal(text),
            Part::Any => "*".into(),
            Part::One => "?".into(),
            Part::Set(members) => format!("[{members}]"),
        });
        std::iter::once(start.to_owned()).chain(parts).collect()
    }
}

/// As a person would write it: in quotes only what needs them.
impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("''");
        }
        f.write_str(&self.written("", quote::where_needed))
    }
}
