//! What the writer is asked for, and what it answers.

use tokio::sync::oneshot;

use crate::event::JournalEntry;

/// An entry could not be written. Whatever it tells of must not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the journal cannot be written: {reason}")]
pub struct JournalFailed {
    pub reason: String,
}

#[derive(Debug)]
pub(super) enum Request {
    /// An entry, and who waits for its sequence number.
    Append(Box<JournalEntry>, oneshot::Sender<Result<u64, JournalFailed>>),
    Close(oneshot::Sender<()>),
}
