//! Lockdowns as values: who is locked out by which order, for how long, and past which a permit leads; and
//! who may give, confirm and take back an order, and when two persons are two.
//!
//! Cutting sessions and remembering orders is done elsewhere. Here are only the questions.

mod break_glass;
mod deed;
mod locks;
mod objection;
mod order;
mod period;
mod permit;
mod person;
pub mod report;
mod request;
mod scope;
mod second;
mod state;

pub use break_glass::{CODE_LEN, code, digest};
pub use deed::Deed;
pub use locks::{Lockdowns, Locks};
pub use objection::Objection;
pub use order::Lockdown;
pub use period::Period;
pub use permit::Permit;
pub use person::Person;
pub use request::{Act, PendingRequest};
pub use scope::{InvalidScope, Scope, parse_except};
pub use second::{FactorProvenance, Known, Terms};
pub use state::State;

#[cfg(test)]
mod tests;
