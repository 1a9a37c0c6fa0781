//! What line stands at the prompt of a terminal when Enter is pressed.
//!
//! Keys do not tell: history, completion and editing make lines that nobody typed. So the target's output is
//! shown to a terminal emulator ([`crate::terminal::screen`]), and the line is read from there ([`reading`]) once the answer to
//! the last key is complete ([`pace`]). [`Capture`] holds back what was typed after an Enter until then.
//! Pure: bytes and times go in, and what is to be done comes out.

mod bulk;
mod capture;
mod current;
mod escapes;
mod full_screen;
mod keys;
mod pace;
mod prompt;
mod reading;
mod search;
mod stage;
mod substitution;
mod transfer;
mod typed;
mod unfinished;
mod unread;

pub use capture::{Capture, CaptureStep, Line};
pub use transfer::{Starts, Transfer, is_reply};
