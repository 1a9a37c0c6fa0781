//! Cells and rows, whatever kind of file they came in, and the bounds of all of them.

use jiff::civil::Date;

/// Most bytes of a file.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;
/// Most rows below the head.
pub(super) const MOST_ROWS: usize = 10_000;
/// Most cells of a row.
pub(super) const MOST_CELLS: usize = 64;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    Text(String),
    /// A date as a spreadsheet keeps it, however it shows it.
    Day(Date),
    /// A formula that came to nothing: `#N/A`.
    Error(String),
}

impl Cell {
    /// Whether nobody wrote anything there.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }

    /// As it is shown.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Error(text) => text.clone(),
            Self::Day(date) => date.to_string(),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SheetRow {
    /// As a spreadsheet counts it: the first is 1.
    pub(super) number: u32,
    pub(super) cells: Vec<Cell>,
}

impl SheetRow {
    pub(super) fn is_empty(&self) -> bool {
        self.cells.iter().all(Cell::is_empty)
    }
}

/// Why no sheet can be read from a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnreadableSheet {
    Empty,
    TooLong,
    TooManyRows,
    /// So many cells in this row.
    TooManyCells {
        row: u32,
    },
    /// Neither UTF-8 nor GB18030.
    Encoding,
    /// A workbook from before 2007, or one behind a password.
    OldWorkbook,
    /// A workbook that unpacks to more than a roster can be.
    Swollen,
    Damaged(String),
}

/// Rows as they come, within the bounds.
#[derive(Debug, Default)]
pub(super) struct Rows(Vec<SheetRow>);

impl Rows {
    pub(super) fn push(&mut self, row: SheetRow) -> Result<(), UnreadableSheet> {
        if row.cells.len() > MOST_CELLS {
            return Err(UnreadableSheet::TooManyCells { row: row.number });
        }
        if row.is_empty() {
            return Ok(());
        }
        if self.0.len() > MOST_ROWS {
            return Err(UnreadableSheet::TooManyRows);
        }
        self.0.push(row);
        Ok(())
    }

    pub(super) fn done(self) -> Vec<SheetRow> {
        self.0
    }
}

/// A text without what surrounds it unseen: blanks of every script, the mark at the beginning of a file.
pub(super) fn trimmed(text: &str) -> String {
    let unseen =
        |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}');
    text.trim_matches(unseen).to_owned()
}
