//! The signer as the journal has it.

use std::path::Path;

use tokio::sync::{mpsc, oneshot, watch};

use super::error::SealError;
use super::files::KeyFiles;
use super::settle::Keeper;
use super::task::{Order, Task};
use super::times::SealTimes;
use crate::journal::progress::Progress;
use crate::journal::request::Queue;
use crate::platform::clock::Clock;
use crate::store::Store;

/// With what, and how often, a log is signed.
#[derive(Debug, Clone)]
pub struct Sealer {
    files: KeyFiles,
    store: Store,
    clock: Clock,
    times: SealTimes,
}

impl Sealer {
    pub fn new(data_dir: &Path, store: Store, clock: Clock, config: &crate::config::EvidenceConfig) -> Self {
        let times = SealTimes {
            checkpoint: config.checkpoint.as_duration(),
            epoch: config.epoch.as_duration(),
            rows: config.epoch_rows.get().into(),
        };
        Self { files: KeyFiles::in_dir(data_dir), store, clock, times }
    }
}

/// The task that signs. Cheap to clone.
#[derive(Debug, Clone)]
pub(in crate::journal) struct Sealing(mpsc::Sender<Order>);

impl Sealing {
    /// Brings a change of keys to its end that a crash broke off, and signs from then on.
    pub(in crate::journal) async fn start(
        sealer: Sealer,
        queue: Queue,
        progress: watch::Receiver<Progress>,
    ) -> Result<Self, SealError> {
        let Sealer { files, store, clock, times } = sealer;
        let keeper = Keeper { store, queue, clock, files };
        let signer = keeper.settle().await?;
        let (orders, ordered) = mpsc::channel(1);
        tokio::spawn(Task::new(keeper, times, signer).run(progress, ordered));
        Ok(Self(orders))
    }

    /// A gateway starts: a new key signs from here on.
    pub(in crate::journal) async fn begin_epoch(&self) -> Result<(), SealError> {
        let (done, begun) = oneshot::channel();
        self.0.send(Order::Begin(done)).await.map_err(|_| SealError::Ended)?;
        begun.await.map_err(|_| SealError::Ended)?
    }

    /// Signs the last rows, and ends.
    pub(in crate::journal) async fn finish(&self) {
        let (done, finished) = oneshot::channel();
        if self.0.send(Order::Finish(done)).await.is_ok() {
            let _ = finished.await; // an error says that it has ended already
        }
    }
}
