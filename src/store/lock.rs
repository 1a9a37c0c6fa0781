//! One gateway for one data directory: two would each believe that the other's sessions are dead.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::domain::{Language, Tell, english, text};
use crate::platform::{SystemError, regular};

/// Held until dropped; the kernel lets go of it when the process dies, however it dies.
#[derive(Debug)]
pub struct DataLock {
    _file: File,
}

#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another gateway uses the directory.
    Held {
        dir: PathBuf,
        holder: String,
    },
    Failed {
        dir: PathBuf,
        reason: SystemError,
    },
}

english!(LockError);

impl Tell for LockError {
    fn told(&self, language: Language) -> String {
        match self {
            Self::Held { dir, holder } => {
                text!(language, "lock.held", dir = dir.display(), holder = holder)
            }
            Self::Failed { dir, reason } => {
                text!(language, "lock.failed", dir = dir.display(), reason = reason.told(language))
            }
        }
    }
}

/// Locks `data_dir`, which is made (mode 0700) if it is not there.
///
/// # Errors
/// When another process holds the lock, or the directory cannot be written.
pub fn lock(data_dir: &Path) -> Result<DataLock, LockError> {
    let failed =
        |error: &std::io::Error| LockError::Failed { dir: data_dir.to_owned(), reason: error.into() };
    let mut file = open(data_dir).map_err(|error| failed(&error))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let dir = data_dir.to_owned();
            return Err(LockError::Held { dir, holder: holder(&mut file) });
        }
        Err(TryLockError::Error(error)) => return Err(failed(&error)),
    }
    let sign = |file: &mut File| {
        file.set_len(0)?;
        writeln!(file, "{}", std::process::id())
    };
    sign(&mut file).map_err(|error| failed(&error))?;
    Ok(DataLock { _file: file })
}

fn open(data_dir: &Path) -> std::io::Result<File> {
    DirBuilder::new().recursive(true).mode(0o700).create(data_dir)?;
    let file = data_dir.join("lock");
    regular::free_or_regular(&file)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600).open(file)
}

/// Who wrote his number into the file; he may be writing it right now.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.take(20).read_to_string(&mut text) {
        Ok(_) if !text.trim().is_empty() => text.trim().to_owned(),
        _ => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_second_is_told_who_holds_it() {
        let dir = tempfile::tempdir().unwrap();
        let data_dir = dir.path().join("data");
        let held = lock(&data_dir).unwrap();
        let error = lock(&data_dir).unwrap_err().to_string();
        assert!(error.contains(&format!("(process {})", std::process::id())), "{error}");
        drop(held);
        lock(&data_dir).unwrap();
    }
}
