//! What a program is handed to run by its options and arguments, beside the words that may be a command.

use super::options::{self, Given};
use super::table::{Runs, Wrapper};
use crate::command::fit::{self, Fit};
use crate::command::simple::Simple;
use crate::command::word::Word;

/// One thing that it is handed.
pub(super) enum Handed {
    /// For a shell.
    Code(Word),
    /// With arguments of the program's own.
    Program(Word),
    /// Nobody reads what.
    Unread,
}

/// By options that the table lists; and what it does not list may hand on anything.
pub(super) fn by_options(wrapper: &Wrapper, given: &Given<'_>) -> Vec<Handed> {
    // Behind these options of theirs stands the command itself, which is read later.
    let code = given.values(&wrapper.code).filter(|_| wrapper.runs != Runs::After);
    let code = code.map(|code| match wrapper.split_alone && !is_plainly_split(code) {
        true => Handed::Unread,
        false => Handed::Code(code.clone()),
    });
    let programs = given.values(&wrapper.program).map(|program| Handed::Program(program.clone()));
    let runs = |setting: &Word| !is_inert(setting, wrapper);
    let unread = given.has(&wrapper.unread)
        || given.doubtful
        || given.values(&wrapper.settings).any(runs)
        || has_only_options(wrapper) && !wrapper.open && given.strange;
    code.chain(programs).chain(unread.then_some(Handed::Unread)).collect()
}

/// Whether a text falls into words at its blanks alone, none of them an option: `env -S` knows escapes, quotes and options
/// of its own.
fn is_plainly_split(text: &Word) -> bool {
    let plain =
        |text: &str| !text.trim_start().starts_with('-') && !text.contains(['\\', '\'', '"', '$', '#']);
    text.literal().is_some_and(plain)
}

/// By arguments that say it themselves.
pub(super) fn by_arguments(simple: &Simple, wrapper: &Wrapper) -> Vec<Handed> {
    let bundle = simple.args.first().filter(|first| wrapper.bundles && !first.head().starts_with('-'));
    let letter =
        |name: &String| name.len() == 1 && bundle.is_some_and(|word| word.head().contains(name.as_str()));
    let unread = wrapper.open && has_only_options(wrapper) && speaks(&simple.args, wrapper)
        || wrapper.code.iter().any(letter)
        || simple.args.iter().any(|word| is_opaque(word, wrapper));
    let piped = simple.args.iter().filter(|_| wrapper.pipes).filter_map(piped).map(Handed::Code);
    piped.chain(unread.then_some(Handed::Unread)).collect()
}

/// Of a program that is in no table: whether options speak of another.
pub(super) fn is_spoken_of(simple: &Simple) -> bool {
    static NOTHING: std::sync::LazyLock<Wrapper> = std::sync::LazyLock::new(Wrapper::default);
    speaks(&simple.args, &NOTHING)
}

/// Whether the table can say of an option that it is none of the program's: in front of a command, an option that is not
/// known makes what follows opaque anyway, and some have a language instead of options.
fn has_only_options(wrapper: &Wrapper) -> bool {
    matches!(wrapper.runs, Runs::Nothing | Runs::Client | Runs::Sed | Runs::Fed | Runs::Lines)
}

/// Whether a long option that is in no list says by its name that its value is run: `--editor-cmd`, `--pre-hook`.
fn speaks(args: &[Word], wrapper: &Wrapper) -> bool {
    let next = args.iter().skip(1).map(Some).chain([None]);
    args.iter().zip(next).any(|(word, next)| {
        let Some(long) = word.head().strip_prefix('-') else { return false };
        let long = long.strip_prefix('-').unwrap_or(long);
        let (name, valued) = match long.split_once('=') {
            Some((name, _)) => (name, true),
            None => (long, next.is_some_and(|next| next.is_option() != Some(true))),
        };
        valued && names_program(name) && !options::is_listed(name, wrapper)
    })
}

fn names_program(option: &str) -> bool {
    const WORDS: &[&str] = &[
        "cmd", "command", "exec", "execute", "program", "pager", "editor", "hook", "invoke", "askpass",
        "helper",
    ];
    let quiet = ["no-", "no_", "disable-", "without-"].iter().any(|quiet| option.starts_with(quiet));
    !quiet && option.split(['-', '_', '.']).any(|part| WORDS.contains(&part))
}

/// Whether a setting is one of those that run nothing: by its name, or with its value.
pub(super) fn is_inert(setting: &Word, wrapper: &Wrapper) -> bool {
    const ENDS: [char; 3] = ['=', ' ', '\t'];
    // What comes behind the name may be known when it runs; the name may not.
    if setting.literal().is_none() && !setting.head().contains(ENDS) {
        return false;
    }
    let text = setting.head().trim_start().to_lowercase();
    let name = Word::text(text.split(ENDS).next().unwrap_or_default());
    let whole = setting.literal().map(|_| Word::text(text.clone()));
    wrapper.inert.iter().any(|pattern| match pattern.contains('=') {
        true => whole.as_ref().is_some_and(|whole| fit::fits(pattern, whole, None) == Fit::Yes),
        false => fit::fits(pattern, &name, None) == Fit::Yes,
    })
}

/// What stands behind the sign with which an argument says that it is a command: at its beginning, behind an option's
/// letter, or behind the first `=` or `:`.
fn piped(word: &Word) -> Option<Word> {
    let head = word.head();
    let letter = head.starts_with('-').then(|| head.chars().take(2).map(char::len_utf8).sum());
    let behind = head.find(['=', ':']).map(|at| at + 1);
    let starts = [Some(0), letter, behind].into_iter().flatten();
    let sign = |at: usize| head.get(at..).is_some_and(|rest| rest.starts_with(['|', '!']));
    let at = starts.into_iter().find(|at| sign(*at))?;
    word.after(head.get(..=at)?)
}

/// Whether it is one of the arguments with which a program runs what is not read. What is known when it runs counts only
/// behind a beginning: nearly every variable could be such an argument, and is none.
pub(super) fn is_opaque(word: &Word, wrapper: &Wrapper) -> bool {
    if wrapper.opaque.is_empty() {
        return false;
    }
    // An option is what it is; of other words great letters and small ones are alike.
    let (written, lowered) = (word.clone().whole(), word.lowered().whole());
    let fits = |pattern: &String| {
        let word = if pattern.starts_with('-') { &written } else { &lowered };
        fit::fits(pattern, word, None) != Fit::No || is_begun(pattern, &written, wrapper)
    };
    (written.literal().is_some() || !written.head().is_empty()) && wrapper.opaque.iter().any(fits)
}

/// Whether the word has the beginning of such a long option: most programs take as much of the name as tells it from
/// the others.
fn is_begun(pattern: &str, word: &Word, wrapper: &Wrapper) -> bool {
    let Some(option) = pattern.strip_prefix("--") else { return false };
    let name = option.split(['*', '=']).next().unwrap_or_default();
    let Some(written) = word.head().strip_prefix("--") else { return false };
    let written = written.split('=').next().unwrap_or_default();
    if written.is_empty() || written.len() >= name.len() || !name.starts_with(written) {
        return false;
    }
    let exact = options::is_exact(written, wrapper);
    let whole = match word.after(&format!("--{written}=")) {
        Some(value) => {
            let mut whole = Word::text(format!("--{name}="));
            value.pieces().iter().for_each(|piece| whole.push(piece.clone()));
            whole
        }
        None => Word::text(format!("--{name}=")),
    };
    !exact && (!option.contains('=') || fit::fits(pattern, &whole, None) != Fit::No)
}

#[cfg(test)]
mod begun;
#[cfg(test)]
mod tests;
