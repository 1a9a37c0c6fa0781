//! The journal: what happened, as evidence. An append returns when its row is on the disk, and every
//! row's hash covers the row before it, so that no row can be changed, removed or moved without a trace.
//!
//! One task writes. While a transaction is under way further entries queue up, and the next transaction
//! takes them all: a flush of the disk is shared by however many are waiting for one.

mod chain;
mod named;
mod progress;
mod request;
mod seal;
mod verify;
mod writer;

use tokio::sync::{mpsc, oneshot, watch};

use crate::event::JournalEntry;
use crate::store::Store;

pub use chain::{follow, link};
pub use named::NamedKey;
use progress::Progress;
pub use request::JournalFailed;
use request::{Queue, Request};
use seal::Sealing;
pub use seal::{SealError, Sealer};
pub use verify::{Fault, Faults, LogReport, NAMED, ProvenRows, Report, Scope, verify};

/// Nothing more than this waits to be written; who comes then, waits to be queued.
const QUEUE: usize = 1024;

/// Cheap to clone; all clones feed one writer.
#[derive(Debug, Clone)]
pub struct Journal {
    queue: Queue,
    progress: watch::Receiver<Progress>,
    sealing: Option<Sealing>,
}

impl Journal {
    /// Starts the task that writes to `store`.
    pub fn start(store: Store) -> Self {
        let (queue, requests) = mpsc::channel(QUEUE);
        let (written, progress) = watch::channel(Progress::default());
        tokio::spawn(writer::run(store, requests, written));
        Self { queue, progress, sealing: None }
    }

    /// The same journal with a signer beside it. A change of keys that a crash broke off is brought to its end first.
    ///
    /// # Errors
    /// When a key cannot be read or made, or its row not written.
    pub async fn sealed(self, sealer: Sealer) -> Result<Self, SealError> {
        let sealing = Sealing::start(sealer, self.queue.clone(), self.progress.clone()).await?;
        Ok(Self { sealing: Some(sealing), ..self })
    }

    /// A gateway starts: what was signed before holds, and a new key signs from here on.
    ///
    /// # Errors
    /// When the journal is not what was signed before, or the key could not be changed.
    pub async fn begin_epoch(&self) -> Result<(), SealError> {
        match &self.sealing {
            Some(sealing) => sealing.begin_epoch().await,
            None => Ok(()),
        }
    }

    /// Writes an entry and returns its sequence number once it is on the disk. Who stops waiting gets
    /// it written all the same.
    ///
    /// # Errors
    /// When it could not be written: the caller has to stop what it was about to do.
    pub async fn append(&self, entry: JournalEntry) -> Result<u64, JournalFailed> {
        request::append(&self.queue, entry).await
    }

    /// Writes what is queued and then no more, and signs it; returns when that is done. For the end of the process.
    pub async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.queue.send(Request::Close(done)).await.is_ok() {
            // An error says that the writer is gone already, which is what was asked for.
            let _ = closed.await;
        }
        if let Some(sealing) = &self.sealing {
            sealing.finish().await;
        }
    }
}

#[cfg(test)]
mod damage_tests;
#[cfg(test)]
mod tamper_tests;
#[cfg(test)]
mod tests;
