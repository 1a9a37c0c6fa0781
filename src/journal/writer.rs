//! The task that writes. It never gives up: after a failure the next batch is tried anew, so that the
//! gateway works again as soon as the disk does.

use tokio::sync::{mpsc, oneshot, watch};

use super::chain::follow;
use super::progress::Progress;
use super::request::{JournalFailed, Request};
use crate::event::JournalEntry;
use crate::store::Store;

/// Rows in one transaction: enough to share a flush, few enough to be written in milliseconds.
const BATCH: usize = 256;

/// Entries that are written in one transaction, and who waits for each.
#[derive(Default)]
struct Batch {
    entries: Vec<JournalEntry>,
    waiting: Vec<oneshot::Sender<Result<u64, JournalFailed>>>,
}

pub(super) async fn run(
    store: Store,
    mut requests: mpsc::Receiver<Request>,
    written: watch::Sender<Progress>,
) {
    let mut taken = Vec::with_capacity(BATCH);
    let mut closers = Vec::new();
    while requests.recv_many(&mut taken, BATCH).await > 0 {
        let mut batch = Batch::default();
        for request in taken.drain(..) {
            match request {
                Request::Append(entry, done) => {
                    batch.entries.push(*entry);
                    batch.waiting.push(done);
                }
                Request::Close(done) => {
                    // What is queued is still received; nothing more can be queued.
                    requests.close();
                    closers.push(done);
                }
            }
        }
        batch.write(&store, &written).await;
    }
    for closer in closers {
        let _ = closer.send(());
    }
}

impl Batch {
    /// All of it is in the journal afterwards, or nothing; everybody who waits is told.
    async fn write(self, store: &Store, written: &watch::Sender<Progress>) {
        let Self { entries, waiting } = self;
        if entries.is_empty() {
            return;
        }
        match store.journal().append(Box::new(|head| follow(head, &entries))).await {
            Ok(head) => {
                written.send_modify(|progress| progress.add(&entries));
                for (seq, done) in (head.seq + 1..).zip(waiting) {
                    // Who stopped waiting does not want to know.
                    let _ = done.send(Ok(seq));
                }
            }
            Err(error) => {
                tracing::error!(%error, rows = entries.len(), "the journal cannot be written");
                let failed = JournalFailed::Store(error);
                for done in waiting {
                    let _ = done.send(Err(failed.clone()));
                }
            }
        }
    }
}
