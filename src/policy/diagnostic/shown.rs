//! A file's text on somebody's terminal: nothing in it may move the cursor, and a long line is cut.

use std::ops::Range;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of a line that are shown at most, and how many of them before the mark.
const COLUMNS: usize = 120;
const BEFORE: usize = 60;

/// A tab is one column wide, so that the carets meet their mark. What would steer the terminal, or hide
/// there, is shown as U+FFFD.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' => ' ',
            c if c.width().is_none() || is_invisible(c) => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// Characters without a shape of their own: joiners, directions of writing, marks of byte order.
pub(in crate::policy) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A line as it is shown, with the columns of the terminal that are marked.
pub(super) struct Excerpt {
    pub(super) text: String,
    /// Columns before the carets.
    pub(super) blank: usize,
    pub(super) carets: usize,
}

impl Excerpt {
    /// Of a printable line; the marked columns are counted in characters, from 1.
    pub(super) fn of(line: &str, marked: Range<usize>) -> Self {
        let mut chars = line.chars();
        let before: String = chars.by_ref().take(marked.start.saturating_sub(1)).collect();
        let mark: String = chars.by_ref().take(marked.len()).collect();
        let after = chars.as_str();
        let long = line.width() > COLUMNS;
        let before = if long { tail(&before, BEFORE) } else { before };
        let mark = if long { head(&mark, BEFORE) } else { mark };
        let rest = COLUMNS.saturating_sub(before.width() + mark.width());
        let after = match (long, mark.ends_with('…')) {
            (true, true) => String::new(),
            (true, false) => head(after, rest),
            (false, _) => after.to_owned(),
        };
        Self { blank: before.width(), carets: mark.width().max(1), text: before + &mark + &after }
    }
}

/// As much of the beginning as there is room for.
fn head(text: &str, room: usize) -> String {
    if text.width() <= room { text.to_owned() } else { fitting(text.chars(), room) + "…" }
}

/// As much of the end as there is room for.
fn tail(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let backwards = fitting(text.chars().rev(), room);
    std::iter::once('…').chain(backwards.chars().rev()).collect()
}

fn fitting(chars: impl Iterator<Item = char>, room: usize) -> String {
    let mut width = 0;
    chars
        .take_while(|c| {
            width += c.width().unwrap_or(1);
            width < room
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        assert_eq!(
            printable("a\tb\u{1b}[31m\u{202e}\u{feff}\r王"),
            "a b\u{fffd}[31m\u{fffd}\u{fffd}\u{fffd}王"
        );
    }

    #[test]
    fn a_long_line_is_cut_around_its_mark() {
        let line = format!("{}王芳{}", "a".repeat(300), "b".repeat(300));
        let shown = Excerpt::of(&line, 301..303);
        assert!(shown.text.width() <= COLUMNS && shown.text.starts_with('…') && shown.text.ends_with('…'));
        let marked: String = shown.text.chars().skip(shown.blank).take(2).collect();
        assert_eq!((marked.as_str(), shown.carets), ("王芳", 4));
        let long = Excerpt::of(&line, 1..603);
        assert!(long.text.width() <= COLUMNS && long.blank == 0 && long.carets <= BEFORE);
        let short = Excerpt::of("x = 1", 5..6);
        assert_eq!((short.text.as_str(), short.blank, short.carets), ("x = 1", 4, 1));
    }
}
