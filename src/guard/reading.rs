//! The line as the screen shows it: rows joined where the terminal wrapped them, without what was not typed.

use super::prompt::{Found, Prompt};
use crate::terminal::screen::{Screen, Spot, is_faint, shown};

/// What stands from the prompt on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reading {
    /// All of the line, without a suggestion.
    pub text: String,
    /// What stands left of the cursor.
    pub before: String,
    /// The same with what was taken for the right prompt and may be typed: its text is whoever's.
    pub with_right: Option<String>,
    /// A faint end, right of the cursor, was taken for a suggestion.
    pub suggested: bool,
    /// A row ends with a blank that may be the line editor's, for a wide character that had no room.
    pub padded: bool,
    /// Rows below the line; a list, or more of the line.
    pub below: String,
}

/// One cell's text.
struct Piece {
    text: String,
    at: Spot,
    faint: bool,
}

/// Reads the line that begins at `found`.
pub(super) fn read(screen: &Screen, prompt: &Prompt, found: Found) -> Reading {
    let (mut pieces, next) = pieces(screen, found.start);
    let with_right = drop_right_prompt(&mut pieces, screen, prompt, found.start.row);
    let cursor = screen.cursor();
    let before: String = pieces.iter().filter(|piece| piece.at < cursor).map(|piece| &*piece.text).collect();
    let typed =
        pieces.iter().rposition(|piece| piece.at < cursor || (!piece.faint && !piece.text.trim().is_empty()));
    let rest = pieces.split_off(typed.map_or(0, |last| last + 1));
    let suggested = rest.iter().any(|piece| piece.faint);
    let below =
        (next..=screen.bottom()).map(|row| screen.text(row, 0..screen.columns()).trim_end().to_owned());
    let below = below.collect::<Vec<_>>().join("\n");
    Reading {
        text: text(&pieces),
        before,
        with_right,
        suggested,
        padded: (found.start.row..next).any(|row| may_be_padded(screen, row)),
        below: below.trim_end().to_owned(),
    }
}

/// All of the row that the cursor stands in, and of those that flow into it and on from it.
pub(super) fn row_at_cursor(screen: &Screen) -> String {
    let start = Spot { row: screen.first_row_at_cursor(), column: 0 };
    pieces(screen, start).0.iter().map(|piece| &*piece.text).collect()
}

/// The cells from `start` to the end of the row that the cursor's row flows into, and the row after it. A row
/// above the cursor that does not flow on ends with a line end of its own.
fn pieces(screen: &Screen, start: Spot) -> (Vec<Piece>, isize) {
    let (mut pieces, mut at) = (Vec::new(), start);
    loop {
        let flows_on = screen.flows_on(at.row);
        let width = screen.columns() - usize::from(flows_on && blank(screen, at.row, screen.columns() - 1));
        for column in at.column..width {
            let spot = Spot { column, ..at };
            if let Some(cell) = screen.cell(spot) {
                pieces.push(Piece { text: shown(cell).to_owned(), at: spot, faint: is_faint(cell) });
            }
        }
        let next = at.row + 1;
        if !screen.shows(next) || (!flows_on && at.row >= screen.cursor().row) {
            return (pieces, next);
        }
        if !flows_on {
            trim_blanks(&mut pieces);
            pieces.push(Piece {
                text: "\n".into(),
                at: Spot { column: screen.columns(), ..at },
                faint: false,
            });
        }
        at = Spot { row: next, column: 0 };
    }
}

fn blank(screen: &Screen, row: isize, column: usize) -> bool {
    screen.cell(Spot { row, column }).is_some_and(|cell| !cell.has_contents() && !cell.is_wide_continuation())
}

/// readline fills a row with blanks of its own where a wide character does not fit into its end.
fn may_be_padded(screen: &Screen, row: isize) -> bool {
    let last = screen.cell(Spot { row, column: screen.columns() - 1 });
    let first = screen.cell(Spot { row: row + 1, column: 0 });
    last.is_some_and(|cell| cell.contents() == " ") && first.is_some_and(|cell| cell.is_wide())
}

fn text(pieces: &[Piece]) -> String {
    let text: String = pieces.iter().map(|piece| &*piece.text).collect();
    text.trim_end_matches([' ', '\n']).to_owned()
}

fn trim_blanks(pieces: &mut Vec<Piece>) {
    while pieces.pop_if(|piece| piece.text == " ").is_some() {}
}

/// Takes the right prompt out of the first row, if it still stands there; the text as it was.
fn drop_right_prompt(
    pieces: &mut Vec<Piece>,
    screen: &Screen,
    prompt: &Prompt,
    row: isize,
) -> Option<String> {
    let (column, right) = prompt.right()?;
    if screen.text(row, column..screen.columns()).trim_end() != right {
        return None;
    }
    let whole = text(pieces);
    pieces.retain(|piece| piece.at.row != row || piece.at.column < column || piece.text == "\n");
    Some(whole)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// Shows a prompt, takes it, shows the rest, and reads.
    fn reading(columns: u32, prompt: &str, rest: &str) -> Reading {
        let mut screen = Screen::new(columns, 6);
        screen.feed(prompt.as_bytes()).unwrap();
        let prompt = Prompt::at_cursor(&screen);
        screen.feed(rest.as_bytes()).unwrap();
        let found = prompt.find(&screen).unwrap();
        read(&screen, &prompt, found)
    }

    #[test]
    fn the_line_is_what_stands_right_of_the_prompt() {
        let read = reading(40, "\x1b[32mroot@db\x1b[0m:~# ", "rm -rf /x\x1b[4D");
        assert_eq!((&*read.text, &*read.before), ("rm -rf /x", "rm -r"));
    }

    #[test]
    fn wrapped_rows_are_one_line_and_wide_characters_are_whole() {
        let read = reading(10, "$ ", "echo 123456789");
        assert_eq!(read.text, "echo 123456789");
        let read = reading(10, "$ ", "echo ab居庸关x");
        assert_eq!(read.text, "echo ab居庸关x");
        let read = reading(10, "$ ", "echo abc居庸关x");
        assert_eq!(read.text, "echo abc居庸关x");
    }

    #[test]
    fn a_blank_before_a_wide_character_in_the_next_row_may_be_nobodys() {
        assert!(reading(10, "$ ", "echo ab 居x").padded);
        assert!(!reading(10, "$ ", "echo abc居x").padded, "the terminal's own is known");
        assert!(!reading(10, "$ ", "echo a 居x").padded);
    }

    #[test]
    fn a_suggestion_is_not_typed() {
        let read = reading(40, "$ ", "ls\x1b[90m -l /tmp\x1b[0m\x1b[8D");
        assert_eq!((&*read.text, read.suggested), ("ls", true));
        let read = reading(40, "$ ", "ls\x1b[38;5;240m -l /tmp\x1b[0m\x1b[8D");
        assert_eq!((&*read.text, read.suggested), ("ls", true));
        let bright = reading(40, "$ ", "ls -l /tmp\x1b[8D");
        assert_eq!((&*bright.text, bright.suggested), ("ls -l /tmp", false));
    }

    #[test]
    fn a_right_prompt_is_not_typed() {
        let read = reading(30, "$ \x1b7\x1b[23G[12:30]\x1b8", "ls -l");
        assert_eq!((&*read.text, &*read.with_right.unwrap()), ("ls -l", "ls -l               [12:30]"));
        let over = reading(30, "$ \x1b7\x1b[23G[12:30]\x1b8", "echo 12345678901234567890\x1b[K");
        assert_eq!((&*over.text, over.with_right), ("echo 12345678901234567890", None));
    }

    #[test]
    fn rows_of_one_line_are_kept_apart_and_a_list_below_is_not_the_line() {
        let read = reading(30, "> ", "for x in 1 2\r\n  echo $x\r\nend");
        assert_eq!(read.text, "for x in 1 2\n  echo $x\nend");
        let read = reading(30, "> ", "ls /u\r\nu01  usr\x1b[A\x1b[8G");
        assert_eq!((&*read.text, &*read.below), ("ls /u", "u01  usr"));
    }
}
