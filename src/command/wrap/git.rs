//! What git runs by its subcommands: each has options of its own.

use super::handed::is_inert;
use super::options::Given;
use super::table::Wrapper;
use crate::command::word::Word;

/// Letters that hand on a program, where they stand among those of this subcommand, and letters in front of which
/// others are looked for no more: they take a value.
const LETTERS: &[(&str, &str, &str)] =
    &[("grep", "O", "ABCefm"), ("rebase", "x", "sXCS"), ("clone", "u", "bcjo"), ("difftool", "x", "t")];

/// Whether it may run something that is not read.
pub(super) fn runs_something(given: &Given<'_>, wrapper: &Wrapper) -> bool {
    let Some((name, args)) = given.rest.split_first() else { return false };
    // What is not listed may be an alias, or a program that lies where git looks for it.
    let Some(name) = name.literal().filter(|name| wrapper.subcommands.iter().any(|sub| sub == name)) else {
        return true;
    };
    let letters = LETTERS.iter().filter(|(sub, ..)| *sub == name);
    let mut letters = letters.map(|(_, dangerous, ends)| args.iter().any(|arg| has(arg, dangerous, ends)));
    letters.any(|has| has) || name == "clone" && sets(args, wrapper)
}

fn has(arg: &Word, dangerous: &str, ends: &str) -> bool {
    let Some(letters) = arg.head().strip_prefix('-').filter(|rest| !rest.starts_with('-')) else {
        return false;
    };
    let end = letters.find(|sign| ends.contains(sign)).unwrap_or(letters.len());
    letters.get(..end).is_some_and(|letters| letters.contains(dangerous))
}

/// `git clone -c NAME=VALUE`: a setting of the new repository.
fn sets(args: &[Word], wrapper: &Wrapper) -> bool {
    let nexts = args.iter().skip(1).map(Some).chain([None]);
    args.iter().zip(nexts).any(|(arg, next)| {
        let head = arg.head();
        let (option, valued) = head.split_once('=').map_or((head, false), |(option, _)| (option, true));
        let setting = match option.strip_prefix("--") {
            Some(long) if long.len() > 1 && "config".starts_with(long) && valued => {
                arg.after(&format!("{option}="))
            }
            Some(long) if long.len() > 1 && "config".starts_with(long) => next.cloned(),
            Some(_) => None,
            None => match head.strip_prefix('-').and_then(|letters| letters.split_once('c')) {
                Some((front, _)) if front.contains(['b', 'j', 'o', 'u']) => None,
                Some((_, "")) => next.cloned(),
                Some((front, _)) => arg.after(&format!("-{front}c")),
                None => None,
            },
        };
        setting.is_some_and(|setting| !is_inert(&setting, wrapper))
    })
}
