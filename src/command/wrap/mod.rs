//! What a command runs in its turn: `sudo`, `env`, `sh -c`, `find -exec`, `ssh HOST` and their like.
//!
//! Which programs these are, and which of their options take a value, is a table ([`table`],
//! `wrappers.toml`). Wrapper and wrapped are both kept, and both judged.

mod code;
mod each;
mod feed;
mod git;
mod handed;
mod options;
mod run;
mod sed;
mod table;
#[cfg(test)]
mod tests;
mod variables;
mod words;

pub(super) use feed::{feed, runs_what_it_is_told};
pub(super) use table::check;
pub use table::{is_wrapper, sets_variables};
pub(super) use variables::{counted, each_of, is_index, named, set_if_empty};
