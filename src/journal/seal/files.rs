//! The key of the running epoch, and the one that is to follow: 32 bytes each, in the data directory, mode 0600.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::error::SealError;
use crate::evidence::log::EpochKey;
use crate::platform::failpoint;
use crate::platform::key_file::{self, KeyFileFault};
use crate::platform::random;

#[derive(Debug, Clone)]
pub(super) struct KeyFiles {
    current: PathBuf,
    next: PathBuf,
}

/// What there is.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) current: Option<EpochKey>,
    pub(super) next: Option<EpochKey>,
}

impl KeyFiles {
    pub(super) fn in_dir(data_dir: &Path) -> Self {
        Self { current: data_dir.join("log_key"), next: data_dir.join("log_key.next") }
    }

    pub(super) async fn read(&self) -> Result<Found, SealError> {
        self.waiting(|files| Ok(Found { current: read(&files.current)?, next: read(&files.next)? })).await
    }

    /// Draws the first key of a log, in the place of what is there.
    pub(super) async fn make(&self) -> Result<EpochKey, SealError> {
        self.waiting(|files| {
            erase(&files.next)?;
            erase(&files.current)?;
            draw(&files.current)
        })
        .await
    }

    /// Draws the key that is to follow.
    pub(super) async fn draft(&self) -> Result<EpochKey, SealError> {
        self.waiting(|files| {
            erase(&files.next)?;
            draw(&files.next)
        })
        .await
    }

    /// The one that was to follow is forgotten: no row names it.
    pub(super) async fn forget_next(&self) -> Result<(), SealError> {
        self.waiting(|files| erase(&files.next)).await
    }

    /// Erases the current key: the next one is in its place.
    pub(super) async fn promote(&self) -> Result<(), SealError> {
        self.waiting(|files| {
            erase(&files.current)?;
            failpoint::point("log-key:erased");
            key_file::rename(&files.next, &files.current).map_err(|error| failed(&files.next, &error))
        })
        .await
    }

    /// Disks are waited for on a thread of their own.
    async fn waiting<T: Send + 'static>(
        &self,
        work: impl FnOnce(Self) -> Result<T, SealError> + Send + 'static,
    ) -> Result<T, SealError> {
        let files = self.clone();
        let file = files.current.clone();
        let done = tokio::task::spawn_blocking(move || work(files)).await;
        done.map_err(|error| failed(&file, &std::io::Error::other(error)))?
    }
}

/// A file that is cut short or all zeros is what an erasure left that was broken off.
fn read(file: &Path) -> Result<Option<EpochKey>, SealError> {
    let secret = match key_file::read(file) {
        Ok(secret) => secret,
        Err(KeyFileFault::Missing) => return Ok(None),
        Err(KeyFileFault::Exposed { mode }) => {
            return Err(SealError::Exposed { file: file.to_owned(), mode });
        }
        Err(KeyFileFault::Failed(error)) => return Err(failed(file, &error)),
    };
    let seed = <[u8; 32]>::try_from(secret.expose()).map(Zeroizing::new).ok();
    Ok(seed.filter(|seed| **seed != [0; 32]).map(|seed| EpochKey::new(&seed)))
}

fn draw(file: &Path) -> Result<EpochKey, SealError> {
    let seed = Zeroizing::new(random::bytes::<32>()?);
    key_file::make(file, &*seed).map_err(|error| failed(file, &error))?;
    Ok(EpochKey::new(&seed))
}

fn erase(file: &Path) -> Result<(), SealError> {
    key_file::erase(file).map_err(|error| failed(file, &error))
}

fn failed(file: &Path, error: &std::io::Error) -> SealError {
    SealError::Key { file: file.to_owned(), reason: error.to_string() }
}
