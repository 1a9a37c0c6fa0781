//! The ways in: what listens, and what each connection says about where it comes from, before SSH.

mod refused;

pub use refused::Refusals;
