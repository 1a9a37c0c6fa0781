//! What a terminal showed, as plain text: one line at a time, as far as a typewriter that can go back
//! within its line understands it. Programs that paint the whole screen need a terminal to be read well.

use unicode_width::UnicodeWidthChar as _;

use crate::terminal::scan::{Scanner, Token, first_param};

/// A wide character's second cell.
const FILLER: char = '\0';

/// Columns kept of a line: a cursor sent further stays here, so that a few bytes cannot claim much memory.
const MAX_COLUMNS: usize = 4096;

/// Takes output as it comes, and gives the lines that are complete.
#[derive(Debug, Default)]
pub struct Transcript {
    scanner: Scanner,
    paper: Paper,
}

impl Transcript {
    /// Of a program that had no terminal: nothing put a carriage return before its line ends.
    pub fn without_terminal() -> Self {
        Self { paper: Paper { returns: true, ..Paper::default() }, ..Self::default() }
    }

    /// The lines that ended in these bytes, each with its `\n`.
    pub fn lines(&mut self, bytes: &[u8]) -> String {
        let paper = &mut self.paper;
        self.scanner.feed(bytes, |token, _| paper.take(token));
        std::mem::take(&mut self.paper.text)
    }

    /// The last line, where none ended it.
    pub fn finish(self) -> String {
        self.paper.finish()
    }
}

#[derive(Debug, Default)]
struct Paper {
    text: String,
    line: Vec<char>,
    column: usize,
    /// A line end begins the next line at its first column.
    returns: bool,
}

impl Paper {
    fn take(&mut self, token: Token<'_>) {
        match token {
            Token::Char(c) => self.print(c),
            Token::Control(b'\n' | 0x0b | 0x0c) => self.end_line(),
            Token::Control(b'\r') => self.column = 0,
            Token::Control(0x08) => self.column = self.column.saturating_sub(1),
            Token::Control(b'\t') => self.go_to((self.column / 8 + 1) * 8),
            Token::Csi { params, last } => self.steer(params, last),
            Token::Control(_) | Token::Escape => {}
        }
    }

    fn steer(&mut self, params: &[u8], last: u8) {
        let count = first_param(params, 1).max(1);
        match last {
            b'C' => self.go_to(self.column + count),
            b'D' => self.column = self.column.saturating_sub(count),
            b'G' => self.go_to(count - 1),
            b'K' => self.erase(first_param(params, 0)),
            b'P' => self.delete(count),
            b'@' => self.insert(count),
            _ => {}
        }
    }

    fn go_to(&mut self, column: usize) {
        self.column = column.min(MAX_COLUMNS);
    }

    fn print(&mut self, c: char) {
        let width = c.width().unwrap_or(0);
        if self.column + width > MAX_COLUMNS {
            self.flow_over();
        }
        if width == 0 {
            return self.combine(c);
        }
        let end = self.column + width;
        if self.line.len() < end {
            self.line.resize(end, ' ');
        }
        for (cell, new) in self.line.iter_mut().skip(self.column).zip([c, FILLER].into_iter().take(width)) {
            *cell = new;
        }
        self.column = end;
    }

    /// A combining mark follows the character before it; it takes no cell of its own.
    fn combine(&mut self, mark: char) {
        if self.column == self.line.len() && self.line.len() < MAX_COLUMNS {
            self.line.push(mark);
            self.column += 1;
        }
    }

    /// A line longer than we keep goes on in the next one: nothing is lost.
    fn flow_over(&mut self) {
        self.end_line();
        self.column = 0;
    }

    fn erase(&mut self, how: usize) {
        match how {
            0 => self.line.truncate(self.column),
            1 => self.line.iter_mut().take(self.column + 1).for_each(|cell| *cell = ' '),
            _ => self.line.clear(),
        }
    }

    fn delete(&mut self, count: usize) {
        let end = (self.column + count).min(self.line.len());
        if self.column < end {
            self.line.drain(self.column..end);
        }
    }

    fn insert(&mut self, count: usize) {
        if self.column < self.line.len() {
            let count = count.min(MAX_COLUMNS - self.column);
            self.line.splice(self.column..self.column, std::iter::repeat_n(' ', count));
            self.line.truncate(MAX_COLUMNS);
        }
    }

    fn end_line(&mut self) {
        let line: String = self.line.drain(..).filter(|&c| c != FILLER).collect();
        self.text.push_str(line.trim_end());
        self.text.push('\n');
        if self.returns {
            self.column = 0;
        }
    }

    fn finish(mut self) -> String {
        if !self.line.is_empty() {
            self.end_line();
        }
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(packets: &[&[u8]]) -> String {
        let mut transcript = Transcript::default();
        let lines: String = packets.iter().map(|bytes| transcript.lines(bytes)).collect();
        lines + &transcript.finish()
    }

    #[test]
    fn colours_go_and_lines_stay() {
        assert_eq!(shown(&[b"\x1b]0;t\x07\x1b[1;32m$\x1b[0m ls\r\na  b\r", b"\nend"]), "$ ls\na  b\nend\n");
    }

    #[test]
    fn without_a_terminal_a_line_end_is_all_of_it() {
        let mut transcript = Transcript::without_terminal();
        assert_eq!(transcript.lines(b"one\ntwo\nthree") + &transcript.finish(), "one\ntwo\nthree\n");
    }

    #[test]
    fn corrections_within_a_line_are_applied() {
        assert_eq!(shown(&[b"$ lss\x08\x1b[K -l\r\n"]), "$ ls -l\n");
        assert_eq!(shown(&[b"10%\r50%\r100%\r\n"]), "100%\n");
        assert_eq!(shown(&["居x\x08\x08\x08关\n".as_bytes()]), "关x\n");
        assert_eq!(shown(&[b"ac\x08\x1b[@b\x1b[2D\x1b[1PA\n"]), "Ac\n");
    }

    #[test]
    fn a_hostile_column_costs_no_memory() {
        assert!(shown(&[b"\x1b[65535Cx\x1b[65535Cy\x1b[65535@\r\n"]).len() < 3 * MAX_COLUMNS);
        assert!(shown(&[&[b'x'; 10_000]]).matches('x').count() == 10_000);
    }
}
