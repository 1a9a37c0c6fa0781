//! Lockdowns as values: who is locked out by which order, for how long, and past which a permit leads; and
//! who may give, confirm and take back an order, and when two persons are two.
//!
//! Cutting sessions and remembering orders is done elsewhere. Here are only the questions.

mod deed;
mod glass;
mod locks;
mod order;
mod period;
mod permit;
pub mod report;
mod request;
mod scope;
mod second;

pub use deed::{Deed, Objection, Person};
pub use glass::{CODE_LEN, code, digest};
pub use locks::{Lockdowns, Locks};
pub use order::{Lockdown, State};
pub use period::Period;
pub use permit::Permit;
pub use request::{Act, Request};
pub use scope::{InvalidScope, Scope, parse_except};
pub use second::{Factors, Known, Terms};

#[cfg(test)]
mod tests;
