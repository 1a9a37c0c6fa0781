//! What a command line does, and what the sets of commands say of it.
//!
//! Pure: no input, output or clock. [`judge`] reads a line as a shell would (`read`), finds every simple
//! command in it, also those that other commands run, and holds each against the danger catalog and the
//! sets. What reading cannot settle is *opaque*: never guessed.

mod batch;
mod danger;
mod fit;
mod fitness;
mod judge;
mod judgement;
mod line;
mod mask;
mod opaque;
mod pattern;
mod place;
mod read;
mod reason;
mod runs;
mod simple;
#[cfg(test)]
mod tests;
mod told;
mod word;
mod wrap;

pub use batch::judge_line;
pub use fitness::{UnreadableTable, check};
pub use judgement::{Confidence, Judgement};
pub use line::{judge, judge_in, judge_told};
pub use mask::{Masked, masked, masked_told};
pub use pattern::is_like;
pub use place::Place;
pub use reason::VerdictReason;
pub use runs::{Runs, runs};
pub use wrap::{is_wrapper, sets_variables};
