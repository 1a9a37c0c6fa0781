//! How much is left on a disk above what is kept for ends and for orders.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::free_bytes;

/// How old an answer may be: asking costs a call of the system, and who asks writes thousands of times a second.
const FRESH: Duration = Duration::from_millis(50);

/// How long a disk may take to say how much is left on it.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Debug)]
struct Disk {
    dir: PathBuf,
    kept: u64,
    looked: Mutex<Looked>,
}

#[derive(Debug, Default)]
struct Looked {
    last: Option<(Instant, u64)>,
    /// Somebody asks the system now.
    asking: bool,
}

/// The disk of one directory. Cheap to clone; all clones are one.
#[derive(Debug, Clone)]
pub struct Space(Arc<Disk>);

/// There is less than what is kept.
#[derive(Debug, thiserror::Error)]
#[error("only {free} bytes are free, {kept} are kept")]
pub struct Short {
    pub free: u64,
    pub kept: u64,
}

impl Short {
    /// Where that is what an error says.
    pub fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl From<Short> for io::Error {
    fn from(short: Short) -> Self {
        Self::new(io::ErrorKind::StorageFull, short)
    }
}

impl Space {
    pub fn new(dir: &Path, kept: u64) -> Self {
        Self(Arc::new(Disk { dir: dir.to_owned(), kept, looked: Mutex::default() }))
    }

    /// What is kept.
    pub fn kept(&self) -> u64 {
        self.0.kept
    }

    /// Bytes that are free. Waits for the disk, where nobody has asked it lately.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn free(&self) -> io::Result<u64> {
        let now = Instant::now();
        if let Some(free) = self.lately(now) {
            return Ok(free);
        }
        self.looked().asking = true; // a disk that does not answer keeps one waiting, and not all who write
        let free = free_bytes(&self.0.dir);
        let mut looked = self.looked();
        looked.asking = false;
        looked.last = free.as_ref().ok().map(|free| (now, *free));
        free
    }

    /// What is in it is whole between any two statements, so a poisoned lock is still good.
    fn looked(&self) -> MutexGuard<'_, Looked> {
        self.0.looked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lately(&self, now: Instant) -> Option<u64> {
        let looked = self.looked();
        let (at, free) = looked.last?;
        (looked.asking || now.saturating_duration_since(at) < FRESH).then_some(free)
    }

    /// Somebody has written that much: what was heard of the disk before is older than that.
    pub(super) fn wrote(&self, bytes: u64) {
        if let Some((_, free)) = self.looked().last.as_mut() {
            *free = free.saturating_sub(bytes);
        }
    }

    /// Is there room for something that begins? Waits for the disk.
    ///
    /// # Errors
    /// When there is less than what is kept, or nobody knows.
    pub fn room(&self) -> io::Result<()> {
        self.is_enough(self.free()?)
    }

    /// The same, for whoever carries sessions: the disk is waited for elsewhere, and not for long.
    ///
    /// # Errors
    /// When there is less than what is kept, or nobody knows in time.
    pub async fn room_in_time(&self) -> io::Result<()> {
        if let Some(free) = self.lately(Instant::now()) {
            return self.is_enough(free);
        }
        let space = self.clone();
        let asked = tokio::task::spawn_blocking(move || space.room());
        let answer = tokio::time::timeout(PATIENCE, asked).await.map_err(io::Error::from)?;
        answer.map_err(io::Error::other)?
    }

    fn is_enough(&self, free: u64) -> io::Result<()> {
        let kept = self.0.kept;
        if free < kept { Err(Short { free, kept }.into()) } else { Ok(()) }
    }
}
