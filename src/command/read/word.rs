//! A word: what stands in it when its quotes are off, and the commands whose output goes into it.

use super::super::simple::Input;
use super::super::word::{Piece, Word};
use super::brace::{self, Bit};
use super::{Broken, Reader, Why, ansi};

/// Ends a word that is not quoted.
const ENDS: &str = " \t\n;&|()<>";
/// In `[…]` these close it, or make it more than a choice of letters.
const CLASS_ENDS: &str = "][$`'\"\\{},";
/// Signs of a `[…]` that are looked at.
const CLASS: usize = 64;

impl Reader<'_, '_> {
    /// The word that begins here; several where braces make several of it.
    pub(super) fn word(&mut self) -> Result<Vec<Word>, Broken> {
        let start = self.at;
        let bits = self.bits()?;
        if self.at == start {
            return Err(Broken::syntax("a word is missing"));
        }
        Ok(brace::expand(bits))
    }

    fn bits(&mut self) -> Result<Vec<Bit>, Broken> {
        let mut bits = Vec::new();
        while let Some(character) = self.peek() {
            if self.at_process() {
                self.process()?;
                bits.push(Bit::Piece(Piece::Unknown));
                continue;
            }
            if self.at_extended_glob() {
                self.extended_glob()?;
                bits.push(Bit::Piece(Piece::Unknown));
                continue;
            }
            if ENDS.contains(character) {
                break;
            }
            self.bit(character, &mut bits)?;
        }
        // What follows a word without a blank is nothing that a shell knows, or not every shell the same.
        if self.starts("(") && !bits.is_empty() && !plain(&bits) {
            return Err(Broken::syntax("a parenthesis stands in a word"));
        }
        Ok(without_classes(bits))
    }

    /// `<(…)` or `>(…)`.
    fn process(&mut self) -> Result<(), Broken> {
        let (written, before) = (self.peek() == Some('>'), self.found.reading.commands.len());
        self.at += 2;
        self.nested(Self::substituted)?;
        if written {
            self.found.inherit(before, &Input::Elsewhere);
        }
        Ok(())
    }

    /// Behind `$(` or `<(`, up to its `)`.
    fn substituted(&mut self) -> Result<(), Broken> {
        let start = self.at;
        self.subshell()?;
        let behind = self.text.get(self.body_end..self.at).unwrap_or_default();
        if self.body_end > start && !behind.chars().all(|c| c == ')' || c.is_whitespace()) {
            // bash writes it anew from what it parsed, and may lose what parts two commands.
            self.found
                .opaque(Why::Syntax("commands behind a here-document in a substitution are not read alike"));
        }
        Ok(())
    }

    fn bit(&mut self, character: char, bits: &mut Vec<Bit>) -> Result<(), Broken> {
        match character {
            '~' if bits.is_empty() => bits.push(Bit::Piece(self.tilde())),
            // bash takes it for a home here, other shells do not.
            '~' if assigns(bits) => {
                self.at += 1;
                bits.push(Bit::Piece(Piece::Unknown));
            }
            '\\' | '\'' | '"' | '`' | '$' => {
                let mut word = Word::default();
                self.quoted_or_expanded(&mut word)?;
                bits.extend(word.pieces().iter().cloned().map(Bit::Piece));
            }
            '[' => bits.push(self.class()),
            _ => {
                self.at += character.len_utf8();
                bits.push(match character {
                    '*' if self.take("*") => {
                        while self.take("*") {}
                        Bit::Piece(Piece::Glob("**".into()))
                    }
                    '*' | '?' => Bit::Piece(Piece::Glob(character.to_string())),
                    ']' => Bit::CloseClass,
                    '{' => Bit::Open,
                    ',' => Bit::Comma,
                    '}' => Bit::Close,
                    other => Bit::Piece(Piece::Text(other.to_string())),
                });
            }
        }
        Ok(())
    }

    fn quoted_or_expanded(&mut self, word: &mut Word) -> Result<(), Broken> {
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
        self.found.read(&code);
        self.found.dir = dir;
        word.push(Piece::Unknown);
        Ok(())
    }

    /// What begins with `$`.
    fn dollar(&mut self, word: &mut Word, quoted: bool) -> Result<(), Broken> {
        if self.starts("$((") && self.is_arithmetic(1) {
            self.at += 3;
            self.arithmetic()?;
            self.at += 2;
        } else if self.take("$(") {
            if self.starts("(") {
                // bash has counted parentheses up to here, and takes what it counted.
                self.found.opaque(Why::Syntax("$(( that is no arithmetic is not read alike everywhere"));
            }
            self.substituted()?;
        } else if self.take("${") {
            self.parameter()?;
        } else if self.take("$[") {
            self.brackets()?;
        } else if !quoted && self.take("$'") {
            let text = ansi::read(self.rest())?;
            self.at += text.length;
            word.push(text.text.map_or(Piece::Unknown, Piece::Text));
            return Ok(());
        } else if !quoted && self.take("$\"") {
            return self.double(word);
        } else {
            self.at += 1;
            let name = self.rest().find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            let name = name.unwrap_or(self.rest().len());
            match self.peek() {
                Some(digit) if digit.is_ascii_digit() => self.at += 1,
                Some(special) if "!$?#@*-".contains(special) => self.at += 1,
                _ if name > 0 => self.at += name,
                _ => {
                    word.push(Piece::Text("$".into()));
                    return Ok(());
                }
            }
        }
        word.push(Piece::Unknown);
        Ok(())
    }

    /// Behind `${`, up to its `}`. Only what is substituted in it runs, and what it says to expand twice.
    fn parameter(&mut self) -> Result<(), Broken> {
        let start = self.at;
        let mut ignored = Word::default();
        if self.starts("(") {
            self.found.opaque(Why::ExpandedTwice);
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
        if self.since(start).ends_with("@P") {
            self.found.opaque(Why::ExpandedTwice);
        }
        self.at += 1;
        Ok(())
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
                    if is_doubtful(self.since(start)) {
                        self.found.opaque(Why::Syntax(
                            "(( with quotes or commands in it is not read alike everywhere",
                        ));
                    }
                    return Ok(());
                }
                Some('\\' | '\'' | '"' | '`' | '$') => self.quoted_or_expanded(&mut ignored)?,
                Some(character) => {
                    depth = match character {
                        '(' => depth + 1,
                        ')' => depth - 1,
                        _ => depth,
                    };
                    self.at += character.len_utf8();
                }
            }
        }
    }

    /// Behind `$[`, up to its `]`.
    fn brackets(&mut self) -> Result<(), Broken> {
        let mut ignored = Word::default();
        loop {
            match self.peek() {
                None => return Err(Broken::syntax("$[ is not closed")),
                Some(']') => {
                    self.at += 1;
                    return Ok(());
                }
                Some('\\' | '\'' | '"' | '`' | '$') => self.quoted_or_expanded(&mut ignored)?,
                Some(character) => self.at += character.len_utf8(),
            }
        }
    }

    fn tilde(&mut self) -> Piece {
        let rest = self.rest();
        let name = |c: char| c.is_ascii_alphanumeric() || "_.+-".contains(c);
        let end = rest.char_indices().skip(1).find(|(_, c)| !name(*c)).map_or(rest.len(), |(at, _)| at);
        let (text, after) = rest.split_at_checked(end).unwrap_or_default();
        let whole = after.chars().next().is_none_or(|next| next == '/' || ENDS.contains(next));
        if after.starts_with("\\\n") {
            self.at += 1; // the name may go on in the next row
            Piece::Unknown
        } else if whole {
            self.at += text.len();
            Piece::Tilde(text.to_owned())
        } else {
            self.at += 1;
            Piece::Text("~".into())
        }
    }

    /// `[…]`, where it is plain to see what it stands for; else a bracket that may open such a class.
    fn class(&mut self) -> Bit {
        let inside = self.rest().strip_prefix('[').unwrap_or_default();
        let negated = usize::from(inside.starts_with(['!', '^']));
        let from = negated + usize::from(inside.get(negated..).is_some_and(|rest| rest.starts_with(']')));
        let mut signs = inside.get(from..).unwrap_or_default().char_indices().take(CLASS);
        let end = signs.find(|(_, sign)| CLASS_ENDS.contains(*sign) || ENDS.contains(*sign));
        self.at += 1;
        match end.and_then(|(at, sign)| inside.get(..=from + at).filter(|_| sign == ']')) {
            Some(class) => {
                self.at += class.len();
                Bit::Piece(Piece::Glob(format!("[{class}")))
            }
            None => Bit::OpenClass,
        }
    }

    fn at_extended_glob(&self) -> bool {
        let mut characters = self.rest().chars();
        characters.next().is_some_and(|sign| "?*+@!".contains(sign)) && characters.next() == Some('(')
    }

    /// `@(a|b)` and its like. What another shell takes for code in it (zsh's qualifiers) is opaque.
    fn extended_glob(&mut self) -> Result<(), Broken> {
        self.at += 2;
        let mut ignored = Word::default();
        let mut depth = 1_usize;
        while depth > 0 {
            match self.peek() {
                None => return Err(Broken::syntax("a parenthesis is not closed")),
                Some('\\' | '\'' | '"' | '`' | '$') => {
                    self.found.opaque(Why::Qualifier);
                    self.quoted_or_expanded(&mut ignored)?;
                }
                Some(character) => {
                    depth = match character {
                        '(' => depth + 1,
                        ')' => depth - 1,
                        _ => depth,
                    };
                    self.at += character.len_utf8();
                }
            }
        }
        Ok(())
    }
}

/// What a class with quotes or expansions in it stands for, and where it ends, is told by what they give.
fn without_classes(mut bits: Vec<Bit>) -> Vec<Bit> {
    let open = bits.iter().position(|bit| *bit == Bit::OpenClass);
    let Some(open) = open.filter(|open| bits.iter().skip(*open).any(|bit| *bit == Bit::CloseClass)) else {
        return bits;
    };
    bits.truncate(open);
    bits.push(Bit::Piece(Piece::Unknown));
    bits
}

/// Whether shells may count the parentheses of an arithmetic expression differently, and take it for a subshell.
fn is_doubtful(expression: &str) -> bool {
    let quoted = expression.contains(['\'', '"', '\\', '`']);
    let lines = expression.contains(['\n', '#']) || expression.contains("<<") || expression.contains("case");
    quoted || expression.contains("$(") && lines
}

/// Whether a word is nothing but letters: what the name of a function is.
fn plain(bits: &[Bit]) -> bool {
    bits.iter().all(|bit| matches!(bit, Bit::Piece(Piece::Text(_))))
}

/// Signs in which the name of a variable is looked for.
const NAME: usize = 256;

/// Whether the word so far is `NAME=`, or a part of such a value that a colon ends.
fn assigns(bits: &[Bit]) -> bool {
    let text = |bit: &Bit| match bit {
        Bit::Piece(Piece::Text(text)) => Some(text.clone()),
        _ => None,
    };
    if !bits.last().and_then(text).is_some_and(|last| last.ends_with(['=', ':'])) {
        return false;
    }
    let head: String = bits.iter().take(NAME).map_while(text).collect();
    let name = match head.split_once('=') {
        Some((name, _)) => name.strip_suffix('+').unwrap_or(name),
        None => return bits.len() > NAME, // who knows
    };
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}
