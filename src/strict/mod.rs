//! Strict mode: a person at a prompt of the gateway's own, and no shell on the asset that reads what they type.
//!
//! The terminal's editor makes lines of keys, [`plan`] reads a line by a grammar that knows words, wildcards, `|`, `;`,
//! `&&` and `||` and refuses all else, and [`render`] writes what was read as a command for an exec request, in
//! which every word is quoted anew. What is judged is a plan's text (its `Display`): the words that run, not the keys
//! that were typed. Pure: bytes in, text out.

mod directory;
mod lexer;
mod own;
mod own_words;
mod pipeline;
mod plan;
mod program;
mod quote;
mod refused;
mod render;
mod word;

pub use directory::Directory;
pub use own::{Own, Reading, read};
pub use own_words::completions;
pub use plan::{Plan, plan};
pub use refused::{RefusalReason, Refused};
pub use render::{directory_of, render};
