//! Splits a command's words into options and what follows them.

use super::super::word::Word;
use super::table::Wrapper;

/// What was given.
#[derive(Debug, Default)]
pub(super) struct Given<'w> {
    options: Vec<(String, Option<Word>)>,
    /// The words behind the options.
    pub rest: &'w [Word],
    /// A word that may be an option or not stands before the rest, or an option that is not known.
    pub unsure: bool,
    /// How many words are neither options nor their values.
    pub operands: usize,
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
    split_as(args, wrapper, wrapper.permuted)
}

/// Splits at the first word that is no option, whatever the table says.
pub(super) fn split_in_front<'w>(args: &'w [Word], wrapper: &Wrapper) -> Given<'w> {
    split_as(args, wrapper, false)
}

fn split_as<'w>(args: &'w [Word], wrapper: &Wrapper, permuted: bool) -> Given<'w> {
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
            (Some(true), "-") if wrapper.plain.iter().any(String::is_empty) => {}
            // A lone dash is an option to some, and an operand to the others.
            (Some(true), _) if permuted => {}
            (option, _) => {
                given.unsure |= option.is_none() && operands_from.is_none();
                given.operands += 1;
                operands_from.get_or_insert(at);
                if !permuted {
                    break;
                }
            }
        }
        at += 1;
    }
    given.operands += args.len().saturating_sub(at);
    given.rest = args.get(operands_from.unwrap_or(at)..).unwrap_or_default();
    given
}

/// What the table says of an option: its whole name, and whether it takes the next word. GNU's programs take as
/// much of a long name as tells it from the others.
fn known<'w>(written: &'w str, wrapper: &'w Wrapper) -> Option<(&'w str, bool)> {
    let Wrapper { values, code, mark, plain, harmless, shell, unread, words_with, .. } = wrapper;
    let alone = plain.iter().chain(harmless).chain(shell).map(|name| (name.as_str(), false));
    let taking = values.iter().chain(code).chain(mark).chain(words_with).map(|name| (name.as_str(), true));
    let all = || alone.clone().chain(taking.clone()).chain(unread.iter().map(|name| (name.as_str(), false)));
    if let Some(exact) = all().find(|(name, _)| *name == written) {
        return Some(exact);
    }
    let mut begun = all().filter(|(name, _)| written.len() > 1 && name.starts_with(written));
    let first = begun.next()?;
    begun.all(|(_, takes)| takes == first.1).then_some(first)
}

/// Takes one word of options. Whether the next word is its value.
fn option(word: &Word, next: Option<&Word>, wrapper: &Wrapper, given: &mut Given<'_>) -> bool {
    let Some(long) = word.head().strip_prefix("--") else { return letters(word, next, wrapper, given) };
    let (written, value) = match long.split_once('=') {
        Some((name, _)) => (name, word.after(&format!("--{name}="))),
        None => (long, None),
    };
    // A name that is expanded may be any.
    let whole = value.is_some() || word.literal().is_some();
    let known = known(written, wrapper).filter(|_| whole);
    given.unsure |= known.is_none();
    let (name, takes) = known.unwrap_or((written, false));
    let next_is_value = value.is_none() && takes;
    given.options.push((name.to_owned(), if next_is_value { next.cloned() } else { value }));
    next_is_value
}

/// `-abc`, the last of them with its value or without.
fn letters(word: &Word, next: Option<&Word>, wrapper: &Wrapper, given: &mut Given<'_>) -> bool {
    let letters = word.head().strip_prefix('-').unwrap_or_default();
    for (index, letter) in letters.char_indices() {
        let name = letter.to_string();
        let takes = known(&name, wrapper).map(|(_, takes)| takes);
        given.unsure |= takes.is_none();
        if takes == Some(true) {
            let taken = format!("-{}", letters.get(..index + letter.len_utf8()).unwrap_or_default());
            let value = word.after(&taken).filter(|value| value.literal() != Some(""));
            let next_is_value = value.is_none();
            given.options.push((name, value.or_else(|| next.cloned())));
            return next_is_value;
        }
        given.options.push((name, None));
    }
    // Behind the letters something is expanded: more letters, or a value.
    given.unsure |= word.literal().is_none();
    false
}
