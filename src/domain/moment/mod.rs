//! Points in time as people type them: one grammar for the command line and for the policy files.
//!
//! A day (`2026-12-01`, `today`, `tomorrow`, `yesterday`), a day and an hour (a blank or `T` between), an hour
//! alone, a length (`2h`, `+2h`, `-1h30m`) or `now`; a day and an hour may name their zone. What cannot be read
//! to its end is not a time: nothing is cut off and guessed.

mod error;
mod moments;
mod parse;
#[cfg(test)]
mod tests;
mod written;

pub use error::InvalidTime;
pub use moments::{Moments, Sense, shown};
pub(crate) use parse::length;
