//! Keeps a command, and what it runs.

use super::code::{aliases, shell, text};
use super::each::each;
use super::handed::{self, Handed};
use super::options;
use super::table::{self, Runs, Wrapper};
use super::words::{self, after, behind, joined, operands, words};
use super::{git, sed, variables};
use crate::command::opaque::Why;
use crate::command::read::{Found, MOST};
use crate::command::simple::{Input, Program, Simple};
use crate::command::word::Word;

impl Found {
    /// Keeps a command, and what it runs.
    pub(in crate::command) fn run(&mut self, mut simple: Simple) {
        if let Some(wrapper) = table::wrapper_of(&simple) {
            simple.own = simple.args.len() - behind_own(&simple.args, wrapper).len();
        }
        let at = self.reading.commands.len();
        if at >= MOST {
            return self.opaque(Why::TooMany);
        }
        self.reading.commands.push(simple.clone());
        for assignment in &simple.assignments {
            variables::set(&assignment.name, &assignment.value, &simple.source, self);
        }
        match &simple.program {
            Program::Nothing => {}
            Program::Unknown => self.opaque(Why::Program),
            Program::Named { name, .. } => {
                variables::named(name, &simple.args, self);
                match table::wrapper_of(&simple) {
                    Some(wrapper) => self.one_deeper(|found| unwrap(&simple, at, wrapper, found)),
                    None if handed::is_spoken_of(&simple) => self.opaque(Why::Code),
                    None => {}
                }
            }
        }
    }
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
            Handed::Program(program) => found.run(simple.running(&[program, Word::unknown()])),
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
