//! Quotes, and what begins with a dollar sign or a backquote.

use super::ansi;
use super::broken::Broken;
use super::reader::Reader;
use crate::command::opaque::Why;
use crate::command::word::{Piece, Word};
use crate::command::wrap;

impl Reader<'_, '_> {
    pub(super) fn quoted_or_expanded(&mut self, word: &mut Word) -> Result<(), Broken> {
        match self.peek() {
            Some('\\') => self.escaped(word),
            Some('\'') => {
                self.at += 1;
                let text = self.until('\'')?;
                word.push(Piece::Text(text.to_owned()));
                Ok(())
            }
            Some('"') => {
                self.at += 1;
                self.double(word)
            }
            Some('`') => self.backquoted(word, false),
            _ => self.nested(|reader| reader.dollar(word, false)),
        }
    }

    fn escaped(&mut self, word: &mut Word) -> Result<(), Broken> {
        self.at += 1;
        match self.next() {
            None => Err(Broken::syntax("it ends with a backslash")),
            Some('\n') => Ok(()),
            Some(character) => {
                word.push(Piece::Text(character.to_string()));
                Ok(())
            }
        }
    }

    /// Up to this sign, which is taken.
    fn until(&mut self, sign: char) -> Result<&str, Broken> {
        let Some((text, _)) = self.rest().split_once(sign) else {
            return Err(Broken::syntax("a quote is not closed"));
        };
        self.at += text.len() + sign.len_utf8();
        Ok(text)
    }

    /// Behind a double quote, up to the next.
    fn double(&mut self, word: &mut Word) -> Result<(), Broken> {
        word.push(Piece::Text(String::new()));
        self.expanding(word, Some('"'))
    }

    /// Text in which only `\`, `` ` `` and `$` mean something: in double quotes, or in a here-document to its end.
    pub(super) fn expanding(&mut self, word: &mut Word, end: Option<char>) -> Result<(), Broken> {
        loop {
            let rest = self.rest();
            match self.peek() {
                None if end.is_none() => return Ok(()),
                None => return Err(Broken::syntax("a quote is not closed")),
                Some('`') => self.backquoted(word, end.is_some())?,
                Some('$') => self.nested(|reader| reader.dollar(word, true))?,
                Some('\\') if rest.starts_with("\\\n") => self.at += 2,
                Some('\\') if rest.chars().nth(1).is_some_and(|next| "$`\"\\".contains(next)) => {
                    self.escaped(word)?;
                }
                character if character == end => {
                    self.at += 1;
                    return Ok(());
                }
                Some(character) => {
                    self.at += character.len_utf8();
                    word.push(Piece::Text(character.to_string()));
                }
            }
        }
    }

    fn backquoted(&mut self, word: &mut Word, quoted: bool) -> Result<(), Broken> {
        self.at += 1;
        let start = self.at;
        let mut code = String::new();
        loop {
            match self.next() {
                None => return Err(Broken::syntax("a backquote is not closed")),
                Some('`') => break,
                Some('\\') => match self.next() {
                    Some(character) if "$`\\".contains(character) => code.push(character),
                    Some(character) => code.extend(['\\', character]),
                    None => return Err(Broken::syntax("a backquote is not closed")),
                },
                Some(character) => code.push(character),
            }
        }
        if quoted && code.contains('"') {
            // Whether this ends the outer quote is not for all shells, nor for all parts of bash, the same.
            self.found.opaque(Why::Syntax("a quote stands in backquotes within quotes"));
        }
        let dir = self.found.dir.clone();
        let unchanged = self.since(start).strip_suffix('`') == Some(code.as_str());
        self.found.stands_at(self.origin.filter(|_| unchanged).map(|origin| origin + start));
        self.found.read(&code);
        self.found.dir = dir;
        word.push(expansion(quoted));
        Ok(())
    }

    /// What begins with `$`.
    fn dollar(&mut self, word: &mut Word, quoted: bool) -> Result<(), Broken> {
        let piece = if self.starts("$((") && self.is_arithmetic(1) {
            self.at += 3;
            self.arithmetic()?;
            self.at += 2;
            Piece::Unknown
        } else if self.take("$(") {
            if self.starts("(") {
                // bash has counted parentheses up to here, and takes what it counted.
                self.found.opaque(Why::Syntax("$(( that is not arithmetic is not read alike everywhere"));
            }
            self.substituted()?;
            expansion(quoted)
        } else if self.take("${") {
            self.parameter(quoted)?
        } else if self.take("$[") {
            self.brackets()?;
            Piece::Unknown
        } else if !quoted && self.take("$'") {
            let text = ansi::read(self.rest())?;
            self.at += text.length;
            text.text.map_or(Piece::Unknown, Piece::Text)
        } else if !quoted && self.take("$\"") {
            return self.double(word);
        } else {
            self.at += 1;
            self.variable(quoted)
        };
        word.push(piece);
        Ok(())
    }

    /// Behind a `$`: a name, or a sign that is one. Numbers and bash's letters are nothing that could be split.
    fn variable(&mut self, quoted: bool) -> Piece {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let name = self.rest().find(|c| !is_name(c)).unwrap_or(self.rest().len());
        let (length, piece) = match self.peek() {
            // zsh's names have all letters; to bash it is a text.
            Some(letter) if !letter.is_ascii() && letter.is_alphanumeric() => (0, Piece::Split),
            Some(digit) if digit.is_ascii_digit() => (1, expansion(quoted)),
            Some('@') => (1, Piece::Split),
            Some('*') => (1, expansion(quoted)),
            Some('!' | '$' | '?' | '#' | '-') => (1, Piece::Unknown),
            // zsh's `$=name` splits, even in quotes.
            Some('=' | '^' | '~' | '+')
                if self.rest().chars().nth(1).is_some_and(|c| is_name(c) || "=^~{".contains(c)) =>
            {
                (1, Piece::Split)
            }
            _ if name > 0 => (name, expansion(quoted)),
            _ => (0, Piece::Text("$".into())),
        };
        self.at += length;
        piece
    }

    /// Behind `${`, up to its `}`. Only what is substituted in it runs, and what it says to expand twice.
    fn parameter(&mut self, quoted: bool) -> Result<Piece, Broken> {
        let start = self.at;
        let mut ignored = Word::default();
        if self.starts("(") {
            self.found.opaque(Why::ExpandedTwice);
        }
        // ksh, mksh and bash 5.3 run what stands behind.
        if self.rest().trim_start_matches("\\\n").starts_with([' ', '\t', '\n', '|']) {
            self.found.opaque(Why::Code);
        }
        loop {
            match self.peek() {
                None => return Err(Broken::syntax("${ is not closed")),
                Some('}') => break,
                Some('\\' | '\'' | '"' | '`' | '$') => self.quoted_or_expanded(&mut ignored)?,
                Some(_) if self.at_process() => self.process()?,
                Some(character) => self.at += character.len_utf8(),
            }
        }
        let inside = self.since(start);
        let (twice, several) =
            (inside.ends_with("@P"), inside.contains('@') || inside.starts_with(['=', '^', '~', '$']));
        if twice || wrap::is_index(&ignored) {
            self.found.opaque(Why::ExpandedTwice);
        }
        wrap::set_if_empty(inside, self.found);
        self.at += 1;
        // All elements of a list, and zsh's ways to split, are several words in quotes, too.
        Ok(expansion(quoted && !several))
    }

    /// Whether the parentheses that open here, behind `skip` bytes, close side by side.
    pub(super) fn is_arithmetic(&self, skip: usize) -> bool {
        let mut depth = 0_usize;
        let mut characters = self.rest().get(skip..).unwrap_or_default().chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '\\' => drop(characters.next()),
                '(' => depth += 1,
                ')' if depth == 2 => return characters.peek() == Some(&')'),
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        false
    }

    /// Up to the `))` that closes it. Only what is substituted in it runs.
    pub(super) fn arithmetic(&mut self) -> Result<(), Broken> {
        let (mut depth, mut ignored) = (0_usize, Word::default());
        let start = self.at;
        loop {
            match self.peek() {
                None => return Err(Broken::syntax("(( is not closed")),
                Some(')') if depth == 0 => {
                    wrap::counted(self.since(start), self.found);
                    if is_doubtful(self.since(start)) {
                        self.found.opaque(Why::Syntax(
                            "(( with quotes or commands in it is not read alike everywhere",
                        ));
                    }
                    return Ok(());
                }
                Some('\\' | '\'' | '"' | '`' | '$') => self.quoted_or_expanded(&mut ignored)?,
                Some(sign) => depth = self.between_parentheses(sign, depth),
            }
        }
    }

    /// Behind `$[`, up to its `]`.
    fn brackets(&mut self) -> Result<(), Broken> {
        let mut ignored = Word::default();
        let start = self.at;
        loop {
            match self.peek() {
                None => return Err(Broken::syntax("$[ is not closed")),
                Some(']') => {
                    wrap::counted(self.since(start), self.found);
                    self.at += 1;
                    return Ok(());
                }
                Some('\\' | '\'' | '"' | '`' | '$') => self.quoted_or_expanded(&mut ignored)?,
                Some(character) => self.at += character.len_utf8(),
            }
        }
    }
}

/// What an expansion gives that may be any text.
fn expansion(quoted: bool) -> Piece {
    if quoted { Piece::Unknown } else { Piece::Split }
}

/// Whether shells may count the parentheses of an arithmetic expression differently, and take it for a subshell.
fn is_doubtful(expression: &str) -> bool {
    let quoted = expression.contains(['\'', '"', '\\', '`']);
    let lines = expression.contains(['\n', '#']) || expression.contains("<<") || expression.contains("case");
    quoted || expression.contains("$(") && lines
}
