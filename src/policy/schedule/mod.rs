//! When something is open: wall-clock stretches in a timezone, with closed and extra dates.
//!
//! An instant is open if what a clock on the wall shows at that instant lies in an open stretch. So a
//! stretch inside the hour that a change of clocks skips never opens, and one inside the hour that it
//! repeats opens twice. On a `closed` date nothing of `open` is left, neither what begins there nor what
//! began the evening before; what begins there and runs into the next date is open on that next date.
//! `extra` is added after that.

mod edges;
mod hours;
mod open;
mod parts;
mod read;
mod text;
mod wall;

pub use open::Schedule;
pub(super) use parts::Span;

#[cfg(test)]
mod tests;
