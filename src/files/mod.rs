//! File transfer as policy sees it: what a client of SFTP or scp is about to do to files.
//!
//! Nothing here reads, writes or waits: bytes and questions go in, bytes and answers come out. Whoever
//! holds a channel asks policy, and keeps the journal.

mod access;
mod attributes;
mod lane;
mod own;
mod request;
pub mod scp;
mod server;
mod sftp;
mod wire;

pub use request::FileOp;
pub use sftp::{Gate, GateOutput};
pub use wire::GateError;
