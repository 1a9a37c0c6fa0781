//! What is wrong with a roster, and what to do about it.

use rust_i18n::t;

use super::cell::{MOST_BYTES, MOST_CELLS, MOST_ROWS, UnreadableSheet};
use crate::diagnostic::in_language;
use crate::domain::{Language, Tell, plain};

/// Most characters of a cell that a message shows.
const SHOWN: usize = 60;

/// One flaw in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterFlaw {
    pub row: u32,
    /// As the sheet heads it; a flaw of the whole row has none.
    pub column: Option<String>,
    pub kind: FlawKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlawKind {
    UnknownColumn {
        nearest: Option<&'static str>,
        known: String,
    },
    ColumnTwice {
        first: String,
    },
    NoColumn {
        column: String,
    },
    Headless,
    Empty,
    CellError {
        text: String,
    },
    /// What no name can be, in English; told in Chinese by the texts of the policy files.
    Invalid {
        why: String,
    },
    TooLong {
        most: usize,
    },
    Unseen,
    NameTwice {
        name: String,
        first: u32,
    },
    OtherCase {
        name: String,
        other: String,
    },
    NotADate {
        text: String,
    },
    EndsFirst {
        first: String,
        last: String,
    },
    UnknownGroup {
        group: String,
        nearest: Option<String>,
    },
    UnknownSchedule {
        schedule: String,
        nearest: Option<String>,
    },
    NotADanger {
        text: String,
    },
    NotAPort {
        text: String,
    },
    OtherRole {
        name: String,
        role: String,
    },
}

impl FlawKind {
    /// For programs.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::UnknownColumn { .. } => "unknown-column",
            Self::ColumnTwice { .. } => "column-twice",
            Self::NoColumn { .. } => "no-column",
            Self::Headless => "headless",
            Self::Empty => "empty",
            Self::CellError { .. } => "cell-error",
            Self::Invalid { .. } => "invalid",
            Self::TooLong { .. } => "too-long",
            Self::Unseen => "unseen",
            Self::NameTwice { .. } => "name-twice",
            Self::OtherCase { .. } => "other-case",
            Self::NotADate { .. } => "not-a-date",
            Self::EndsFirst { .. } => "ends-first",
            Self::UnknownGroup { .. } => "unknown-group",
            Self::UnknownSchedule { .. } => "unknown-schedule",
            Self::NotADanger { .. } => "not-a-danger",
            Self::NotAPort { .. } => "not-a-port",
            Self::OtherRole { .. } => "other-role",
        }
    }

    /// What is wrong, and the mend.
    fn told(&self, language: Language) -> String {
        let tag = language.tag();
        let key = format!("roster.{}", self.as_str());
        match self {
            Self::UnknownColumn { nearest: Some(nearest), .. } => {
                t!("roster.unknown-column-near", locale = tag, nearest = nearest)
            }
            Self::UnknownColumn { known, .. } => t!(key, locale = tag, known = known),
            Self::ColumnTwice { first } => t!(key, locale = tag, first = brief(first)),
            Self::NoColumn { column } => t!(key, locale = tag, column = column),
            Self::Headless | Self::Empty | Self::Unseen => t!(key, locale = tag),
            Self::CellError { text } | Self::NotADate { text } | Self::NotADanger { text } => {
                t!(key, locale = tag, text = brief(text))
            }
            Self::NotAPort { text } => t!(key, locale = tag, text = brief(text)),
            Self::Invalid { why } => return plain(&in_language(why, language)),
            Self::TooLong { most } => t!(key, locale = tag, most = most.to_string()),
            Self::NameTwice { name, first } => {
                t!(key, locale = tag, name = name, first = first.to_string())
            }
            Self::OtherCase { name, other } => t!(key, locale = tag, name = name, other = other),
            Self::EndsFirst { first, last } => t!(key, locale = tag, first = first, last = last),
            Self::UnknownGroup { group, nearest } | Self::UnknownSchedule { schedule: group, nearest } => {
                return unknown(&key, group, nearest.as_deref(), tag);
            }
            Self::OtherRole { name, role } => t!(key, locale = tag, name = name, role = role),
        }
        .into_owned()
    }
}

fn unknown(key: &str, what: &str, nearest: Option<&str>, tag: &str) -> String {
    let what = brief(what);
    match nearest {
        Some(nearest) => t!(format!("{key}-near"), locale = tag, what = what, nearest = nearest).into_owned(),
        None => t!(key, locale = tag, what = what).into_owned(),
    }
}

fn brief(text: &str) -> String {
    let cut: String = text.chars().take(SHOWN).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    plain(&cut) + more
}

impl RosterFlaw {
    /// In one line: `row 7, 有效期止: …`.
    pub fn told(&self, language: Language) -> String {
        let (tag, row, what) = (language.tag(), self.row.to_string(), self.kind.told(language));
        match &self.column {
            Some(column) => {
                t!("roster.at-column", locale = tag, row = row, column = brief(column), what = what)
            }
            None => t!("roster.at-row", locale = tag, row = row, what = what),
        }
        .into_owned()
    }
}

impl Tell for UnreadableSheet {
    fn told(&self, language: Language) -> String {
        let tag = language.tag();
        match self {
            Self::Empty => t!("roster.file-empty", locale = tag),
            Self::TooLong => {
                let most = (MOST_BYTES / (1024 * 1024)).to_string();
                t!("roster.file-too-long", locale = tag, most = most)
            }
            Self::TooManyRows => t!("roster.file-rows", locale = tag, most = MOST_ROWS.to_string()),
            Self::TooManyCells { row } => {
                let (row, most) = (row.to_string(), MOST_CELLS.to_string());
                t!("roster.file-cells", locale = tag, row = row, most = most)
            }
            Self::Encoding => t!("roster.file-encoding", locale = tag),
            Self::OldWorkbook => t!("roster.file-old", locale = tag),
            Self::Swollen => t!("roster.file-swollen", locale = tag),
            Self::Damaged(why) => t!("roster.file-damaged", locale = tag, why = brief(why)),
        }
        .into_owned()
    }
}
