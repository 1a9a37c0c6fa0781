//! Patterns of file names that are more than `*` and `?`: `[…]`, and `@(a|b)` and its like.

use super::brace::Bit;
use super::broken::Broken;
use super::reader::Reader;
use super::word::ENDS;
use crate::command::opaque::Why;
use crate::command::word::{Piece, Word};

/// In `[…]` these close it, or make it more than a choice of letters.
const CLASS_ENDS: &str = "][$`'\"\\{},";
/// Signs of a `[…]` that are looked at.
const CLASS: usize = 64;

impl Reader<'_, '_> {
    /// `[…]`, where it is plain to see what it stands for; else a bracket that may open such a class.
    pub(super) fn class(&mut self) -> Bit {
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

    pub(super) fn at_extended_glob(&self) -> bool {
        let mut characters = self.rest().chars();
        characters.next().is_some_and(|sign| "?*+@!".contains(sign)) && characters.next() == Some('(')
    }

    /// `@(a|b)` and its like. What another shell takes for code in it (zsh's qualifiers) is opaque.
    pub(super) fn extended_glob(&mut self) -> Result<(), Broken> {
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
                Some(sign) => depth = self.between_parentheses(sign, depth),
            }
        }
        Ok(())
    }
}
