//! Reads a line as a POSIX shell or bash would, and finds every simple command in it.
//!
//! One pass from left to right, in time linear in the line and with bounded recursion, whatever the line
//! is: it comes from whoever is to be judged. Structure counts only as far as it tells where a command
//! begins and ends and what is quoted; where this grammar and a shell may disagree, the line is opaque.
//!
//! Our own, since the well-kept parsers of shell grammar are made for scripts that one trusts: they recurse
//! without bound, backtrack exponentially in nested parentheses, panic on a long number in braces, or keep
//! what they read in a cache of the process.
//!
//! | file | reads |
//! |---|---|
//! | [`list`] | pipelines and lists |
//! | [`compound`] | `if`, `for`, `case`, functions and their like |
//! | [`simple`] | one simple command: assignments, words, redirections |
//! | [`word`] | a word: quotes, expansions, substitutions |
//! | [`history`] | `!!`, which an interactive shell replaces first |
//! | [`brace`] | `{a,b}` and `{1..3}` |
//! | [`ansi`] | `$'…'` |

mod ansi;
mod brace;
mod broken;
mod compound;
mod expand;
mod fed;
mod found;
mod glob;
mod here;
mod history;
mod line;
mod list;
mod reader;
mod simple;
#[cfg(test)]
mod tests;
mod word;

pub(super) use found::{Found, MOST, Reading};
pub(super) use line::{LONGEST, read};
