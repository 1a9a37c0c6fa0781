//! Draws the prompt and the line, over as many rows as they take, and knows in which row it left the cursor.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

#[derive(Debug, Default)]
pub(super) struct Screen {
    /// None until the first line begins.
    columns: usize,
    /// Where the cursor is, counted from the beginning of the prompt.
    at: Place,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Place {
    row: usize,
    column: usize,
}

impl Screen {
    pub(super) fn new(columns: usize) -> Self {
        Self { columns: columns.max(4), at: Place::default() }
    }

    /// Where printing `text` from `from` leads. At the right edge a terminal waits in the last column; the
    /// next character goes to the next row, and so does a wide one that has only half its room.
    fn after(&self, from: Place, text: &str) -> Place {
        text.graphemes(true).fold(from, |Place { row, column }, grapheme| {
            let width = grapheme.width().min(self.columns);
            if column + width > self.columns {
                Place { row: row + 1, column: width }
            } else {
                Place { row, column: column + width }
            }
        })
    }

    /// A cursor has no place behind the last column: it is at the beginning of the next row.
    fn settled(&self, place: Place) -> Place {
        if place.column < self.columns { place } else { Place { row: place.row + 1, column: 0 } }
    }

    /// Begins in a row of its own, wherever that is.
    pub(super) fn begin(&mut self) {
        self.at = Place::default();
    }

    /// The whole line anew, the cursor between `left` and `right`.
    pub(super) fn draw(&mut self, left: &str, right: &str, out: &mut String) {
        self.go(Place::default(), out);
        out.push_str("\x1b[J");
        out.push_str(left);
        out.push_str(right);
        let cursor = self.settled(self.after(Place::default(), left));
        let end = self.after(Place::default(), &format!("{left}{right}"));
        if end.column == self.columns {
            out.push_str(" \r"); // makes the terminal go to the next row
        }
        self.at = self.settled(end);
        self.go(cursor, out);
    }

    /// Text at the very end of the line, where nothing else changes. False where that is not so simple.
    pub(super) fn append(&mut self, text: &str, out: &mut String) -> bool {
        let after = self.after(self.at, text);
        let simple = after.row == self.at.row && after.column < self.columns && text.width() > 0;
        if simple {
            out.push_str(text);
            self.at = after;
        }
        simple
    }

    fn go(&mut self, to: Place, out: &mut String) {
        if self.at.row > to.row {
            out.push_str(&format!("\x1b[{}A", self.at.row - to.row));
        }
        out.push('\r');
        if to.column > 0 {
            out.push_str(&format!("\x1b[{}C", to.column));
        }
        self.at = to;
    }

    /// The window changed; a terminal has wrapped what it showed anew, with the cursor where it was in the text.
    pub(super) fn resize(&mut self, columns: usize, left: &str) {
        self.columns = columns.max(4);
        self.at = self.settled(self.after(Place::default(), left));
    }
}
