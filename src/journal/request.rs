//! What the writer is asked for, and what it answers.

use tokio::sync::{mpsc, oneshot};

use crate::domain::{Language, Tell, english, text};
use crate::event::JournalEntry;
use crate::platform::SystemError;
use crate::store::StoreError;

/// An entry could not be written. Whatever it tells of must not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalFailed {
    /// The gateway is stopping.
    Closed,
    Store(StoreError),
    /// The disk has less room than is kept.
    NoRoom {
        free: u64,
        kept: u64,
    },
    /// The disk does not say how much room it has.
    Disk(SystemError),
}

english!(JournalFailed);

impl Tell for JournalFailed {
    fn told(&self, language: Language) -> String {
        let reason = match self {
            Self::Closed => text!(language, "journal.closed"),
            Self::Store(error) => error.told(language),
            Self::Disk(error) => error.told(language),
            Self::NoRoom { free, kept } => text!(language, "journal.no-room", free = free, kept = kept),
        };
        text!(language, "journal.failed", reason = reason)
    }
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
    JournalFailed::Closed
}
