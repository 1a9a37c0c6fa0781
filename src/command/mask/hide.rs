//! One place that is hidden, and how it is written instead.

use std::ops::Range;

use super::super::word::Word;

/// What stands there is written as what comes before the secret, a mark for each of its lines, and what comes
/// after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hide {
    pub place: Range<usize>,
    before: String,
    lines: usize,
    after: String,
    /// Another program may read it as its input: who is to grant the line would have to see it.
    pub is_handed_on: bool,
}

/// Whether a program takes this for the name of where its secret is, or for a list of more than a secret.
pub(super) fn names_source(value: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "@", "<", "|", "!", "/", "./", "../", "~", "file:", "env:", "fd:", "cmd:", "exec:", "command:",
        "id=", "src=", "source=", "type=",
    ];
    const PARTS: &[&str] = &[",src=", ",source=", ",target=", ",env=", ",type="];
    matches!(value, "stdin" | "-")
        || BEGINNINGS.iter().any(|beginning| value.starts_with(beginning))
        || PARTS.iter().any(|part| value.contains(part))
}

impl Hide {
    /// A secret that stands in one line, to the letter.
    pub(super) fn exactly(place: Range<usize>) -> Self {
        Self { place, before: String::new(), lines: 1, after: String::new(), is_handed_on: false }
    }

    /// The part of a word between this beginning and this end; `None` where the shell still makes something of the
    /// word, or nothing is left to hide.
    pub(super) fn inside(line: &str, word: &Word, before: &str, after: &str) -> Option<Self> {
        let (place, literal) = (word.place()?, word.literal()?);
        let secret = literal.strip_prefix(before)?.strip_suffix(after)?;
        if secret.is_empty() || names_source(secret) {
            return None;
        }
        let source = line.get(place.clone())?;
        let lines = secret.matches('\n').count() + 1;
        let hide = |before: String, after: String| {
            Some(Self { place: place.clone(), before, lines, after, is_handed_on: false })
        };
        if source == literal {
            return hide(before.to_owned(), after.to_owned());
        }
        for quote in ['\'', '"'] {
            if source == format!("{quote}{literal}{quote}") {
                return hide(format!("{quote}{before}"), format!("{after}{quote}"));
            }
            if source == format!("{before}{quote}{secret}{quote}{after}") {
                return hide(format!("{before}{quote}"), format!("{quote}{after}"));
            }
        }
        // Escapes, or quotes in the middle of it: what is certain is written anew, in as many lines.
        let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:=@,%+".contains(c));
        if !plain(before) || !plain(after) || lines > 1 {
            return None;
        }
        let joined = "\\\n".repeat(source.matches('\n').count());
        hide(before.to_owned(), format!("{after}{joined}"))
    }

    pub(super) fn handed_on(self) -> Self {
        Self { is_handed_on: true, ..self }
    }

    pub(super) fn meets(&self, place: &Range<usize>) -> bool {
        self.place.start < place.end && place.start < self.place.end
    }

    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.meets(&other.place)
    }

    pub(super) fn text(&self, mask: &str) -> String {
        format!("{}{}{}", self.before, vec![mask; self.lines].join("\n"), self.after)
    }
}
