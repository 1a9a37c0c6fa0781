//! The ways in beside plain TCP: what is proven of a connection before SSH begins.

pub mod refused;
pub mod wireguard;
