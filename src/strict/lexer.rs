//! The strict grammar's words and operators. An allow-list: what has no place here is refused with its own.

use super::refused::{RefusalReason, Refused};
use super::word::{Part, Word};
use crate::terminal::editor::is_typeable;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word),
    /// `|`
    Pipe,
    /// `;`
    Always,
    /// `&&`
    And,
    /// `||`
    Or,
}

/// The tokens of a line, each with the place where it begins.
pub(super) fn tokens(line: &str) -> Result<Vec<(usize, Token)>, Refused> {
    let mut lexer = Lexer { rest: line, at: 1 };
    let mut tokens = Vec::new();
    loop {
        while lexer.take(' ') || lexer.take('\t') {}
        let at = lexer.at;
        match lexer.peek() {
            None => return Ok(tokens),
            Some('|' | ';' | '&') => tokens.push((at, lexer.operator()?)),
            Some(_) => tokens.push((at, Token::Word(lexer.word()?))),
        }
    }
}

struct Lexer<'l> {
    rest: &'l str,
    /// Of the first character of `rest`, counted from 1.
    at: usize,
}

impl Lexer<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        self.at += 1;
        Some(c)
    }

    fn take(&mut self, c: char) -> bool {
        let there = self.rest.starts_with(c);
        if there {
            self.next();
        }
        there
    }

    fn operator(&mut self) -> Result<Token, Refused> {
        let at = self.at;
        match self.next() {
            Some(';') => Ok(Token::Always),
            Some('|') => Ok(if self.take('|') { Token::Or } else { Token::Pipe }),
            _ if self.take('&') => Ok(Token::And),
            _ => Err(Refused::character(RefusalReason::Background, at, '&')),
        }
    }

    fn word(&mut self) -> Result<Word, Refused> {
        let mut word = Word::default();
        let start = self.at;
        while let Some(c) = self.peek() {
            let at = self.at;
            match c {
                ' ' | '\t' | '|' | ';' | '&' => break,
                '\'' => self.single(&mut word)?,
                '"' => self.double(&mut word)?,
                '\\' => self.escaped(&mut word)?,
                '*' | '?' | '[' => self.wildcard(&mut word)?,
                _ => {
                    bare(c, at, at == start)?;
                    self.next();
                    word.push(c);
                }
            }
        }
        Ok(word)
    }

    /// One character that stands for itself, if it may stand in a line at all.
    fn quoted(&mut self, opened: usize) -> Result<char, Refused> {
        let at = self.at;
        let c = self.next().ok_or_else(|| Refused::new(RefusalReason::Unclosed, opened, ""))?;
        if is_typeable(c) { Ok(c) } else { Err(Refused::character(RefusalReason::Character, at, c)) }
    }

    fn escaped(&mut self, word: &mut Word) -> Result<(), Refused> {
        let opened = self.at;
        self.next();
        word.push(self.quoted(opened)?);
        Ok(())
    }

    fn single(&mut self, word: &mut Word) -> Result<(), Refused> {
        let opened = self.at;
        self.next();
        while !self.take('\'') {
            word.push(self.quoted(opened)?);
        }
        Ok(())
    }

    fn double(&mut self, word: &mut Word) -> Result<(), Refused> {
        let opened = self.at;
        self.next();
        while !self.take('"') {
            let at = self.at;
            match self.quoted(opened)? {
                c @ ('$' | '`') => return Err(Refused::character(RefusalReason::Expansion, at, c)),
                '\\' => match self.quoted(opened)? {
                    c @ ('"' | '\\' | '$' | '`') => word.push(c),
                    c => {
                        word.push('\\');
                        word.push(c);
                    }
                },
                c => word.push(c),
            }
        }
        Ok(())
    }

    fn wildcard(&mut self, word: &mut Word) -> Result<(), Refused> {
        let opened = self.at;
        match self.next() {
            Some('*') => word.wild(Part::Any),
            Some('?') => word.wild(Part::One),
            _ => word.wild(Part::Set(self.set(opened)?)),
        }
        Ok(())
    }

    /// Behind `[`: only what no shell could read as anything else.
    fn set(&mut self, opened: usize) -> Result<String, Refused> {
        let mut members = String::new();
        if self.take('!') {
            members.push('!');
        }
        let marks = members.len();
        while !self.take(']') {
            match self.next() {
                Some(c) if c.is_ascii_alphanumeric() || "_-.,:+@%".contains(c) => members.push(c),
                _ => return Err(Refused::character(RefusalReason::Set, opened, '[')),
            }
        }
        if members.len() == marks {
            return Err(Refused::character(RefusalReason::Set, opened, '['));
        }
        Ok(members)
    }
}

/// Whether a character may stand in a word without quotes.
fn bare(c: char, at: usize, first: bool) -> Result<(), Refused> {
    let reason = match c {
        '$' | '`' | '{' | '}' => RefusalReason::Expansion,
        '~' if first => RefusalReason::Expansion,
        '<' | '>' => RefusalReason::Redirection,
        '(' | ')' => RefusalReason::Group,
        '!' | '#' if first => RefusalReason::Mark,
        _ if !is_typeable(c) => RefusalReason::Character,
        _ => return Ok(()),
    };
    Err(Refused::character(reason, at, c))
}
