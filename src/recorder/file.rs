//! One recording's file, and what waits to be written to it.
//!
//! Whoever has lines pushes them and waits for the mark that they got; a thread of [`Writers`] writes all that came
//! meanwhile at once, or whoever has a few bytes does it. What is behind a mark is in the kernel's hands.

use std::fs::File;
use std::io::{self, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::Notify;

use super::quota::{Exceeded, Quota};
use super::writers::{Work, Writers};
use crate::domain::OperatorName;
use crate::event::Stream;
use crate::evidence::chain::StreamDigest;
use crate::platform::failpoint;

/// Bytes of one recording that may wait; of one that has more, nothing is taken.
const OWN: u64 = 1 << 20;

/// Bytes that may wait of all of them.
const ALL: u64 = 64 << 20;

/// What each may have waiting whatever others have: somebody who types does not notice them.
const LITTLE: u64 = 64 * 1024;

/// Bytes that whoever has them may write: a screen's change after a key.
const SMALL: usize = 4 * 1024;

/// One large packet does not hold its memory for the hours of a session.
const BUFFER: usize = 64 * 1024;

/// A file that is being written.
pub struct RecordingFile {
    path: PathBuf,
    writers: Writers,
    /// How long a disk may take.
    patience: Duration,
    queue: Mutex<Queue>,
    /// A writer's, for as long as it writes.
    writing: Mutex<Writing>,
    written: AtomicU64,
    broken: AtomicBool,
    over: AtomicBool,
    progress: Notify,
    /// Since when somebody other than a writer writes.
    here: Mutex<Option<Instant>>,
}

/// Lines that are laid down. Somebody has to write them: a writer, unless whoever has this does ([`Self::write`]).
pub struct Laid {
    mark: u64,
    bytes: usize,
    /// `None` where a writer has the file already.
    unwritten: Option<Arc<RecordingFile>>,
}

impl Laid {
    /// The mark to wait for ([`RecordingFile::written`]).
    pub fn mark(&self) -> u64 {
        self.mark
    }

    /// Writes them on this thread, if they are few and the disk is quick; the runtime goes on without it meanwhile. Else a
    /// writer does. Who calls this must be cut without it: a disk that stops answering holds it
    /// ([`RecordingFile::overdue`]).
    pub fn write(mut self) {
        let pooled = |handle: Handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread;
        if self.bytes > SMALL || !Handle::try_current().is_ok_and(pooled) {
            return;
        }
        let Some(file) = self.unwritten.take() else { return };
        if let Some(_pass) = file.writers.shortcut().pass() {
            file.set_here(Some(Instant::now()));
            let more = tokio::task::block_in_place(|| file.piece());
            file.set_here(None);
            if !more {
                return;
            }
        }
        self.unwritten = Some(file);
    }
}

impl Drop for Laid {
    fn drop(&mut self) {
        if let Some(file) = self.unwritten.take()
            && let Err(error) = file.writers.take(Arc::<RecordingFile>::clone(&file))
        {
            let _ = file.break_off(&error); // whoever waits for the mark is told
        }
    }
}

#[derive(Default)]
struct Queue {
    lines: Vec<u8>,
    spare: Vec<u8>,
    /// All bytes that were ever pushed.
    pushed: u64,
    /// A writer has this file, or is about to.
    taken: bool,
    broken: Option<Fault>,
    over: Option<Fault>,
    /// How long whoever writes has to wait before the next bytes are taken.
    pace: Duration,
}

struct Writing {
    file: File,
    digest: StreamDigest,
    quota: Quota,
    /// Whose it is: a test names it.
    operator: OperatorName,
}

impl Writing {
    fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        failpoint::panic("write", self.operator.as_str());
        failpoint::stuck_write(self.operator.as_str());
        self.file.write_all(lines)
    }
}

/// Errors of the system cannot be cloned.
struct Fault {
    kind: io::ErrorKind,
    text: String,
    exceeded: Option<Exceeded>,
}

impl Fault {
    fn of(error: &io::Error) -> Self {
        Self { kind: error.kind(), text: error.to_string(), exceeded: Exceeded::of(error) }
    }

    fn error(&self) -> io::Error {
        match self.exceeded {
            Some(exceeded) => exceeded.into(),
            None => io::Error::new(self.kind, self.text.clone()),
        }
    }
}

impl RecordingFile {
    pub(super) fn new(
        file: File,
        path: PathBuf,
        operator: OperatorName,
        quota: Quota,
        writers: Writers,
        patience: Duration,
    ) -> Self {
        Self {
            path,
            writers,
            patience,
            queue: Mutex::default(),
            writing: Mutex::new(Writing { file, digest: StreamDigest::default(), quota, operator }),
            written: AtomicU64::new(0),
            broken: AtomicBool::new(false),
            over: AtomicBool::new(false),
            progress: Notify::new(),
            here: Mutex::default(),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is in it is whole between any two statements, so a poisoned lock is still good. Nobody holds it while a
    /// disk is waited for.
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until more may be pushed.
    ///
    /// # Errors
    /// When it cannot be written, or not in time.
    pub async fn room(&self) -> io::Result<()> {
        if self.has_room() {
            return Ok(());
        }
        self.until(|| self.broken.load(Ordering::Acquire) || self.has_room()).await
    }

    fn has_room(&self) -> bool {
        let own = self.queue().pushed.saturating_sub(self.written.load(Ordering::Acquire));
        own < LITTLE || own < OWN && self.writers.waiting() < ALL
    }

    /// The mark of all that was pushed.
    pub(super) fn pushed(&self) -> u64 {
        self.queue().pushed
    }

    /// Lays these lines down, behind all that were laid before, and empties them.
    ///
    /// # Errors
    /// When it cannot be written any more: there would be a hole in it.
    pub(super) fn lay(self: &Arc<Self>, lines: &mut Vec<u8>) -> io::Result<Laid> {
        let mut queue = self.queue();
        if let Some(fault) = &queue.broken {
            return Err(fault.error());
        }
        if lines.is_empty() {
            return Ok(Laid { mark: 0, bytes: 0, unwritten: None });
        }
        let bytes = lines.len();
        queue.lines.extend_from_slice(lines);
        queue.pushed += bytes as u64;
        let (mark, taken) = (queue.pushed, std::mem::replace(&mut queue.taken, true));
        self.writers.wait(bytes as u64); // before a writer can have them
        drop(queue);
        lines.clear();
        lines.shrink_to(BUFFER);
        Ok(Laid { mark, bytes, unwritten: (!taken).then(|| Arc::clone(self)) })
    }

    /// Waits until all before this mark is written.
    ///
    /// # Errors
    /// When it cannot be, or not in time, or when it was the last that may be.
    pub async fn written(&self, mark: u64) -> io::Result<()> {
        self.settled(mark).await?;
        if self.over.load(Ordering::Acquire)
            && let Some(fault) = &self.queue().over
        {
            return Err(fault.error());
        }
        Ok(())
    }

    /// The same, whatever was over: an end is written all the same.
    pub(super) async fn settled(&self, mark: u64) -> io::Result<()> {
        let settled = || self.broken.load(Ordering::Acquire) || self.written.load(Ordering::Acquire) >= mark;
        if !settled() {
            self.until(settled).await?;
        }
        match &self.queue().broken {
            Some(fault) if self.broken.load(Ordering::Acquire) => Err(fault.error()),
            _ => Ok(()),
        }
    }

    /// Waits for as long as a disk may take.
    async fn until(&self, is: impl Fn() -> bool) -> io::Result<()> {
        let wait = async {
            loop {
                let progress = self.progress.notified(); // what happens from here on is heard
                if is() {
                    return;
                }
                progress.await;
            }
        };
        match tokio::time::timeout(self.patience, wait).await {
            Ok(()) => Ok(()),
            Err(_) => Err(self.break_off(&self.late())),
        }
    }

    fn set_here(&self, since: Option<Instant>) {
        *self.here.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }

    /// Resolves when somebody other than a writer ([`Laid::write`]) has been at it for longer than a disk may take.
    pub async fn overdue(&self) -> io::Error {
        loop {
            let since = *self.here.lock().unwrap_or_else(PoisonError::into_inner);
            let left = self.patience.saturating_sub(since.map_or(Duration::ZERO, |since| since.elapsed()));
            if left.is_zero() {
                return self.break_off(&self.late());
            }
            tokio::time::sleep(left).await;
        }
    }

    fn late(&self) -> io::Error {
        let late = format!("the disk did not take it within {:?}", self.patience);
        io::Error::new(io::ErrorKind::TimedOut, late)
    }

    /// Nothing more is written: what is behind the last mark would stand behind a hole.
    fn break_off(&self, error: &io::Error) -> io::Error {
        let mut queue = self.queue();
        let named = io::Error::new(error.kind(), format!("recording {}: {error}", self.path.display()));
        let fault = queue.broken.get_or_insert_with(|| Fault::of(&named)).error();
        let dropped = std::mem::take(&mut queue.lines).len() as u64;
        drop(queue);
        self.writers.wrote(dropped);
        self.broken.store(true, Ordering::Release);
        self.progress.notify_waiters();
        fault
    }

    /// How long to wait before the next bytes; told once.
    pub fn take_pace(&self) -> Duration {
        std::mem::take(&mut self.queue().pace)
    }

    /// Whoever has this finds each piece in the file whole, or not at all. A writer that panicked left it so, too.
    fn writing(&self) -> MutexGuard<'_, Writing> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the disk to keep what is written (fdatasync); the digest of all of it. Waits for the disk.
    pub(super) fn sync(&self) -> io::Result<Stream> {
        let mut writing = self.writing();
        failpoint::stuck_write(writing.operator.as_str());
        if let Err(error) = writing.file.sync_data() {
            return Err(self.break_off(&error));
        }
        Ok(std::mem::take(&mut writing.digest).finish())
    }

    /// Seals what nobody goes on with, as it is found: no byte of it is written any more. Waits for the disk.
    ///
    /// # Errors
    /// When the disk does not keep it, or it cannot be read.
    pub fn abandon(&self) -> io::Result<Stream> {
        self.break_off(&io::Error::other("nobody writes it any more"));
        let writing = self.writing(); // a write that is under way comes to its end first
        writing.file.sync_data()?;
        super::digest(&self.path)
    }

    /// What waits, if anything: it is this writer's now.
    fn next(&self) -> Option<Vec<u8>> {
        let mut queue = self.queue();
        if queue.lines.is_empty() {
            queue.taken = false;
            return None;
        }
        let spare = std::mem::take(&mut queue.spare);
        Some(std::mem::replace(&mut queue.lines, spare))
    }

    /// It is written: whoever waits for it goes on.
    fn passed(&self, bytes: u64, allowed: io::Result<Duration>) {
        match allowed {
            Ok(Duration::ZERO) => {}
            Ok(pace) => self.queue().pace += pace,
            // What is over a bound is on the disk all the same: it is the last.
            Err(error) => {
                self.queue().over.get_or_insert_with(|| Fault::of(&error));
                self.over.store(true, Ordering::Release);
            }
        }
        self.written.fetch_add(bytes, Ordering::Release);
        self.progress.notify_waiters();
    }

    /// True if more came meanwhile; else the file is nobody's.
    fn give_back(&self, mut lines: Vec<u8>) -> bool {
        lines.clear();
        lines.shrink_to(BUFFER);
        let mut queue = self.queue();
        queue.spare = lines;
        queue.taken = !queue.lines.is_empty();
        queue.taken
    }
}

impl Work for RecordingFile {
    fn piece(&self) -> bool {
        let mut writing = self.writing(); // before the lines are: nobody finds those neither waiting nor written
        let Some(lines) = self.next() else { return false };
        let bytes = lines.len() as u64;
        // A fault of ours ends this recording, and not the thread.
        let done = catch_unwind(AssertUnwindSafe(|| writing.write(&lines)));
        let done = done.unwrap_or_else(|_| Err(io::Error::other("the writer failed")));
        self.writers.wrote(bytes);
        match done {
            Ok(()) => {
                let allowed = writing.quota.wrote(bytes);
                self.passed(bytes, allowed);
                writing.digest.update(&lines); // nobody waits for it
            }
            Err(error) => drop(self.break_off(&error)),
        }
        drop(writing);
        self.give_back(lines)
    }
}

#[cfg(test)]
mod tests;
