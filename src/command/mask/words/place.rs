//! Secrets that stand where a program takes one: by the table of places.

use super::super::super::word::Word;
use super::super::hide::Hide;
use super::super::places::{ABOVE, Part, Row, Way};
use super::Finder;
use super::operands::operands;

impl Finder<'_> {
    /// A word that is nothing but the secret, or holds it in this part.
    pub(super) fn whole(&self, word: &Word, part: Part) -> Option<Hide> {
        let literal = word.literal()?;
        if literal.starts_with('-') || part == Part::All && self.runs_unread(false) {
            return None;
        }
        self.inside(word, "", part)
    }

    fn inside(&self, word: &Word, front: &str, part: Part) -> Option<Hide> {
        let value = word.literal()?.strip_prefix(front)?;
        let upto = |sign| value.find(sign).map(|at| at + char::len_utf8(sign));
        let (before, after) = match part {
            Part::All => (0, value.len()),
            Part::Behind(sign) => (upto(sign)?, value.len()),
            Part::Between(open, close) => {
                let before = upto(open).filter(|before| *before > 1)?;
                // `@a/b` is a script, and `parfile=a/b` a file.
                let user = value.get(..before)?;
                if user.contains('@') || user.contains('=') && !user.starts_with("userid=") {
                    return None;
                }
                let given = value.get(..value.find(char::is_whitespace).unwrap_or(value.len()))?;
                let end = given.rfind(close).filter(|end| *end >= before);
                (before, end.unwrap_or(given.len()))
            }
        };
        let (before, after) = (format!("{front}{}", value.get(..before)?), value.get(after..)?);
        Hide::inside(self.line, word, &before, after)
    }

    pub(super) fn told(&self, way: Way, row: &Row, args: &[Word]) -> Vec<Hide> {
        let words = || args.iter().enumerate();
        let plain = || args.iter().filter(|word| !word.head().starts_with('-'));
        match way {
            Way::Attached(front) => {
                words().filter_map(|(_, word)| self.inside(word, front, row.part)).collect()
            }
            Way::Option(name) => {
                words().filter_map(|(at, word)| self.given(name, word, args.get(at + 1), row.part)).collect()
            }
            Way::Under(grammar, path, skip) => {
                let behind =
                    operands(args, grammar).and_then(|operands| grammar.behind(&operands, path, skip));
                let secret = behind.and_then(|behind| behind.first().copied());
                let secret = secret.filter(|word| !word.head().starts_with('/'));
                secret.and_then(|word| self.whole(word, row.part)).into_iter().collect()
            }
            Way::Pair(grammar, path, skip, name) => {
                let behind =
                    operands(args, grammar).and_then(|operands| grammar.behind(&operands, path, skip));
                let behind = behind.unwrap_or_default();
                let named = behind
                    .chunks_exact(2)
                    .filter(|pair| matches!(pair, [key, _] if key.literal() == Some(name)));
                named.filter_map(|pair| self.whole(pair.last()?, row.part)).collect()
            }
            Way::With(word, name) if is_under(args, word) => {
                words().filter_map(|(at, word)| self.given(name, word, args.get(at + 1), row.part)).collect()
            }
            Way::With(..) => Vec::new(),
            Way::Next(name) => {
                let pairs = args.iter().zip(args.iter().skip(1));
                let named = pairs
                    .filter(|(word, _)| word.literal().is_some_and(|word| word.eq_ignore_ascii_case(name)));
                named.filter_map(|(_, next)| self.whole(next, row.part)).collect()
            }
            Way::First(word) => {
                let is = args.first().and_then(Word::literal) == Some(word);
                args.get(1).filter(|_| is).and_then(|next| self.whole(next, row.part)).into_iter().collect()
            }
            Way::Operand(number) => {
                plain().nth(number).and_then(|word| self.whole(word, row.part)).into_iter().collect()
            }
            Way::LastWith(letter) => {
                let letters = |word: &Word| word.head().starts_with('-') && word.head().contains(letter);
                let last = plain().next_back().filter(|_| args.iter().any(letters) && plain().count() > 1);
                last.and_then(|word| self.whole(word, row.part)).into_iter().collect()
            }
        }
    }

    /// The value of an option: the next word, or what is attached to it.
    fn given(&self, name: &str, word: &Word, next: Option<&Word>, part: Part) -> Option<Hide> {
        if word.literal() == Some(name) {
            return self.whole(next?, part);
        }
        match name.starts_with("--") {
            true => self.inside(word, &format!("{name}="), part),
            // `-oProxy` is no `-o`, unless the option is one letter.
            false if name.len() == 2 => self.inside(word, name, part),
            false => None,
        }
    }
}

/// Whether the words begin with this subcommand, or have it behind the one above it.
pub(super) fn is_under(args: &[Word], subcommand: &str) -> bool {
    let is = |word: &Word| word.literal() == Some(subcommand);
    args.first().is_some_and(is)
        || args.windows(2).any(|two| match two {
            [above, word] => is(word) && above.literal().is_some_and(|above| ABOVE.contains(&above)),
            _ => false,
        })
}
