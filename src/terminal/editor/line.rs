//! The line under the cursor. The cursor stands between two characters as people see them (grapheme clusters).

use unicode_segmentation::UnicodeSegmentation as _;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    left: String,
    right: String,
}

/// How far a movement or a deletion goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Span {
    Character,
    /// Letters and digits.
    Word,
    /// What is no blank.
    Blank,
    All,
}

impl Line {
    /// With the cursor at the end.
    pub(super) fn of(text: &str) -> Self {
        Self { left: text.to_owned(), right: String::new() }
    }

    pub(super) fn text(&self) -> String {
        format!("{}{}", self.left, self.right)
    }

    pub(super) fn left(&self) -> &str {
        &self.left
    }

    pub(super) fn right(&self) -> &str {
        &self.right
    }

    pub(super) fn len(&self) -> usize {
        self.left.len() + self.right.len()
    }

    pub(super) fn insert(&mut self, text: &str) {
        self.left.push_str(text);
    }

    /// Takes away what is left of the cursor, and returns it.
    pub(super) fn cut_left(&mut self, span: Span) -> String {
        let at = self.left.len() - length(self.left.graphemes(true).rev(), span);
        self.left.split_off(at)
    }

    pub(super) fn cut_right(&mut self, span: Span) -> String {
        let at = length(self.right.graphemes(true), span);
        let rest = self.right.split_off(at);
        std::mem::replace(&mut self.right, rest)
    }

    pub(super) fn go_left(&mut self, span: Span) {
        let moved = self.cut_left(span);
        self.right.insert_str(0, &moved);
    }

    pub(super) fn go_right(&mut self, span: Span) {
        let moved = self.cut_right(span);
        self.left.push_str(&moved);
    }
}

/// Bytes from the cursor to where the span ends: over what separates words, and then over the word.
fn length<'t>(graphemes: impl Iterator<Item = &'t str>, span: Span) -> usize {
    let belongs: fn(&str) -> bool = match span {
        Span::Character => return graphemes.take(1).map(str::len).sum(),
        Span::All => return graphemes.map(str::len).sum(),
        Span::Word => |grapheme| grapheme.chars().any(char::is_alphanumeric),
        Span::Blank => |grapheme| grapheme != " ",
    };
    let mut graphemes = graphemes.peekable();
    let mut length = 0;
    while let Some(grapheme) = graphemes.next_if(|grapheme| !belongs(grapheme)) {
        length += grapheme.len();
    }
    length + graphemes.take_while(|grapheme| belongs(grapheme)).map(str::len).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_characters_are_what_people_see() {
        let mut line = Line::of("ls /var/log 家👨‍👩‍👧é");
        assert_eq!(line.cut_left(Span::Character), "é");
        assert_eq!(line.cut_left(Span::Character), "👨‍👩‍👧");
        line.go_left(Span::Word);
        line.go_left(Span::Word);
        assert_eq!((line.left(), line.right()), ("ls /var/", "log 家"));
        assert_eq!(line.cut_left(Span::Blank), "/var/");
        assert_eq!(line.cut_right(Span::Word), "log");
        line.go_right(Span::All);
        assert_eq!(line.text(), "ls  家");
        line.go_left(Span::All);
        assert_eq!(line.cut_left(Span::Character), "");
        assert_eq!(line.cut_right(Span::All), "ls  家");
    }
}
