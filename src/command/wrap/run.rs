//! What a command runs in its turn: `sudo`, `env`, `sh -c`, `find -exec`, `ssh HOST` and their like.
//!
//! Which programs these are, and which of their options take a value, is a table ([`table`],
//! `wrappers.toml`). Wrapper and wrapped are both kept, and both judged.

mod code;
mod each;
mod git;
mod handed;
mod options;
mod sed;
mod table;
#[cfg(test)]
mod tests;
mod variables;
mod words;

use super::Place;
use super::opaque::Why;
use super::read::Found;
use super::simple::{Input, Program, Simple};
use super::word::Word;
use code::{aliases, shell, text};
use each::each;
use handed::Handed;
use table::{Runs, Wrapper};
use words::{after, behind, joined, operands, words};

pub(super) use variables::{counted, each_of, is_index, named, set_if_empty};

/// Wrappers around each other.
const DEEPEST: usize = 16;

/// Whether the table can be read.
pub(super) fn check() -> Result<(), toml::de::Error> {
    table::check()
}

/// Whether this program runs others.
pub fn is_wrapper(program: &str) -> bool {
    table::wrapper(program).is_some()
}

/// Whether this program runs others in an environment that its words change.
pub fn sets_variables(program: &str) -> bool {
    table::wrapper(program).is_some_and(|wrapper| wrapper.assigns)
}

/// Keeps a command, and what it runs.
pub(super) fn run(mut simple: Simple, found: &mut Found) {
    if let Some(wrapper) = table::wrapper_of(&simple) {
        simple.own = simple.args.len() - behind_own(&simple.args, wrapper).len();
    }
    let at = found.reading.commands.len();
    if at >= super::read::MOST {
        return found.opaque(Why::TooMany);
    }
    found.reading.commands.push(simple.clone());
    for assignment in &simple.assignments {
        variables::set(&assignment.name, &assignment.value, &simple.source, found);
    }
    match &simple.program {
        Program::Nothing => {}
        Program::Unknown => found.opaque(Why::Program),
        Program::Named { name, .. } => {
            named(name, &simple.args, found);
            match table::wrapper_of(&simple) {
                Some(wrapper) => one_deeper(found, |found| unwrap(&simple, at, wrapper, found)),
                None if handed::is_spoken_of(&simple) => found.opaque(Why::Code),
                None => {}
            }
        }
    }
}

/// A command that runs what it reads: its input is known now.
pub(super) fn feed(simple: &Simple, found: &mut Found) {
    let Some(wrapper) = table::wrapper_of(simple) else { return };
    if simple.mixed {
        found.opaque(Why::Code);
    }
    match (&simple.input, wrapper.runs) {
        (Input::Inherited, Runs::Client) => {}
        (Input::Here(body), Runs::Client) if !handed::is_opaque(body, wrapper) => {}
        (_, Runs::Client) => found.opaque(Why::Code),
        (Input::Here(body), _) => text(std::slice::from_ref(body), &Input::Elsewhere, found),
        // At a terminal that is what is typed next, and judged.
        (Input::Inherited, runs) if runs != Runs::Fed && found.place == Place::Terminal => {}
        _ => found.opaque(Why::Code),
    }
}

/// Whether one of these, told to the program at a prompt of its own, has it run what is not read.
pub(super) fn runs_what_it_is_told(program: &str, told: &[String]) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    table::wrapper(name).is_some_and(|wrapper| {
        wrapper.runs != Runs::Client || told.iter().any(|told| handed::is_opaque(&Word::text(told), wrapper))
    })
}

fn one_deeper(found: &mut Found, what: impl FnOnce(&mut Found)) {
    if found.codes >= DEEPEST {
        return found.opaque(Why::TooDeep);
    }
    found.codes += 1;
    what(found);
    found.codes -= 1;
}

/// The words of the command that a wrapper runs, if these are words.
fn behind_own<'w>(args: &'w [Word], wrapper: &Wrapper) -> &'w [Word] {
    match wrapper.runs {
        Runs::Words | Runs::Text => {
            let rest = options::split(args, wrapper).rest;
            operands(rest.get(words::assigned(rest, wrapper)..).unwrap_or_default(), wrapper)
        }
        _ => &[],
    }
}

fn take(handed: Vec<Handed>, simple: &Simple, found: &mut Found) {
    for one in handed {
        match one {
            Handed::Code(code) => text(&[code], &simple.input, found),
            Handed::Program(program) => run(simple.running(&[program, Word::unknown()]), found),
            Handed::Unread => found.opaque(Why::Code),
        }
    }
}

/// `at`: its place among the commands.
fn unwrap(simple: &Simple, at: usize, wrapper: &Wrapper, found: &mut Found) {
    let given = options::split(&simple.args, wrapper);
    if given.has(&wrapper.harmless) && is_harmless(&simple.args, wrapper) {
        return;
    }
    take(handed::by_options(wrapper, &given), simple, found);
    take(handed::by_arguments(simple, wrapper), simple, found);
    if wrapper.subcommanded && git::runs_something(&given, wrapper) {
        found.opaque(Why::Code);
    }
    if given.has(&wrapper.words_with) {
        return words(simple, at, wrapper, &options::split_in_front(&simple.args, wrapper), found);
    }
    let gathered = wrapper.gathers && given.has(&wrapper.code) && given.operands > 0;
    if wrapper.most.is_some_and(|most| given.operands > most) || gathered {
        found.opaque(Why::Code);
    }
    if wrapper.again {
        let later = options::split(given.rest.get(1..).unwrap_or_default(), wrapper);
        if later.unsure {
            found.opaque(Why::Program);
        }
        take(handed::by_options(wrapper, &later), simple, found);
        if later.has(&wrapper.code) {
            return;
        }
    }
    match wrapper.runs {
        Runs::Nothing if wrapper.bare_shell && simple.args.iter().any(Word::splits) => {
            found.opaque(Why::Program)
        }
        Runs::Nothing if wrapper.bare_shell && !given.has(&wrapper.code) => found.feeds(at),
        Runs::Nothing => {}
        Runs::Words => words(simple, at, wrapper, &given, found),
        Runs::Text => joined(simple, at, wrapper, &given, found),
        Runs::Each => each(simple, wrapper, found),
        Runs::Behind => behind(simple, wrapper, found),
        Runs::After => after(simple, wrapper, found),
        Runs::Shell => shell(simple, at, &given, wrapper, found),
        Runs::Interpreter => found.opaque(Why::Code),
        Runs::Eval => {
            found.opaque(Why::Eval);
            text(given.rest, &simple.input, found);
        }
        Runs::Earlier => found.opaque(Why::History),
        Runs::First => text(given.rest.get(..1).unwrap_or_default(), &Input::Elsewhere, found),
        Runs::Lines => {
            given.rest.iter().for_each(|line| text(std::slice::from_ref(line), &Input::Elsewhere, found));
        }
        Runs::Aliases => aliases(given.rest, found),
        Runs::Variables => {
            given.rest.iter().for_each(|word| variables::assigned(word, &simple.source, found));
        }
        Runs::Sed => sed::scripts(&given, found),
        Runs::Fed | Runs::Client => found.feeds(at),
    }
}

/// Whether an option with which it runs nothing stands there by itself, and what else stands there leaves it at that.
fn is_harmless(args: &[Word], wrapper: &Wrapper) -> bool {
    let plain = |word: &Word| word.literal().is_some_and(|text| wrapper.is_harmless(text));
    // `bash -norc` is one option, `bash -n +n` none.
    let still = |word: &Word| {
        plain(word) || word.is_option() == Some(false) && !word.head().starts_with('+') && !word.splits()
    };
    match wrapper.runs {
        // Many go on after they have said their version.
        Runs::Interpreter => args.len() == 1,
        Runs::Shell | Runs::Earlier => args.iter().any(plain) && args.iter().all(still),
        _ => true,
    }
}
