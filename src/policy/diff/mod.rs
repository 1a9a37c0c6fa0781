//! What changes in effect from one policy to another: who gains and who loses, not which lines differ.
//!
//! Both policies are asked the same requests and answer by their own `decide`. Requests that nothing in
//! either policy tells apart are asked once, so the answer holds for every operator, asset, login, kind of
//! access, source address and way in. In time it holds for the coming week, and for the week after the
//! first and the last day of an account where these change; what opens or closes later is not looked at.
//! Orders that are in force beside the policy (lockdowns, accounts disabled by hand) do not count.

mod atoms;
mod between;
mod bits;
mod case;
mod change;
mod crowd;
mod effects;
mod fold;
mod grid;
mod hours;
mod notes;
mod parties;
mod periods;
mod show;
mod sides;
mod teller;
mod terms;

pub use between::Diff;
pub use change::{AccessKind, Change, ChangeScope};
pub use crowd::Crowds;
pub use notes::Note;
pub use teller::Teller;
pub use terms::ChangeKind;

#[cfg(test)]
mod tests;
