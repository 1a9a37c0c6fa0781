//! One line, from its text to what is said of it.

use super::judge::of_reading;
use super::judgement::Judgement;
use super::place::Place;
use super::read::{self, Reading};
use super::told;
use crate::domain::CommandSetName;
use crate::policy::Policy;

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
    of_reading(policy, sets, line, &Reading::contained(|| read::read(line, place, dir)))
}

/// Judges what a program is told at a prompt of its own.
pub fn judge_told(policy: &Policy, sets: &[CommandSetName], program: &str, told: &str) -> Judgement {
    of_reading(policy, sets, told, &Reading::contained(|| told::read(program, told)))
}
