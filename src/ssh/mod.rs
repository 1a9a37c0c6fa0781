//! SSH as the rest of the program sees it: the only place that names the SSH library.
//!
//! Both sides of a session look the same from here: a [`Channel`] with an [`Inbox`] of what its peer sent
//! and an [`Outlet`] for what goes back. A peer may send only what it was granted window for, and window
//! is granted by [`Outlet::credit`], when the far side has taken the bytes: memory per channel is bounded
//! by [`WINDOW`], whatever either peer does.

mod algorithms;
mod authenticator;
mod certificate;
mod channel;
pub mod client;
mod front;
mod inbox;
mod incoming;
mod keys;
mod line;
pub mod server;
mod slots;
mod stream;
mod terminal;
#[cfg(test)]
mod tests;
mod upstream;

pub use algorithms::Mismatch;
pub use channel::{Channel, Gone, Outlet};
pub use inbox::{ChannelEvent, Inbox, InboxProbe, RequestAnswer, Start};
pub use keys::{HostKey, InvalidKey, PrivateKey, PublicKey};
pub use stream::duplex;
pub use terminal::Terminal;

/// Receive window of a channel in bytes: what one channel can have under way at most.
pub const WINDOW: u32 = 2 * 1024 * 1024;

/// Largest data packet in bytes that we accept and send; every client is built for 32 KiB (RFC 4254 §5.1).
const MAX_PACKET: u32 = 32 * 1024;
