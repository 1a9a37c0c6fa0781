//! Strict mode: a person at a prompt of the gateway's own, and no shell on the asset that reads what they type.
//!
//! An [`Editor`] makes lines of keys, [`plan`] reads a line by a grammar that knows words, wildcards, `|`, `;`,
//! `&&` and `||` and refuses all else, and [`render`] writes what was read as a command for an exec request, in
//! which every word is quoted anew. What is judged is a plan's text (its `Display`): the words that run, not the keys
//! that were typed. Pure: bytes in, text out.

mod directory;
mod editor;
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
pub use editor::{Editor, LineEvent, Words};
pub use own::{Own, Reading, read};
pub use plan::{Plan, plan};
pub use refused::{RefusalReason, Refused};
pub use render::{directory_of, render};

/// Longest line in bytes.
pub const MAX_LINE: usize = 4096;

/// Whether a character may stand in a line at all: it is seen as what it is. Controls move a cursor or end a
/// line, the others change how their neighbours look or are not seen.
fn is_plain(c: char) -> bool {
    let unseen = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    !c.is_control() && !unseen && (c == ' ' || !c.is_whitespace())
}
