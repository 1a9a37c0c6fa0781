//! A file's text on somebody's terminal: nothing in it may move the cursor, and a long line is cut.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns of a line that are shown at most, and how many of them before the mark.
const COLUMNS: usize = 120;
const BEFORE: usize = 60;

/// A tab is one column wide, so that the carets meet their mark. What would steer the terminal, or hide
/// there, is shown as U+FFFD.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(printable_char).collect()
}

fn printable_char(c: char) -> char {
    match c {
        '\t' => ' ',
        c if c.width().is_none() || is_invisible(c) => '\u{fffd}',
        c => c,
    }
}

/// Characters without a shape of their own: joiners, directions of writing, marks of byte order.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// A line as it is shown, with the columns of the terminal that are marked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Excerpt {
    pub(super) text: String,
    /// Columns before the carets.
    pub(super) blank: usize,
    pub(super) carets: usize,
}

impl Excerpt {
    /// Of what stands before the mark, in it and after it. However long they are, little of them is read.
    pub(super) fn of(before: &str, mark: &str, after: &str) -> Self {
        let length = before.len() + mark.len() + after.len();
        // No character is wider than its bytes are many.
        let short = length <= COLUMNS
            || length <= 4 * COLUMNS && [before, mark, after].map(width).iter().sum::<usize>() <= COLUMNS;
        let room = |room| if short { usize::MAX } else { room };
        let (before, mark) = (tail(before, room(BEFORE)), head(mark, room(BEFORE)));
        let rest = COLUMNS.saturating_sub(before.width() + mark.width());
        let cut = !short && mark.ends_with('…');
        let after = if cut { String::new() } else { head(after, room(rest)) };
        Self { blank: before.width(), carets: mark.width().max(1), text: before + &mark + &after }
    }
}

fn width(text: &str) -> usize {
    printable(text).width()
}

/// As much of the beginning as there is room for.
fn head(text: &str, room: usize) -> String {
    fitting(text.chars(), room)
}

/// As much of the end as there is room for.
fn tail(text: &str, room: usize) -> String {
    fitting(text.chars().rev(), room).chars().rev().collect()
}

/// Where something is left out, a mark of it takes one column of the room.
fn fitting(chars: impl Iterator<Item = char>, room: usize) -> String {
    let (mut kept, mut width) = (String::new(), 0);
    for c in chars.map(printable_char) {
        width += c.width().unwrap_or(1);
        if width > room {
            while kept.width() >= room && kept.pop().is_some() {}
            return kept + "…";
        }
        kept.push(c);
    }
    kept
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
        let (a, b) = ("a".repeat(300), "b".repeat(300));
        let shown = Excerpt::of(&a, "王芳", &b);
        assert!(shown.text.width() <= COLUMNS && shown.text.starts_with('…') && shown.text.ends_with('…'));
        let marked: String = shown.text.chars().skip(shown.blank).take(2).collect();
        assert_eq!((marked.as_str(), shown.carets), ("王芳", 4));
        let long = Excerpt::of("", &a, &b);
        assert!(long.text.width() <= COLUMNS && long.blank == 0 && long.carets <= BEFORE);
        assert!(Excerpt::of(&"王".repeat(100), "x", "").text.width() <= COLUMNS);
        let short = Excerpt::of("x = ", "1", "");
        assert_eq!((short.text.as_str(), short.blank, short.carets), ("x = 1", 4, 1));
    }
}
