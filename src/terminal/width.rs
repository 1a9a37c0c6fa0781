//! How much room a text takes on a terminal: a Chinese character takes two columns.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many rows above the one it ends in a text takes; a wide character goes to the next row where one column is left. A
/// terminal of no known width does not wrap.
pub fn rows_above(text: &str, columns: u32) -> usize {
    let columns = usize::try_from(columns).unwrap_or(usize::MAX);
    if columns == 0 {
        return 0;
    }
    let place = |(row, column): (usize, usize), c: char| match c.width().unwrap_or(0) {
        width if column + width > columns => (row + 1, width),
        width => (row, column + width),
    };
    text.chars().fold((0, 0), place).0
}

/// `text`, filled with blanks to `width` columns.
pub fn column(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(blanks))
}

#[cfg(test)]
mod tests {
    use super::rows_above;

    /// A Chinese officer: the prompt's old copies stayed on the screen, or scrolled it.
    #[test]
    fn rows_that_wrapped_are_counted() {
        for (text, columns, rows) in [
            ("", 80, 0),
            ("abcd", 4, 0),
            ("abcde", 4, 1),
            ("数据", 4, 0),
            ("a数据", 4, 1),
            ("数据库", 5, 1),
            ("数据库", 3, 2),
            ("abc", 0, 0),
        ] {
            assert_eq!(rows_above(text, columns), rows, "{text} in {columns}");
        }
    }
}
