//! A word: what stands in it when its quotes are off, and the commands whose output goes into it.

use super::brace::{self, Bit};
use super::broken::Broken;
use super::reader::Reader;
use crate::command::opaque::Why;
use crate::command::simple::Input;
use crate::command::word::{Piece, Word};

/// Ends a word that is not quoted.
pub(super) const ENDS: &str = " \t\n;&|()<>";

impl Reader<'_, '_> {
    /// The word that begins here; several where braces make several of it.
    pub(super) fn word(&mut self) -> Result<Vec<Word>, Broken> {
        let start = self.at;
        let bits = brace::without_classes(self.bits()?);
        if self.at == start {
            return Err(Broken::syntax("a word is missing"));
        }
        let mut words = brace::expand(bits);
        if let [word] = words.as_mut_slice() {
            let placed = std::mem::take(word).written_at(self.since(start), self.place(start));
            *word = placed;
        }
        Ok(words)
    }

    /// What a variable is set to: nothing in it is looked for among files, split, or several words by braces.
    pub(super) fn value(&mut self) -> Result<Word, Broken> {
        let start = self.at;
        let value = brace::joined(self.bits()?).whole();
        Ok(value.at(self.place(start)))
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
        Ok(bits)
    }

    /// `<(…)` or `>(…)`.
    pub(super) fn process(&mut self) -> Result<(), Broken> {
        let (written, before) = (self.peek() == Some('>'), self.found.reading.commands.len());
        self.at += 2;
        self.nested(Self::substituted)?;
        if written {
            self.found.inherit(before, &Input::Elsewhere);
        }
        Ok(())
    }

    /// Behind `$(` or `<(`, up to its `)`.
    pub(super) fn substituted(&mut self) -> Result<(), Broken> {
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

    fn tilde(&mut self) -> Piece {
        let rest = self.rest();
        let name = |c: char| c.is_ascii_alphanumeric() || "_.+-".contains(c);
        let end = rest.char_indices().skip(1).find(|(_, c)| !name(*c)).map_or(rest.len(), |(at, _)| at);
        let (text, after) = rest.split_at_checked(end).unwrap_or_default();
        let whole = after.chars().next().is_none_or(|next| next == '/' || ENDS.contains(next));
        if after.starts_with("\\\n") {
            self.found.opaque(Why::Syntax("a home's name goes on in the next row"));
            self.at += 1;
            Piece::Unknown
        } else if after.starts_with(':') {
            self.at += text.len(); // bash takes it for a home here, other shells do not
            Piece::Unknown
        } else if whole {
            self.at += text.len();
            Piece::Tilde(text.to_owned())
        } else {
            self.at += 1;
            Piece::Text("~".into())
        }
    }
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
