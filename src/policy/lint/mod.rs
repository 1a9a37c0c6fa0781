//! What is right by the letter and still hardly meant: rules that never match, accounts that reach nothing.
//!
//! Warnings, not faults: a policy with lints is in force as it stands. Each says how to mend it.

mod all;
mod people;
mod reach;
mod rules;
mod shells;
mod times;
mod warning;

pub(super) use warning::subject_in;
pub use warning::{Lint, LintKind};

#[cfg(test)]
mod tests;
