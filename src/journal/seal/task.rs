//! When something is signed.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use super::error::SealError;
use super::settle::Keeper;
use super::signer::Signer;
use super::times::SealTimes;
use crate::event::KeyCause;
use crate::journal::progress::Progress;

/// Checkpoints for ends of sessions are so far apart: a thousand short sessions do not make a thousand flushes.
const BREATH: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) enum Order {
    Begin(oneshot::Sender<Result<(), SealError>>),
    Finish(oneshot::Sender<()>),
}

pub(super) struct Task {
    keeper: Keeper,
    times: SealTimes,
    /// None while a change of keys could not be brought to its end.
    signer: Option<Signer>,
    /// When this key's epoch began, by a clock that nobody sets.
    began: Instant,
    seen: Progress,
    signed: Instant,
    /// When the next checkpoint is due.
    due: Option<Instant>,
}

impl Task {
    pub(super) fn new(keeper: Keeper, times: SealTimes, signer: Signer) -> Self {
        let now = Instant::now();
        // What a gateway that died had not signed is signed soon.
        let due = Some(now + times.checkpoint);
        let mut task =
            Self { keeper, times, signer: None, began: now, seen: Progress::default(), signed: now, due };
        task.take(signer);
        task
    }

    pub(super) async fn run(
        mut self,
        mut progress: watch::Receiver<Progress>,
        mut orders: mpsc::Receiver<Order>,
    ) {
        let mut writing = true;
        loop {
            let due = self.due;
            tokio::select! {
                changed = progress.changed(), if writing => {
                    writing = changed.is_ok();
                    let now = *progress.borrow_and_update();
                    self.heard(now);
                }
                () = until(due), if due.is_some() => self.seal().await,
                order = orders.recv() => match order {
                    Some(Order::Begin(done)) => drop(done.send(self.begin().await)),
                    Some(Order::Finish(done)) => {
                        told(self.sign().await);
                        let _ = done.send(()); // who stopped waiting does not want to know
                        return;
                    }
                    None => return,
                },
            }
        }
    }

    /// Rows were written.
    fn heard(&mut self, now: Progress) {
        let wanted = if now.ended > self.seen.ended {
            (self.signed + BREATH).max(Instant::now())
        } else if now.rows > self.seen.rows {
            Instant::now() + self.times.checkpoint
        } else {
            return;
        };
        self.seen = now;
        self.due = Some(self.due.map_or(wanted, |due| due.min(wanted)));
    }

    /// Signs, and changes the key where its epoch is over. What fails is tried again.
    async fn seal(&mut self) {
        let sealed = match self.epoch_is_over() {
            true => self.roll(KeyCause::Epoch).await,
            false => self.sign().await,
        };
        self.signed = Instant::now();
        let failed = sealed.is_err();
        told(sealed);
        self.due = if failed { Some(Instant::now() + self.times.checkpoint) } else { self.epoch_end() };
    }

    async fn sign(&mut self) -> Result<(), SealError> {
        if self.signer.is_none() {
            self.take(self.keeper.settle().await?);
        }
        match &mut self.signer {
            Some(signer) => signer.sign(&self.keeper.store, self.keeper.clock.now()).await,
            None => Ok(()),
        }
    }

    /// This key signs from now on. How old it is, its row says; how much older it gets, the monotonic clock.
    fn take(&mut self, signer: Signer) {
        let age = self.keeper.clock.now().duration_since(signer.named().at);
        let age = Duration::try_from(age).unwrap_or_default().min(self.times.epoch);
        let now = Instant::now();
        self.began = now.checked_sub(age).unwrap_or(now);
        self.signer = Some(signer);
    }

    async fn roll(&mut self, cause: KeyCause) -> Result<(), SealError> {
        match self.signer.take() {
            Some(signer) => self.take(self.keeper.roll(signer, cause).await?),
            None => self.take(self.keeper.settle().await?),
        }
        Ok(())
    }

    /// What was signed before has to hold: a start is the time to find out.
    async fn begin(&mut self) -> Result<(), SealError> {
        self.sign().await?;
        self.roll(KeyCause::Start).await
    }

    /// A key that has signed for rows ends with its epoch, whether more come or not: it could sign other ones.
    fn epoch_is_over(&self) -> bool {
        let Some(signer) = &self.signer else { return false };
        signer.used() >= self.times.rows || signer.used() > 0 && self.left().is_zero()
    }

    fn epoch_end(&self) -> Option<Instant> {
        let used = self.signer.as_ref().is_some_and(|signer| signer.used() > 0);
        used.then(|| Instant::now() + self.left())
    }

    fn left(&self) -> Duration {
        self.times.epoch.saturating_sub(self.began.elapsed())
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

fn told(sealed: Result<(), SealError>) {
    if let Err(error) = sealed {
        tracing::error!(%error, "the log cannot be signed");
    }
}
