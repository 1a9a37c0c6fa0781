//! The journal: what happened, as evidence. An append returns when its row is on the disk, and every
//! row's hash covers the row before it, so that no row can be changed, removed or moved without a trace.
//!
//! One task writes. While a transaction is under way further entries queue up, and the next transaction
//! takes them all: a flush of the disk is shared by however many are waiting for one.

mod chain;
mod request;
mod verify;
mod writer;

use tokio::sync::{mpsc, oneshot};

use crate::event::JournalEntry;
use crate::store::Store;

pub use chain::{follow, link};
pub use request::JournalFailed;
use request::Request;
pub use verify::{Fault, Faults, NAMED, Report, Scope, verify};

/// Nothing more than this waits to be written; who comes then, waits to be queued.
const QUEUE: usize = 1024;

/// Cheap to clone; all clones feed one writer.
#[derive(Debug, Clone)]
pub struct Journal {
    queue: mpsc::Sender<Request>,
}

impl Journal {
    /// Starts the task that writes to `store`.
    pub fn start(store: Store) -> Self {
        let (queue, requests) = mpsc::channel(QUEUE);
        tokio::spawn(writer::run(store, requests));
        Self { queue }
    }

    /// Writes an entry and returns its sequence number once it is on the disk. Who stops waiting gets
    /// it written all the same.
    ///
    /// # Errors
    /// When it could not be written: the caller has to stop what it was about to do.
    pub async fn append(&self, entry: JournalEntry) -> Result<u64, JournalFailed> {
        let (done, written) = oneshot::channel();
        self.queue.send(Request::Append(Box::new(entry), done)).await.map_err(|_| closed())?;
        written.await.map_err(|_| closed())?
    }

    /// Writes what is queued and then no more; returns when that is done. For the end of the process.
    pub async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.queue.send(Request::Close(done)).await.is_ok() {
            // An error says that the writer is gone already, which is what was asked for.
            let _ = closed.await;
        }
    }
}

fn closed() -> JournalFailed {
    JournalFailed { reason: "it is closed: the gateway is stopping".to_owned() }
}

#[cfg(test)]
mod damage_tests;
#[cfg(test)]
mod tests;
