//! Splits a command's words into options and what follows them.

use super::super::word::Word;
use super::table::Wrapper;

/// What was given.
#[derive(Debug, Default)]
pub(super) struct Given<'w> {
    options: Vec<(String, Option<Word>)>,
    /// The words behind the options.
    pub rest: &'w [Word],
    /// A word that may be an option or not stands before the rest.
    pub unsure: bool,
}

impl<'w> Given<'w> {
    pub(super) fn has(&self, names: &[impl AsRef<str>]) -> bool {
        self.options.iter().any(|(name, _)| names.iter().any(|wanted| wanted.as_ref() == name))
    }

    /// The values of options by these names.
    pub(super) fn values<'s>(&'s self, names: &'s [String]) -> impl Iterator<Item = &'s Word> {
        self.options.iter().filter(|(name, _)| names.contains(name)).filter_map(|(_, value)| value.as_ref())
    }
}

/// Splits at the first word that is no option; with `permuted`, options are found behind it, too.
pub(super) fn split<'w>(args: &'w [Word], wrapper: &Wrapper) -> Given<'w> {
    let mut given = Given { rest: args, ..Given::default() };
    let mut operands_from = None;
    let mut at = 0;
    while let Some(word) = args.get(at) {
        match (word.is_option(), word.head()) {
            (Some(true), "--") => {
                at += 1;
                break;
            }
            (Some(true), text) if text.len() > 1 => {
                at += usize::from(option(word, args.get(at + 1), wrapper, &mut given));
            }
            // A lone dash is an option to some, and an operand to the others.
            (Some(true), _) if wrapper.permuted => {}
            (option, _) => {
                given.unsure |= option.is_none() && operands_from.is_none();
                operands_from.get_or_insert(at);
                if !wrapper.permuted {
                    break;
                }
            }
        }
        at += 1;
    }
    given.rest = args.get(operands_from.unwrap_or(at)..).unwrap_or_default();
    given
}

/// Takes one word of options. Whether the next word is its value.
fn option(word: &Word, next: Option<&Word>, wrapper: &Wrapper, given: &mut Given<'_>) -> bool {
    let takes = |name: &str| {
        wrapper.values.iter().chain(&wrapper.code).chain(&wrapper.mark).any(|known| known == name)
    };
    let head = word.head();
    if let Some(long) = head.strip_prefix("--") {
        let (name, value) = match long.split_once('=') {
            Some((name, _)) => (name, word.after(&format!("--{name}="))),
            None => (long, None),
        };
        let next_is_value = value.is_none() && takes(name);
        let value = if next_is_value { next.cloned() } else { value };
        given.options.push((name.to_owned(), value));
        return next_is_value;
    }
    let letters = head.strip_prefix('-').unwrap_or_default();
    for (index, letter) in letters.char_indices() {
        let name = letter.to_string();
        let taken = format!("-{}", letters.get(..index + letter.len_utf8()).unwrap_or_default());
        if takes(&name) {
            let value = word.after(&taken).filter(|value| value.literal() != Some(""));
            let next_is_value = value.is_none();
            given.options.push((name, value.or_else(|| next.cloned())));
            return next_is_value;
        }
        given.options.push((name, None));
    }
    false
}
