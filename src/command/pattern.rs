//! Whether a command is what an entry of a set or of the catalog means.

use super::fit::{self, Fit};
use super::simple::{Program, Simple};
use super::word::Word;
use crate::policy::{CommandPattern, Flag};

/// All conditions of a pattern; one that is empty holds.
pub(super) fn fits(pattern: &CommandPattern, simple: &Simple) -> Fit {
    let args = if pattern.args.is_empty() {
        Fit::Yes
    } else {
        some(fit::fits_climbing, &pattern.args, &mut simple.args.iter(), simple.dir.as_deref())
    };
    program(&pattern.programs, simple).min(flags(&pattern.flags, simple)).min(args)
}

/// Whether the program is one of these; a name may end with `*`.
pub(super) fn program(names: &[String], simple: &Simple) -> Fit {
    if names.is_empty() {
        return Fit::Yes;
    }
    match &simple.program {
        // The line is opaque already.
        Program::Unknown | Program::Nothing => Fit::No,
        Program::Named { name, .. } => Fit::from(names.iter().any(|wanted| match wanted.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => wanted == name,
        })),
    }
}

/// Whether some word is one of these patterns; what follows `=` in an option is a word, too.
pub(super) fn some(
    compare: fn(&str, &Word, Option<&str>) -> Fit,
    patterns: &[String],
    words: &mut dyn Iterator<Item = &Word>,
    dir: Option<&str>,
) -> Fit {
    let mut best = Fit::No;
    for word in words {
        let value = word.head().strip_prefix("--").and_then(|option| option.split_once('='));
        let value = value.and_then(|(name, _)| word.after(&format!("--{name}=")));
        for pattern in patterns {
            best = best.max(compare(pattern, word, dir));
            if let Some(value) = &value {
                best = best.max(compare(pattern, value, dir));
            }
        }
        if best == Fit::Yes {
            break;
        }
    }
    best
}

/// Whether each of these is given.
pub(super) fn flags(flags: &[Flag], simple: &Simple) -> Fit {
    flags.iter().map(|flag| is_given(flag, simple.own_args())).min().unwrap_or(Fit::Yes)
}

fn is_given(flag: &Flag, args: &[Word]) -> Fit {
    let mut best = Fit::No;
    for word in args {
        if word.splits() {
            best = best.max(Fit::Maybe);
        }
        match (word.is_option(), word.head()) {
            (Some(true), "--") => break,
            (Some(true), text) => best = best.max(Fit::from(names(flag, text))),
            (None, _) => best = best.max(Fit::Maybe),
            (Some(false), _) => {}
        }
    }
    best
}

/// Whether this word names the flag: by a letter among others, by its name, or by as much of that as GNU's
/// programs need.
fn names(flag: &Flag, word: &str) -> bool {
    if let Some(long) = word.strip_prefix("--") {
        let name = long.split('=').next().unwrap_or_default();
        return !name.is_empty() && flag.long.iter().any(|long| long.starts_with(name));
    }
    let letters = word.strip_prefix('-').unwrap_or_default();
    flag.short.iter().any(|letter| letters.contains(*letter)) || flag.long.iter().any(|long| long == letters)
}

/// Whether a text is what a pattern means, as an argument would be: `*` is anything without `/`.
pub fn is_like(pattern: &str, text: &str) -> bool {
    fit::fits(pattern, &Word::text(text), None) == Fit::Yes
}
