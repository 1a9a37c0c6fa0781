//! What the writer is asked for, and what it answers.

use tokio::sync::{mpsc, oneshot};

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

pub(super) type Queue = mpsc::Sender<Request>;

/// Writes an entry and returns its sequence number once it is on the disk.
pub(super) async fn append(queue: &Queue, entry: JournalEntry) -> Result<u64, JournalFailed> {
    let (done, written) = oneshot::channel();
    queue.send(Request::Append(Box::new(entry), done)).await.map_err(|_| closed())?;
    written.await.map_err(|_| closed())?
}

fn closed() -> JournalFailed {
    JournalFailed { reason: "it is closed: the gateway is stopping".to_owned() }
}
