//! Splits a command's words into options and what follows them.

use super::table::Wrapper;
use crate::command::word::Word;

/// What was given.
#[derive(Debug, Default)]
pub(super) struct Given<'w> {
    options: Vec<(String, Option<Word>)>,
    /// The words behind the options.
    pub rest: &'w [Word],
    /// A word that may be an option or not stands before the rest, or an option that is not known.
    pub unsure: bool,
    /// An option is not known.
    pub strange: bool,
    /// One that is not known may be the beginning of one that hands on a program.
    pub doubtful: bool,
    /// How many words are neither options nor their values.
    pub operands: usize,
}

impl<'w> Given<'w> {
    pub(super) fn has(&self, names: &[impl AsRef<str>]) -> bool {
        self.options.iter().any(|(name, _)| names.iter().any(|wanted| wanted.as_ref() == name))
    }

    /// An option that is not known.
    fn meet_stranger(&mut self) {
        (self.unsure, self.strange) = (true, true);
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
            (Some(true), "--") if word.literal().is_some() => {
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
/// much of a long name as tells it from the others; of several that it may be, the one that runs something.
fn known<'w>(written: &'w str, wrapper: &'w Wrapper) -> Option<(&'w str, bool)> {
    let Wrapper { values, code, program, settings, mark, words_with, .. } = wrapper;
    let Wrapper { plain, harmless, shell, unread, .. } = wrapper;
    let taking = || [code, program, settings, values, mark, words_with].into_iter().flatten();
    let alone = || [unread, plain, harmless, shell].into_iter().flatten();
    let takes =
        |name: &str| !plain.iter().any(|plain| plain == name) && taking().any(|taking| taking == name);
    let names = || code.iter().chain(program).chain(settings).chain(unread).chain(taking()).chain(alone());
    let is = |name: &&String| match name.strip_suffix('*') {
        Some(beginning) => written.starts_with(beginning),
        None => *name == written,
    };
    if let Some(exact) = names().find(is) {
        return Some((exact, takes(exact)));
    }
    let mut begun = names().filter(|name| written.len() > 1 && name.starts_with(written));
    let first = begun.next()?;
    let taken = takes(first);
    begun.all(|name| takes(name) == taken).then_some((first.as_str(), taken))
}

/// Whether it is the beginning of an option that hands on a program, whatever else it may be.
fn may_hand_on(written: &str, wrapper: &Wrapper) -> bool {
    let Wrapper { code, program, settings, unread, .. } = wrapper;
    let mut names = [code, program, settings, unread].into_iter().flatten();
    names.any(|name| name.len() > 1 && name.starts_with(written))
}

/// Whether the table lists this long option, letter by letter.
pub(super) fn is_exact(name: &str, wrapper: &Wrapper) -> bool {
    let Wrapper { values, plain, harmless, .. } = wrapper;
    [values, plain, harmless].into_iter().flatten().any(|listed| listed == name)
}

/// Whether the table lists this long option.
pub(super) fn is_listed(name: &str, wrapper: &Wrapper) -> bool {
    wrapper.dashed.iter().any(|dashed| dashed == name) || known(name, wrapper).is_some()
}

/// Takes one word of options. Whether the next word is its value.
fn option(word: &Word, next: Option<&Word>, wrapper: &Wrapper, given: &mut Given<'_>) -> bool {
    let Some(long) = word.head().strip_prefix("--") else { return short(word, next, wrapper, given) };
    let (written, value) = match long.split_once('=') {
        Some((name, _)) => (name, word.after(&format!("--{name}="))),
        None => (long, None),
    };
    // A name that is expanded may be any.
    let whole = value.is_some() || word.literal().is_some();
    let known = known(written, wrapper).filter(|_| whole);
    if known.is_none() {
        given.meet_stranger();
        given.doubtful |= may_hand_on(written, wrapper);
    }
    let (name, takes) = known.unwrap_or((written, false));
    let next_is_value = value.is_none() && takes;
    given.options.push((name.to_owned(), if next_is_value { next.cloned() } else { value }));
    next_is_value
}

/// A dash, and letters or a long name.
fn short(word: &Word, next: Option<&Word>, wrapper: &Wrapper, given: &mut Given<'_>) -> bool {
    let name = word.literal().and_then(|text| text.strip_prefix('-')).unwrap_or_default();
    let dashed = wrapper.dashed.iter().any(|dashed| name.split('=').next() == Some(dashed));
    if dashed {
        let takes = wrapper.values.iter().any(|taking| taking == name);
        given.options.push((name.to_owned(), next.filter(|_| takes).cloned()));
        return takes;
    }
    letters(word, next, wrapper, given)
}

/// `-abc`, the last of them with its value or without.
fn letters(word: &Word, next: Option<&Word>, wrapper: &Wrapper, given: &mut Given<'_>) -> bool {
    let letters = word.head().strip_prefix('-').unwrap_or_default();
    for (index, letter) in letters.char_indices() {
        let name = letter.to_string();
        if wrapper.attached.contains(&name) {
            given.options.push((name, None));
            return false;
        }
        let takes = known(&name, wrapper).map(|(_, takes)| takes);
        if takes.is_none() {
            given.meet_stranger();
        }
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
    if word.literal().is_none() {
        given.meet_stranger();
    }
    false
}

/// Whether a word in front of these may bring a command along: `sudo -u $user ls`, where that is `root rm`.
pub(super) fn splits_in_front(args: &[Word], rest: &[Word]) -> bool {
    args.iter().take(args.len().saturating_sub(rest.len())).any(Word::splits)
}
