//! What came of an import.

use serde::Serialize;

use super::super::policy::PolicyApplied;
use crate::domain::Language;
use crate::roster::{EntryChange, RosterEdit, RosterFlaw};

/// What came of an import.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum ImportOutcome {
    /// Nothing was changed: every flaw, by its row.
    Flawed {
        flaws: Vec<FlawEntry>,
    },
    /// The files say already what the roster says.
    Same {
        rows: usize,
        applied: bool,
    },
    Done(Box<ImportedRoster>),
}

/// What a roster changes, and what came of that as a change of policy.
#[derive(Debug, Serialize)]
pub struct ImportedRoster {
    pub rows: usize,
    pub entries: Vec<EntryChange>,
    /// The files that are otherwise by it.
    pub files: Vec<String>,
    #[serde(flatten)]
    pub policy: PolicyApplied,
}

/// One flaw; programs read it in English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FlawEntry {
    pub row: u32,
    pub column: Option<String>,
    pub problem: &'static str,
    pub message: String,
    #[serde(skip)]
    pub flaw: RosterFlaw,
}

impl ImportOutcome {
    pub(super) fn flawed(flaws: Vec<RosterFlaw>) -> Self {
        Self::Flawed { flaws: flaws.into_iter().map(FlawEntry::of).collect() }
    }
}

impl FlawEntry {
    pub(in crate::admin) fn of(flaw: RosterFlaw) -> Self {
        let (row, column) = (flaw.row, flaw.column.clone());
        let (problem, message) = (flaw.kind.as_str(), flaw.told(Language::English));
        Self { row, column, problem, message, flaw }
    }
}

impl ImportedRoster {
    pub(super) fn of(edit: RosterEdit, policy: PolicyApplied) -> Self {
        let files = edit.files.into_iter().map(|file| file.path).collect();
        Self { rows: edit.rows, entries: edit.changes, files, policy }
    }
}
