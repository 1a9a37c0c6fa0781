//! The words of a command that are neither options nor their values. In doubt, none: a mask must not take a command
//! for a secret, because an option's value looks like the word in front of one.

use super::super::super::word::Word;
use super::super::places::Grammar;

/// `None` where an option is not known, or a word may become several.
pub(super) fn operands<'w>(args: &'w [Word], grammar: &Grammar) -> Option<Vec<&'w Word>> {
    let (mut operands, mut words) = (Vec::new(), args.iter());
    while let Some(word) = words.next() {
        if word.splits() {
            return None;
        }
        match word.is_option() {
            Some(false) => operands.push(word),
            Some(true) if word.literal() == Some("--") => {
                operands.extend(words);
                break;
            }
            _ => {
                if grammar.takes_next(word.literal()?)? {
                    words.next();
                }
            }
        }
    }
    Some(operands)
}

impl Grammar {
    /// Whether this option takes the next word; `None` where it is not known.
    fn takes_next(&self, option: &str) -> Option<bool> {
        let is = |known: &&str| match known.strip_suffix('*') {
            Some(beginning) => option.starts_with(beginning),
            None => *known == option,
        };
        let short = option.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
        let letter = |letter: char| self.plain.contains(&format!("-{letter}").as_str());
        let attached = |taking: &&str| taking.len() == 2 && option.starts_with(*taking);
        match option {
            _ if self.taking.contains(&option) => Some(true),
            _ if self.plain.iter().any(is) || self.taking.iter().any(attached) => Some(false),
            _ if option.starts_with("--") => option.contains('=').then_some(false),
            _ => short?.chars().all(letter).then_some(false),
        }
    }

    /// The operands behind this path of subcommands and so many more.
    pub(super) fn behind<'w>(
        &self,
        operands: &[&'w Word],
        path: &[&str],
        skip: usize,
    ) -> Option<Vec<&'w Word>> {
        let is = |(word, name): (&&Word, &&str)| {
            word.literal().is_some_and(|text| {
                text == *name || self.shortens && !text.is_empty() && name.starts_with(text)
            })
        };
        let here = operands.len() > path.len() && operands.iter().zip(path).all(is);
        operands.get(path.len() + skip..).filter(|_| here).map(<[_]>::to_vec)
    }
}
