//! Signs the log: a checkpoint some seconds after a row, soon after a session's end, and at a clean stop.
//!
//! The key that signs lives for an epoch. Its successor is drawn, named by a row of the log, and vouched for by a
//! checkpoint of the old key that covers this row; then the old key is erased. So whoever takes the machine has the key of
//! this epoch alone, and cannot sign another past. All of it is done in a task beside the journal's writer, which waits for
//! nothing here.

mod error;
mod files;
mod sealing;
mod settle;
mod signer;
mod task;
mod times;

pub use error::SealError;
pub use sealing::Sealer;
pub(super) use sealing::Sealing;

#[cfg(test)]
mod tests;
