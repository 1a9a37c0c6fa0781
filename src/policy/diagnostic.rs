//! What is wrong with a policy file, shown the way a compiler shows it: where, the line, a caret, a hint.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use serde::Serialize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::suggest::closest;

/// One policy file as it was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    pub path: String,
    pub text: String,
}

/// One fault in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    pub path: String,
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    pub message: String,
    pub source_line: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// How many columns of a terminal come before the carets, and how many carets there are.
    #[serde(skip)]
    pub(super) carets: (usize, usize),
}

impl Diagnostic {
    pub(super) fn new(file: &SourceFile, span: &Range<usize>, fault: Fault) -> Self {
        let text = file.text.as_str();
        let start = text.floor_char_boundary(span.start);
        let line_start = text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let before = text.get(line_start..start).unwrap_or_default();
        let source_line = text.get(line_start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let marked = text.get(start..text.floor_char_boundary(span.end)).unwrap_or_default();
        let marked = marked.lines().next().unwrap_or_default();
        Self {
            path: file.path.clone(),
            line: text.get(..line_start).unwrap_or_default().matches('\n').count() + 1,
            column: before.chars().count() + 1,
            message: printable(&fault.message),
            source_line: printable(source_line),
            hint: fault.hint.map(|hint| printable(&hint)),
            carets: (printable(before).width(), printable(marked).width().max(1)),
        }
    }
}

impl Diagnostic {
    /// The same place, with something to say of it.
    pub(super) fn saying(&self, fault: &Fault) -> Self {
        let hint = fault.hint.as_deref().map(printable);
        Self { message: printable(&fault.message), hint, ..self.clone() }
    }

    /// Its first line: place and fault.
    pub fn summary(&self) -> String {
        format!("{}:{}:{}: {}", self.path, self.line, self.column, self.message)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, column, message, source_line, hint, carets } = self;
        writeln!(f, "{path}:{line}:{column}: {message}")?;
        writeln!(f, "  {source_line}")?;
        write!(f, "  {}{}", " ".repeat(carets.0), "^".repeat(carets.1))?;
        match hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// A file's text on somebody's terminal: a tab is one column wide, so that the carets meet their mark,
/// and control characters do nothing.
fn printable(text: &str) -> String {
    let shown = |c: char| match c {
        '\t' => ' ',
        c if c.width().is_none() => '\u{fffd}',
        c => c,
    };
    text.chars().map(shown).collect()
}

/// A fault before it has a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    message: String,
    hint: Option<String>,
    /// Something is not there: no fault in a file that could not be read to its end.
    absence: bool,
}

impl Fault {
    pub(super) fn new(message: impl fmt::Display) -> Self {
        Self { message: message.to_string(), hint: None, absence: false }
    }

    /// A fault that is something missing.
    pub(super) fn absence(message: impl fmt::Display) -> Self {
        Self { absence: true, ..Self::new(message) }
    }

    pub(super) fn hint(mut self, hint: impl fmt::Display) -> Self {
        self.hint = Some(hint.to_string());
        self
    }

    /// Adds "did you mean …?" where something close exists.
    pub(super) fn did_you_mean<'a>(self, typed: &str, known: impl Iterator<Item = &'a str>) -> Self {
        match closest(typed, known) {
            Some(name) => self.hint(format_args!("did you mean {name:?}?")),
            None => self,
        }
    }
}

impl From<crate::domain::InvalidName> for Fault {
    fn from(error: crate::domain::InvalidName) -> Self {
        Self::new(error)
    }
}

/// Where something stands: a file's number and the bytes in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) file: usize,
    pub(super) span: Range<usize>,
}

/// Collects the faults of a whole set of files.
#[derive(Debug)]
pub(super) struct Faults<'a> {
    files: &'a [SourceFile],
    found: Vec<(Place, Diagnostic)>,
    /// The files that could not be read to their ends.
    cut_short: BTreeSet<usize>,
}

impl<'a> Faults<'a> {
    pub(super) fn new(files: &'a [SourceFile]) -> Self {
        Self { files, found: Vec::new(), cut_short: BTreeSet::new() }
    }

    pub(super) fn add(&mut self, place: Place, fault: Fault) {
        let moot = fault.absence && self.cut_short.contains(&place.file);
        if let Some(file) = self.files.get(place.file).filter(|_| !moot) {
            let diagnostic = Diagnostic::new(file, &place.span, fault);
            self.found.push((place, diagnostic));
        }
    }

    /// Notes that a file has more in it than could be read.
    pub(super) fn cut_short(&mut self, file: usize) {
        self.cut_short.insert(file);
    }

    /// Whether all of every file could be read.
    pub(super) fn all_read(&self) -> bool {
        self.cut_short.is_empty()
    }

    /// A place, kept for what may have to be said of it later.
    pub(super) fn mark(&self, place: &Place) -> Diagnostic {
        let nowhere = SourceFile { path: String::new(), text: String::new() };
        Diagnostic::new(self.files.get(place.file).unwrap_or(&nowhere), &place.span, Fault::new(""))
    }

    /// `path:line:column` of another place, for a message.
    pub(super) fn position(&self, place: &Place) -> String {
        let Some(file) = self.files.get(place.file) else { return String::new() };
        let at = Diagnostic::new(file, &place.span, Fault::new(""));
        format!("{}:{}:{}", at.path, at.line, at.column)
    }

    /// Everything found, in the order in which a reader meets it.
    pub(super) fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|(place, _)| (place.file, place.span.start));
        self.found.into_iter().map(|(_, diagnostic)| diagnostic).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_stand_below_wide_characters() {
        let file = SourceFile { path: "a.toml".into(), text: "x = 1\nname = \"王芳\" ?\n".into() };
        let at = file.text.find('?').unwrap_or_default();
        let shown = Diagnostic::new(&file, &(at..at + 1), Fault::new("no").hint("remove it")).to_string();
        let caret = " ".repeat(2 + 14);
        assert_eq!(shown, format!("a.toml:2:13: no\n  name = \"王芳\" ?\n{caret}^\n  hint: remove it"));
    }
}
