//! What a line runs, without a verdict: for those who hold the reader against a real shell.

use super::place::Place;
use super::read;
use super::simple::Simple;
use super::word::Word;

/// The commands of a line, as far as reading tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runs {
    /// The program's name without its directory, and its words. `None` stands for any number of words that are
    /// known when it runs.
    pub commands: Vec<Vec<Option<String>>>,
    /// Whether there may be others.
    pub opaque: bool,
}

/// Reads a line, and judges nothing.
pub fn runs(line: &str, place: Place) -> Runs {
    let reading = read::read(line, place, None);
    let commands = reading.commands.iter().map(words).collect();
    Runs { commands, opaque: !reading.opaque.is_empty() }
}

fn words(simple: &Simple) -> Vec<Option<String>> {
    let literal = |word: &Word| word.literal().map(str::to_owned);
    let program = simple.program.name().map(str::to_owned);
    std::iter::once(program).chain(simple.args.iter().map(literal)).collect()
}
