//! What of a command line is written down and shown. A line may hold a password; the recording shows what was
//! on the screen anyway, but a log is searched, exported and mailed.
//!
//! What is hidden is found by the judge's own reading, word by word ([`words`]), and by a few patterns that
//! never leave a word ([`text`]). Neither can hide what runs: the line is read again without what would be
//! hidden, and where another program comes out, it stays. What a shell would still expand or run (`$(…)`, a
//! variable) is no secret but a command, and stays as well.

mod hide;
mod places;
#[cfg(test)]
mod tests;
mod text;
mod words;

use super::opaque::Why;
use super::place::Place;
use super::read::{self, Reading};
use super::simple::Program;
use hide::Hide;

/// What stands where a secret stood.
pub(super) const MASK: &str = "***";

/// As a secret that is an ordinary word: what is read in place of [`MASK`], which is a pattern of the shell's.
const WORD: &str = "xxx";

/// A line that may be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    pub text: String,
    /// Whether it shows all that runs: it hides nothing, or nothing but values in a line that is read in full,
    /// none of which another program may read.
    pub is_whole: bool,
}

/// The line without the passwords that stand in it openly.
pub fn masked(line: &str) -> Masked {
    let reading = Reading::contained(|| read::read(line, Place::Exec, None));
    let kept = words::kept(line, &reading);
    let stays = |hide: &Hide| kept.iter().any(|place| hide.meets(place));
    let found = words::of(line, &reading).into_iter().chain(text::of(line).filter(|hide| !stays(hide)));
    let hides = harmless(line, &reading, apart(found));
    let is_whole =
        hides.is_empty() || reading.opaque.is_empty() && !hides.iter().any(|hide| hide.is_handed_on);
    Masked { text: put(line, &hides, MASK), is_whole }
}

/// What a program was told at a prompt of its own, where no shell reads it: SQL, for most.
pub fn masked_told(told: &str) -> Masked {
    let hides = apart(text::of_statement(told, 0).chain(text::of(told)));
    Masked { text: put(told, &hides, MASK), is_whole: true }
}

/// In the order of the line; of two that overlap, the first that was found.
fn apart(found: impl Iterator<Item = Hide>) -> Vec<Hide> {
    let mut kept: Vec<Hide> = Vec::new();
    for hide in found {
        if !kept.iter().any(|other| hide.overlaps(other)) {
            kept.push(hide);
        }
    }
    kept.sort_by_key(|hide| hide.place.start);
    kept
}

/// Those without which the same programs run.
fn harmless(line: &str, reading: &Reading, hides: Vec<Hide>) -> Vec<Hide> {
    if hides.is_empty() || same(line, reading, &hides) {
        return hides;
    }
    let alone: Vec<Hide> =
        hides.into_iter().filter(|hide| same(line, reading, std::slice::from_ref(hide))).collect();
    if same(line, reading, &alone) { alone } else { Vec::new() }
}

fn same(line: &str, reading: &Reading, hides: &[Hide]) -> bool {
    let without = put(line, hides, WORD);
    runs(&Reading::contained(|| read::read(&without, Place::Exec, None))) == runs(reading)
        && without.matches('\n').count() == line.matches('\n').count()
}

/// What runs, and what cannot be told.
fn runs(reading: &Reading) -> (Vec<&Program>, &[Why]) {
    (reading.commands.iter().map(|command| &command.program).collect(), &reading.opaque)
}

fn put(line: &str, hides: &[Hide], mask: &str) -> String {
    let (mut text, mut at) = (String::with_capacity(line.len()), 0);
    for hide in hides {
        text.push_str(line.get(at..hide.place.start).unwrap_or_default());
        text.push_str(&hide.text(mask));
        at = hide.place.end;
    }
    text + line.get(at..).unwrap_or_default()
}
