//! Where the line that is being typed begins, and how to find that place again after a redraw.

use crate::terminal::screen::{Screen, Spot};

/// What stood around the cursor when the line began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prompt {
    at: Spot,
    /// Left of it in its row: the last row of the prompt.
    text: String,
    /// That row is the rest of a longer one.
    carried_over: bool,
    /// Right of it in its row, without blanks, and the column where that begins: a right prompt.
    right: Option<(usize, String)>,
}

/// Where the line begins now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub start: Spot,
    /// The prompt was drawn again elsewhere.
    pub moved: bool,
}

impl Prompt {
    /// The cursor stands where a line will begin.
    pub(super) fn at_cursor(screen: &Screen) -> Self {
        Self::at(screen, screen.cursor())
    }

    /// The line has begun, and so many columns of it stand left of the cursor.
    pub(super) fn before_cursor(screen: &Screen, columns: usize) -> Self {
        let (cursor, width) = (screen.cursor(), screen.columns());
        let missing = columns.saturating_sub(cursor.column);
        let rows = missing.div_ceil(width);
        let column = if rows == 0 { cursor.column - columns } else { rows * width - missing };
        Self::at(screen, Spot { row: cursor.row - rows.cast_signed(), column })
    }

    fn at(screen: &Screen, at: Spot) -> Self {
        let rest = screen.text(at.row, at.column..screen.columns());
        let right = rest.find(|c: char| c != ' ').map(|_| {
            let blanks = (at.column..screen.columns())
                .take_while(|&column| screen.text(at.row, column..column + 1).trim().is_empty());
            (at.column + blanks.count(), rest.trim().to_owned())
        });
        Self { at, text: screen.text(at.row, 0..at.column), carried_over: screen.flows_on(at.row - 1), right }
    }

    /// A shell that was interrupted may draw its right prompt with the first key only: it is the last one's.
    pub(super) fn or_right_of(self, last: Option<&Self>) -> Self {
        Self { right: self.right.or_else(|| last?.right.clone()), ..self }
    }

    /// The prompt of before stands here, and behind it a line that nobody typed: it begins there.
    pub(super) fn of_prepared_line(screen: &Screen, last: &Self) -> Option<Self> {
        let row = screen.first_row_at_cursor();
        let shown = if row == screen.cursor().row { screen.cursor().column } else { screen.columns() };
        let behind = screen.text(row, last.at.column..shown.max(last.at.column));
        let stands = !last.is_blank() && last.begins(screen, row) && !behind.trim().is_empty();
        stands.then(|| Self { at: Spot { row, column: last.at.column }, ..last.clone() })
    }

    /// Its last row.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn row(&self) -> isize {
        self.at.row
    }

    /// Nothing stands left of the line: no shell asked for it.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// It stands left of the cursor again, but for its numbers (a time, a count), and behind it at most what was
    /// typed last. What a program left in that row stands before it.
    pub(super) fn asks_again(&self, screen: &Screen, typed: &str) -> bool {
        let shown = screen.left_of_cursor();
        let ends = shown.char_indices().map(|(at, _)| at).chain([shown.len()]);
        let mut splits = ends.filter_map(|at| shown.split_at_checked(at));
        !self.is_blank()
            && splits.any(|(prompt, rest)| typed.ends_with(rest) && ends_alike(prompt, &self.text))
    }

    /// It is no more than a sign.
    pub(super) fn is_short(&self) -> bool {
        self.text.trim().chars().count() < 3
    }

    /// It was shown last, and no sequence behind it.
    pub(super) fn was_last(&self, screen: &Screen) -> bool {
        screen.last() == self.text.bytes().last()
    }

    /// It ends as shells' prompts do.
    pub(super) fn is_shells(&self) -> bool {
        ["$ ", "# ", "% "].iter().any(|end| self.text.ends_with(end))
    }

    /// The same, perhaps behind what a program left in its row.
    pub(super) fn ends_like(&self, other: &Self) -> bool {
        ends_alike(&self.text, &other.text)
    }

    pub(super) fn is_same_text(&self, other: &Self) -> bool {
        self.text == other.text
    }

    /// The column and the text of what stood right of the cursor.
    pub(super) fn right(&self) -> Option<(usize, &str)> {
        self.right.as_ref().map(|(column, text)| (*column, text.as_str()))
    }

    /// It stands where it stood.
    pub(super) fn stands(&self, screen: &Screen) -> bool {
        screen.shows(self.at.row) && self.begins(screen, self.at.row)
    }

    /// The lowest row from the cursor upwards that begins as the prompt did: a completion that lists, a
    /// cleared screen and a resize all draw the prompt anew.
    pub(super) fn find(&self, screen: &Screen) -> Option<Found> {
        let at = |row| Spot { row, column: self.at.column };
        let own = self.stands(screen);
        if self.is_blank() {
            return own.then_some(Found { start: self.at, moved: false });
        }
        let lowest =
            (screen.top()..=screen.cursor().row).rev().find(|&row| self.begins(screen, row)).map(at)?;
        Some(Found { start: lowest, moved: !own || lowest != self.at })
    }

    fn begins(&self, screen: &Screen, row: isize) -> bool {
        row <= screen.cursor().row
            && screen.text(row, 0..self.at.column) == self.text
            && screen.flows_on(row - 1) == self.carried_over
    }
}

/// Whether a text ends with another, but for the digits of numbers.
fn ends_alike(text: &str, end: &str) -> bool {
    let shape = |text: &str| {
        let mut shape: Vec<char> = text.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        shape.dedup_by(|one, other| *one == '0' && *other == '0');
        shape
    };
    text.ends_with(end) || shape(text).ends_with(&shape(end))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn screen(output: &str) -> Screen {
        let mut screen = Screen::new(20, 5);
        screen.feed(output.as_bytes()).unwrap();
        screen
    }

    #[test]
    fn a_prompt_keeps_its_place_when_the_screen_scrolls() {
        let mut screen = screen("one\r\ntwo\r\nthree\r\nfour\r\n$ ");
        let prompt = Prompt::at_cursor(&screen);
        screen.feed(b"a line that is longer than its row").unwrap();
        let found = prompt.find(&screen).unwrap();
        assert_eq!((found.start, found.moved), (prompt.at, false));
        assert_eq!(screen.text(found.start.row, 0..20), "$ a line that is lon");
    }

    #[test]
    fn a_prompt_that_was_drawn_again_is_found() {
        let mut screen = screen("$ ");
        let prompt = Prompt::at_cursor(&screen);
        screen.feed(b"ls /u\r\nusr  u01\r\n$ ls /u").unwrap();
        let found = prompt.find(&screen).unwrap();
        assert_eq!((found.start, found.moved), (Spot { row: 2, column: 2 }, true));
        screen.feed(b"\x1b[H\x1b[2J$ ls /u").unwrap();
        assert_eq!(prompt.find(&screen).unwrap().start.row, 0);
    }

    #[test]
    fn a_prompt_that_comes_back_is_known_by_more_than_its_numbers() {
        let known = |shown: &str, typed: &str| {
            Prompt::at_cursor(&screen("[12:30] 7 $ ")).asks_again(&screen(shown), typed)
        };
        assert!(known("[12:31] 10 $ ", "") && known("x\r\n[12:31] 8 $ ls", "dls"));
        assert!(!known("[12:31] $ ", "") && !known("[12:31] 8 $ ls", "") && !known("[1231] 8 $ ", ""));
    }

    #[test]
    fn a_right_prompt_is_remembered() {
        let screen = screen("$ \x1b7\x1b[12G[12:30]\x1b8");
        assert_eq!(Prompt::at_cursor(&screen).right(), Some((11, "[12:30]")));
    }

    #[test]
    fn without_a_prompt_nothing_can_be_found_again() {
        let mut screen = screen("x\r\n");
        let prompt = Prompt::at_cursor(&screen);
        assert!(prompt.find(&screen).is_some());
        for _ in 0..6 {
            screen.feed(b"\r\n").unwrap();
        }
        assert_eq!(prompt.find(&screen), None);
    }
}
