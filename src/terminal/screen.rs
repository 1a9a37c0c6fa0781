//! The screen as the person's terminal shows it, kept by a terminal emulator.
//!
//! Rows are counted from the first one of the session, so that a place keeps its number when the screen
//! scrolls. The emulator reads hostile bytes: a panic in it is contained, and the screen begins anew.

use std::num::NonZeroU16;
use std::panic::{AssertUnwindSafe, catch_unwind};

use vt100::{Callbacks, Cell, Color, Parser};

/// Where something stands: a row of the session, and a column. The cursor may stand one past the last column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Spot {
    pub row: isize,
    pub column: usize,
}

/// The emulator panicked; what the screen shows is not known any more.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lost;

pub(crate) struct Screen {
    parser: Parser<Scrolled>,
    /// The row of the session that is on top.
    top: isize,
    /// A program has it that is not a shell: the modes that it switches are not a line editor's.
    taken: bool,
    /// What was shown last.
    last: Option<u8>,
}

/// Rows that have left the main screen since somebody looked.
#[derive(Default)]
struct Scrolled(isize);

impl Callbacks for Scrolled {
    fn on_scroll(&mut self, _: vt100::capture::RowContents<'_>, alternate: bool) {
        self.0 += isize::from(!alternate);
    }
}

fn size(count: u32) -> NonZeroU16 {
    // A terminal of nothing cannot be emulated, and a huge one must not cost memory.
    NonZeroU16::new(u16::try_from(count.clamp(2, 1000)).unwrap_or(80)).unwrap_or(NonZeroU16::MIN)
}

fn parser(columns: NonZeroU16, rows: NonZeroU16) -> Parser<Scrolled> {
    Parser::new_with_callbacks(rows, columns, 0, Scrolled::default())
}

impl Screen {
    pub(crate) fn new(columns: u32, rows: u32) -> Self {
        Self { parser: parser(size(columns), size(rows)), top: 0, taken: false, last: None }
    }

    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Result<(), Lost> {
        self.last = bytes.last().copied().or(self.last);
        if catch_unwind(AssertUnwindSafe(|| self.parser.process(bytes))).is_err() {
            let (rows, columns) = self.parser.screen().size();
            self.parser = parser(columns, rows);
            return Err(Lost);
        }
        self.top += std::mem::take(&mut self.parser.callbacks_mut().0);
        Ok(())
    }

    /// Puts the cursor where a flood of lines leaves it: in the last row.
    pub(crate) fn scroll_away(&mut self) -> Result<(), Lost> {
        let last = self.rows();
        // CAN ends a sequence that has begun.
        self.feed(format!("\x18\x1b[m\x1b[{last};1H").as_bytes())
    }

    /// Rows keep their number by the cursor's: shells draw relative to it.
    pub(crate) fn resize(&mut self, columns: u32, rows: u32) -> Result<(), Lost> {
        let before = self.parser.screen().cursor_position().0;
        let resize = || self.parser.set_size(size(rows), size(columns));
        if catch_unwind(AssertUnwindSafe(resize)).is_err() {
            self.parser = parser(size(columns), size(rows));
            return Err(Lost);
        }
        self.parser.callbacks_mut().0 = 0;
        let after = self.parser.screen().cursor_position().0;
        self.top += isize::from(before.cast_signed()) - isize::from(after.cast_signed());
        Ok(())
    }

    fn rows(&self) -> u16 {
        self.parser.screen().size().0.get()
    }

    pub(crate) fn columns(&self) -> usize {
        usize::from(self.parser.screen().size().1.get())
    }

    pub(crate) fn top(&self) -> isize {
        self.top
    }

    /// The last row.
    pub(crate) fn bottom(&self) -> isize {
        self.top + isize::from(self.rows().cast_signed()) - 1
    }

    pub(crate) fn cursor(&self) -> Spot {
        let (row, column) = self.parser.screen().cursor_position();
        Spot { row: self.top + isize::from(row.cast_signed()), column: usize::from(column) }
    }

    /// A line editor has asked for bracketed paste: it stands at a prompt.
    pub(crate) fn is_editing(&self) -> bool {
        self.parser.screen().bracketed_paste() && !self.taken
    }

    /// What comes between the brackets of a paste is text.
    pub(crate) fn takes_pastes(&self) -> bool {
        self.parser.screen().bracketed_paste()
    }

    pub(crate) fn set_taken(&mut self, taken: bool) {
        self.taken = taken;
    }

    /// The last byte that was shown.
    pub(crate) fn last(&self) -> Option<u8> {
        self.last
    }

    /// The alternate screen is on: an editor's, a pager's, or that of whoever switched to it.
    pub(crate) fn is_full(&self) -> bool {
        self.parser.screen().alternate_screen()
    }

    fn at(&self, row: isize) -> Option<u16> {
        u16::try_from(row - self.top).ok().filter(|row| *row < self.rows())
    }

    pub(crate) fn shows(&self, row: isize) -> bool {
        self.at(row).is_some()
    }

    pub(crate) fn cell(&self, spot: Spot) -> Option<&Cell> {
        self.parser.screen().cell(self.at(spot.row)?, u16::try_from(spot.column).ok()?)
    }

    /// Whether a row goes on in the next one: the terminal wrapped it, or there was no room in its last
    /// column for a wide character.
    pub(crate) fn flows_on(&self, row: isize) -> bool {
        let Some(at) = self.at(row) else { return false };
        self.parser.screen().row_wrapped(at) || self.wide_moved_on(row)
    }

    fn wide_moved_on(&self, row: isize) -> bool {
        let last = self.columns() - 1;
        let has = |row, column| self.cell(Spot { row, column }).is_some_and(Cell::has_contents);
        let tail = self.cell(Spot { row, column: last - 1 }).is_some_and(Cell::is_wide_continuation);
        let next_is_wide = self.cell(Spot { row: row + 1, column: 0 }).is_some_and(Cell::is_wide);
        !has(row, last) && (has(row, last - 1) || tail) && next_is_wide
    }

    /// The first of the rows that flow into the cursor's.
    pub(crate) fn first_row_at_cursor(&self) -> isize {
        let cursor = self.cursor().row;
        let above = (self.top..cursor).rev().take_while(|&row| self.flows_on(row)).last();
        above.unwrap_or(cursor)
    }

    /// What stands left of the cursor, in its row and those that flow into it.
    pub(crate) fn left_of_cursor(&self) -> String {
        let cursor = self.cursor();
        let above = (self.first_row_at_cursor()..cursor.row).map(|row| {
            let text = self.text(row, 0..self.columns());
            // A wide character that found no room leaves the last column empty.
            if self.wide_moved_on(row) { text.trim_end_matches(' ').to_owned() } else { text }
        });
        above.collect::<String>() + &self.text(cursor.row, 0..cursor.column)
    }

    /// What a row shows from one column up to another; cells that nothing was written to are blanks.
    pub(crate) fn text(&self, row: isize, columns: std::ops::Range<usize>) -> String {
        let cells = columns.filter_map(|column| self.cell(Spot { row, column }));
        cells.map(shown).collect()
    }
}

/// What a cell shows; the second half of a wide character shows nothing of its own.
pub(crate) fn shown(cell: &Cell) -> &str {
    match cell {
        cell if cell.is_wide_continuation() => "",
        cell if cell.has_contents() => cell.contents(),
        _ => " ",
    }
}

/// The style in which shells show what they suggest: dim, or grey.
pub(crate) fn is_faint(cell: &Cell) -> bool {
    let grey = match cell.fgcolor() {
        Color::Idx(8 | 59 | 102 | 145 | 238..=248) => true,
        Color::Rgb(r, g, b) => r.abs_diff(g) < 12 && g.abs_diff(b) < 12 && (70..=170).contains(&r),
        _ => false,
    };
    cell.has_contents() && !cell.bold() && (cell.dim() || grey)
}
