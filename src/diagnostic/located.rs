//! One fault in one place, and how it is told.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::Serialize;

use super::chinese::{chinese, chinese_toml, compared};
use super::fault::Fault;
use super::shown::{Excerpt, printable};
use super::source::{Lines, SourceFile};
use crate::domain::Language;

/// One fault in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    pub path: String,
    /// Counted from 1.
    pub line: usize,
    /// In characters, counted from 1.
    pub column: usize,
    /// The first column after what is marked, always greater than `column`.
    pub end: usize,
    pub message: String,
    /// The line; of a very long one, what is shown of it.
    pub source_line: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    #[serde(skip)]
    excerpt: Excerpt,
    /// The reader of TOML says it.
    #[serde(skip)]
    of_toml: bool,
}

/// Bytes of a line that are kept whole. A file may hold thousands of faults in one line.
const LINE: usize = 1000;

impl Diagnostic {
    pub(super) fn new(file: &SourceFile, lines: &Lines, span: &Range<usize>, fault: Fault) -> Self {
        let text = file.text.as_str();
        // A byte order mark begins a file without being a part of its first line.
        let begin = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let start = text.floor_char_boundary(span.start).max(begin);
        let (line, line_start) = lines.at(start);
        let before = text.get(line_start.max(begin)..start).unwrap_or_default();
        let marked = text.get(start..text.floor_char_boundary(span.end)).unwrap_or_default();
        let marked = marked.lines().next().unwrap_or_default();
        let after = text.get(start + marked.len()..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let excerpt = Excerpt::of(before, marked, after);
        let column = before.chars().count() + 1;
        Self {
            path: file.path.clone(),
            line,
            column,
            end: column + marked.chars().count().max(1),
            message: printable(&fault.message),
            source_line: if before.len() + marked.len() + after.len() > LINE {
                excerpt.text.clone()
            } else {
                [before, marked, after].map(printable).concat()
            },
            hint: fault.hint.map(|hint| printable(&hint)),
            excerpt,
            of_toml: fault.of_toml,
        }
    }

    /// The same place, with something to say of it.
    pub(crate) fn saying(&self, fault: &Fault) -> Self {
        let hint = fault.hint.as_deref().map(printable);
        Self { message: printable(&fault.message), hint, of_toml: fault.of_toml, ..self.clone() }
    }

    /// Its first line: place and fault.
    pub fn summary(&self) -> String {
        self.summary_of(&self.message)
    }

    fn summary_of(&self, message: &str) -> String {
        format!("{}:{}:{}: {message}", self.path, self.line, self.column)
    }

    /// All of it, for a person. What has no Chinese yet is English.
    pub fn told(&self, language: Language) -> String {
        let Excerpt { text, blank, carets } = &self.excerpt;
        let message = match (language, self.of_toml) {
            (Language::Chinese, true) => chinese_toml(&self.message).into(),
            _ => in_language(&self.message, language),
        };
        let mark = " ".repeat(*blank) + &"^".repeat(*carets);
        let told = format!("{}\n  {text}\n  {mark}", self.summary_of(&message));
        match &self.hint {
            Some(hint) => told + "\n  " + word_for_hint(language) + &in_language(hint, language),
            None => told,
        }
    }
}

/// A text about a file in this language. What has no Chinese yet is English.
pub(crate) fn in_language(text: &str, language: Language) -> Cow<'_, str> {
    match language {
        Language::English => text.into(),
        Language::Chinese => chinese(text).map_or(text.into(), Cow::Owned),
    }
}

/// What an explanation compared, in this language.
pub(crate) fn compared_in(text: &str, language: Language) -> Cow<'_, str> {
    match language {
        Language::English => text.into(),
        Language::Chinese => compared(text).map_or(text.into(), Cow::Owned),
    }
}

/// What stands before how to mend it.
pub(crate) fn word_for_hint(language: Language) -> &'static str {
    match language {
        Language::English => "hint: ",
        Language::Chinese => "提示：",
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told(Language::English))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_stand_below_wide_characters() {
        let file = SourceFile { path: "a.toml".into(), text: "x = 1\nname = \"王芳\" ?\n".into() };
        let at = file.text.find('?').unwrap_or_default();
        let shown =
            Diagnostic::new(&file, &Lines::of(&file.text), &(at..at + 1), Fault::new("no").hint("remove it"))
                .to_string();
        let caret = " ".repeat(2 + 14);
        assert_eq!(shown, format!("a.toml:2:13: no\n  name = \"王芳\" ?\n{caret}^\n  hint: remove it"));
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let file = SourceFile { path: "a.toml".into(), text: "\u{feff}x = 1\n".into() };
        let shown = Diagnostic::new(&file, &Lines::of(&file.text), &(3..4), Fault::new("no"));
        assert_eq!((shown.column, shown.end, shown.source_line.as_str()), (1, 2, "x = 1"));
    }
}
