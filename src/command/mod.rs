//! What a command line does, and what the sets of commands say of it.
//!
//! Pure: no input, output or clock. [`judge`] reads a line as a shell would (`read`), finds every simple
//! command in it, also those that other commands run, and holds each against the danger catalog and the
//! sets. What reading cannot settle is *opaque*: never guessed.

mod batch;
mod danger;
mod fit;
mod judge;
mod mask;
mod opaque;
mod pattern;
mod read;
mod reason;
mod runs;
mod simple;
#[cfg(test)]
mod tests;
mod told;
mod word;
mod wrap;

use std::collections::BTreeMap;

use crate::domain::{CommandSetName, Danger};
use crate::policy::{Policy, Verdict};
use read::Reading;
pub use runs::{Runs, runs};

pub use batch::judge_line;
pub use mask::{Masked, masked, masked_told};
pub use reason::Reason;
pub use wrap::{is_wrapper, sets_variables};

/// Where a line is going to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// At the prompt of an interactive shell: `!!` means an earlier line, and what a shell without a script
    /// is told is typed, and so judged, too.
    Terminal,
    /// As the command of an SSH exec request: nobody sees what its standard input says.
    Exec,
}

/// How sure it is that this is the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// It was sent as it stands.
    Exact,
    /// It was read from the screen.
    Screen,
    /// A part of it was not seen.
    Partial,
}

/// Whether a text is what a pattern means, as an argument would be: `*` is anything without `/`.
pub fn is_like(pattern: &str, text: &str) -> bool {
    fit::fits(pattern, &word::Word::text(text), None) == fit::Fit::Yes
}

/// What a line is, in the eyes of some sets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The strictest of all sets.
    pub verdict: Verdict,
    pub sets: BTreeMap<CommandSetName, Verdict>,
    /// Of every simple command, in the order of the line.
    pub programs: Vec<String>,
    /// The worst of all commands; `None`: the catalog names none of them.
    pub danger: Option<Danger>,
    /// Whether something in it cannot be settled by reading.
    pub opaque: bool,
    /// Why the verdict is what it is.
    pub reason: Reason,
    /// The command that the verdict is about, as it was written; empty where it is to allow.
    pub culprit: String,
}

/// A table that is built in cannot be read: without it the judge would let pass what it should not.
#[derive(Debug, thiserror::Error)]
#[error("this build cannot judge commands: {0}")]
pub struct Unfit(#[from] toml::de::Error);

/// Whether this build can judge.
///
/// # Errors
/// The first table that cannot be read, and why.
pub fn check() -> Result<(), Unfit> {
    danger::check()?;
    Ok(wrap::check()?)
}

/// Judges one line. A set that does not exist denies; a reader that fails on a line has not read it.
pub fn judge(policy: &Policy, sets: &[CommandSetName], line: &str, place: Place) -> Judgement {
    judge_in(policy, sets, line, place, None)
}

/// The same where it is known in which directory the line runs.
pub fn judge_in(
    policy: &Policy,
    sets: &[CommandSetName],
    line: &str,
    place: Place,
    dir: Option<&str>,
) -> Judgement {
    judge::judge(policy, sets, line, &contained(|| read::read(line, place, dir)))
}

/// Judges what a program is told at a prompt of its own.
pub fn judge_told(policy: &Policy, sets: &[CommandSetName], program: &str, told: &str) -> Judgement {
    judge::judge(policy, sets, told, &contained(|| told::read(program, told)))
}

fn contained(read: impl FnOnce() -> Reading + std::panic::UnwindSafe) -> Reading {
    std::panic::catch_unwind(read)
        .unwrap_or_else(|_| Reading { opaque: vec![opaque::Why::Fault], ..Reading::default() })
}
