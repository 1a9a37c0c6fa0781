//! A place in a text that is being read, and how to go on from there.

use std::ops::Range;

use super::broken::Broken;
use super::found::Found;

/// A body that comes after the end of the line.
#[derive(Debug, Clone)]
pub(super) struct Awaited {
    pub(super) delimiter: String,
    /// Tabs in front of its lines are no part of it.
    pub(super) strip: bool,
    /// The delimiter was quoted: nothing in the body is expanded.
    pub(super) quoted: bool,
    /// The commands that read it.
    pub(super) commands: Range<usize>,
}

impl Awaited {
    pub(super) fn read_by(self, commands: Range<usize>) -> Self {
        Self { commands, ..self }
    }
}

/// A place in a text that is being read.
pub(super) struct Reader<'t, 'f> {
    pub(super) text: &'t str,
    pub(super) at: usize,
    /// Where the text stands in the line, if it does to the letter.
    pub(super) origin: Option<usize>,
    /// Here-documents whose bodies come after the line's end.
    pub(super) pending: Vec<Awaited>,
    /// Where the last of them ended.
    pub(super) body_end: usize,
    pub(super) found: &'f mut Found,
}

impl<'t, 'f> Reader<'t, 'f> {
    pub(super) fn new(text: &'t str, found: &'f mut Found) -> Self {
        Self { text, at: 0, origin: None, pending: Vec::new(), body_end: 0, found }
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn starts(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    /// The next character, taken.
    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Takes a text where it stands here.
    pub(super) fn take(&mut self, text: &str) -> bool {
        let taken = self.starts(text);
        if taken {
            self.at += text.len();
        }
        taken
    }

    /// Takes this sign, and says how deep in parentheses it leads.
    pub(super) fn between_parentheses(&mut self, sign: char, depth: usize) -> usize {
        self.at += sign.len_utf8();
        match sign {
            '(' => depth + 1,
            ')' => depth.saturating_sub(1),
            _ => depth,
        }
    }

    /// What was read since.
    pub(super) fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// Where in the line it was read, if it stands there to the letter.
    pub(super) fn place(&self, start: usize) -> Option<Range<usize>> {
        self.origin.map(|origin| origin + start..origin + self.at)
    }

    /// Whether a comment begins where a word could. Code for another shell is not what a person types.
    pub(super) fn at_comment(&mut self) -> bool {
        let comment = self.starts("#") && (self.found.comments || self.found.codes > 0);
        self.found.commented |= comment && self.found.codes == 0;
        comment
    }

    /// Blanks, and lines that go on.
    pub(super) fn skip_blanks(&mut self) {
        while self.take(" ") || self.take("\t") || self.take("\\\n") {}
    }

    /// Blanks, line ends and comments.
    pub(super) fn skip_lines(&mut self) -> Result<(), Broken> {
        loop {
            self.skip_blanks();
            if self.at_comment() {
                let comment = self.rest();
                self.at += comment.find('\n').unwrap_or(comment.len());
            }
            if !self.take("\n") {
                return Ok(());
            }
            self.bodies()?;
        }
    }
}
