//! Secrets that a command is given, by the judge's reading of its words.

mod input;
mod names;
mod operands;
mod place;
mod variable;

use std::ops::Range;

use super::super::read::Reading;
use super::super::simple::Simple;
use super::super::word::Word;
use super::hide::Hide;
use super::places::ROWS;
use names::{is_called, sure_name};

/// All that are found in the words of a line.
pub(super) fn of(line: &str, reading: &Reading) -> Vec<Hide> {
    let finder = Finder { line, reading };
    // What a command runs stands behind it, and knows best what its own words are.
    let commands = reading.commands.iter().enumerate().rev();
    commands.flat_map(|(at, command)| finder.of_command(at, command)).collect()
}

/// Places whose values stay, since they may be run.
pub(super) fn kept(line: &str, reading: &Reading) -> Vec<Range<usize>> {
    let finder = Finder { line, reading };
    let assignments = reading.commands.iter().flat_map(|command| &command.assignments);
    let assigned = assignments.filter(|one| finder.may_run(&one.name)).filter_map(|one| one.value.place());
    let words = reading.commands.iter().flat_map(|command| &command.args);
    let told = words.filter(|word| word.head().split_once('=').is_some_and(|(name, _)| finder.may_run(name)));
    assigned.chain(told.filter_map(Word::place)).collect()
}

struct Finder<'l> {
    line: &'l str,
    reading: &'l Reading,
}

impl Finder<'_> {
    fn of_command(&self, at: usize, command: &Simple) -> Vec<Hide> {
        let mut found: Vec<Hide> = self.assigned(command).collect();
        let args = command.own_args();
        let name = command.program.name().unwrap_or_default();
        let before = std::iter::once(None).chain(args.iter().map(Some));
        for (index, (word, before)) in args.iter().zip(before).enumerate() {
            found.extend(self.passed_on(name, before, word));
            found.extend(self.option(word, args.get(index + 1), name));
            found.extend(self.statement(word));
        }
        let rows = ROWS.iter().filter(|row| row.programs.iter().any(|program| is_called(name, program)));
        let told = rows.flat_map(|row| row.ways.iter().flat_map(|way| self.told(*way, row, args)));
        // A program that is only called so may take the secret for a command.
        let is_sure = sure_name(command).is_some();
        found.extend(told.map(|hide| if is_sure { hide } else { hide.handed_on() }));
        found.extend(self.read_from_input(at, command));
        found
    }

    /// SQL for a client, in one word.
    fn statement(&self, word: &Word) -> Vec<Hide> {
        let Some(place) = word.place().filter(|_| word.literal().is_some()) else { return Vec::new() };
        let source = self.line.get(place.clone()).unwrap_or_default();
        match source.contains(' ') {
            true => super::text::of_statement(source, place.start).collect(),
            false => Vec::new(),
        }
    }
}
