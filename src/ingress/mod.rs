//! The ways in: what listens, and what each connection says of where it comes from, before SSH.
//!
//! A connection is [`Accepted`] while nothing of it was read, [`Identified`] when its address is known, and then a
//! [`ClientStream`] with its [`crate::domain::Origin`]. Each is made of the one before.

mod header_guard;
pub mod proxy;
mod refused;
mod tcp;
mod tls;
mod unheard;
pub mod wireguard;

pub use refused::Refusals;
pub use tcp::{Accepted, ClientStream, Identified, Listener, ListenerOptions};
pub use tls::{Refusal, Tls, TlsError, check_pair, server_names};
pub(crate) use unheard::{Unheard, unheard};
