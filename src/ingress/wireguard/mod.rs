//! WireGuard, ended inside of this process: UDP on one side, connections to the login on the other, and nothing
//! that leads anywhere else. No interface of the host, no route, no privilege.
//!
//! A datagram goes `socket` → `handshake` or `peers` → `peer` → `tunnel` (its keys) → `gate` (what may pass) →
//! `stack` (its TCP) → `stream`, and back as a `burst`. Each peer is a task of its own.
//!
//! `boringtun` without its device: small, synchronous, and it asks for cookies by what all senders ask together,
//! where others count each address alone. `smoltcp` itself, an interface a peer, so that peers share nothing.

mod burst;
mod context;
mod dated;
mod desk;
mod gate;
mod handshake;
mod listener;
mod moves;
mod peer;
mod peers;
mod socket;
mod stack;
mod stream;
mod tunnel;
mod window;
mod wire;

pub use burst::Burst;
pub use context::WireguardSettings;
pub use gate::{Dropped, PacketGate, Passage, Segment};
pub use handshake::{HandshakeCheck, HandshakeLimiter};
pub use listener::{NotBound, Wireguard};
pub use stream::TunnelStream;
pub use tunnel::{Decapsulated, Identity, Tunnel};
pub use wire::MTU;

#[cfg(test)]
mod tests;
