//! From rows to entries. An empty cell says nothing, and leaves what the policy files have; a dash says that there is
//! nothing.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::cell::{Cell, SheetRow};
use super::column::{self, Column, RosterSubject};
use super::flaw::{FlawKind, RosterFlaw};
use super::sheet::Sheet;
use crate::domain::{halfwidth, is_plain};
use crate::policy::Host;

/// One row, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) row: u32,
    pub(super) name: String,
    pub(super) fields: Vec<(&'static str, Given)>,
}

/// What a row says of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Given {
    Text(String),
    List(Vec<String>),
    /// The first and the last day: each has a column of its own.
    Days(Option<End>, Option<End>),
    /// Where it listens; each part has a column of its own.
    Address(Option<Host>, Option<u16>),
    /// That there is none.
    Nothing,
}

/// An end of a span of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Open,
    Day(Date),
}

/// A sheet whose head was read.
pub(super) struct Heads<'a> {
    /// By their places.
    columns: Vec<Option<(Column, &'a Cell)>>,
}

/// One row below its heads, and the flaws that were found in it.
pub(super) struct Cells<'a> {
    heads: &'a Heads<'a>,
    pub(super) row: u32,
    cells: BTreeMap<Column, &'a Cell>,
    pub(super) flaws: Vec<RosterFlaw>,
}

/// What a cell says.
pub(super) enum Said<'a> {
    /// Nobody wrote anything.
    Unsaid,
    Nothing,
    Something(&'a Cell),
}

impl<'a> Heads<'a> {
    pub(super) fn read(
        subject: RosterSubject,
        sheet: &'a Sheet,
        needed: Column,
    ) -> Result<Self, Vec<RosterFlaw>> {
        let (row, mut flaws, mut columns) = (sheet.head.number, Vec::new(), Vec::new());
        let mut seen: BTreeMap<Column, String> = BTreeMap::new();
        for cell in &sheet.head.cells {
            let head = cell.shown();
            let column = column::column(subject, &head);
            if column.is_none() && !cell.is_empty() {
                let (nearest, known) = (column::nearest(subject, &head), column::all(subject));
                let kind = FlawKind::UnknownColumn { nearest, known };
                flaws.push(RosterFlaw { row, column: Some(head.clone()), kind });
            }
            if let Some(column) = column.filter(|column| *column != Column::Left)
                && let Some(first) = seen.insert(column, head.clone())
            {
                flaws.push(RosterFlaw { row, column: Some(head), kind: FlawKind::ColumnTwice { first } });
            }
            columns.push(column.map(|column| (column, cell)));
        }
        if !seen.contains_key(&needed) {
            let kind = FlawKind::NoColumn { column: column::shown(subject, needed) };
            flaws.push(RosterFlaw { row, column: None, kind });
        }
        if flaws.is_empty() { Ok(Self { columns }) } else { Err(flaws) }
    }

    /// As the sheet heads a column.
    pub(super) fn head(&self, column: Column) -> Option<String> {
        let found = self.columns.iter().flatten().find(|(other, _)| *other == column);
        found.map(|(_, head)| head.shown())
    }

    fn cells(&'a self, row: &'a SheetRow) -> Cells<'a> {
        let mut found = Cells { heads: self, row: row.number, cells: BTreeMap::new(), flaws: Vec::new() };
        for (number, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            match self.columns.get(number) {
                Some(Some((column, _))) => drop(found.cells.insert(*column, cell)),
                _ => found.flaws.push(RosterFlaw { row: row.number, column: None, kind: FlawKind::Headless }),
            }
        }
        found
    }
}

impl<'a> Cells<'a> {
    pub(super) fn said(&mut self, column: Column) -> Said<'a> {
        let Some(cell) = self.cells.get(&column).copied() else { return Said::Unsaid };
        match cell {
            Cell::Error(text) => {
                self.flaw(column, FlawKind::CellError { text: text.clone() });
                Said::Unsaid
            }
            Cell::Text(text) if matches!(text.as_str(), "-" | "—" | "－" | "/" | "无") => Said::Nothing,
            cell => Said::Something(cell),
        }
    }

    /// Whether somebody wrote anything there.
    pub(super) fn is_filled(&self, column: Column) -> bool {
        self.cells.contains_key(&column)
    }

    pub(super) fn flaw(&mut self, column: Column, kind: FlawKind) {
        self.flaws.push(RosterFlaw { row: self.row, column: self.heads.head(column), kind });
    }

    /// A text for people, of at most so many characters.
    pub(super) fn text(&mut self, column: Column, most: usize) -> Option<Given> {
        match self.said(column) {
            Said::Unsaid => None,
            Said::Nothing => Some(Given::Nothing),
            Said::Something(cell) => {
                let text = cell.shown();
                let kind = match &text {
                    text if text.chars().count() > most => Some(FlawKind::TooLong { most }),
                    text if !text.chars().all(is_plain) => Some(FlawKind::Unseen),
                    _ => None,
                };
                kind.into_iter().for_each(|kind| self.flaw(column, kind));
                Some(Given::Text(text))
            }
        }
    }

    /// A word that `read` takes, or says why it does not.
    pub(super) fn word(
        &mut self,
        column: Column,
        read: impl Fn(&str) -> Result<String, FlawKind>,
    ) -> Option<Given> {
        match self.said(column) {
            Said::Unsaid => None,
            Said::Nothing => Some(Given::Nothing),
            Said::Something(cell) => match read(halfwidth(&cell.shown()).trim()) {
                Ok(word) => Some(Given::Text(word)),
                Err(kind) => {
                    self.flaw(column, kind);
                    None
                }
            },
        }
    }

    /// Words between commas, semicolons or lines.
    pub(super) fn words(
        &mut self,
        column: Column,
        apart: &[char],
        read: impl Fn(&str) -> Result<String, FlawKind>,
    ) -> Option<Given> {
        let cell = match self.said(column) {
            Said::Unsaid => return None,
            Said::Nothing => return Some(Given::Nothing),
            Said::Something(cell) => halfwidth(&cell.shown()),
        };
        let (mut words, mut seen) = (Vec::new(), std::collections::BTreeSet::new());
        for word in cell.split(apart).map(str::trim).filter(|word| !word.is_empty()) {
            match read(word) {
                Ok(word) => words.extend(seen.insert(word.clone()).then_some(word)),
                Err(kind) => self.flaw(column, kind),
            }
        }
        (!words.is_empty()).then_some(Given::List(words))
    }
}

/// The rows of a sheet, each by its own function; every name once.
pub(super) fn entries<'a>(
    sheet: &'a Sheet,
    heads: &'a Heads<'a>,
    read: impl Fn(&mut Cells<'_>) -> Option<Entry>,
) -> (Vec<Entry>, Vec<RosterFlaw>) {
    let (mut entries, mut flaws, mut seen) = (Vec::new(), Vec::new(), BTreeMap::new());
    for row in &sheet.rows {
        let mut cells = heads.cells(row);
        if let Some(entry) = read(&mut cells) {
            if let Some(first) = seen.insert(entry.name.to_lowercase(), entry.row) {
                cells.flaw(Column::Name, FlawKind::NameTwice { name: entry.name.clone(), first });
            }
            entries.push(entry);
        }
        flaws.append(&mut cells.flaws);
    }
    (entries, flaws)
}
