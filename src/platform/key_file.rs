//! A file that holds one secret, for the gateway's user alone: made once, whole or not at all, and not read where
//! others may read it too.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::Secret;

/// Why there is no secret. Whose file it is says what to do about it.
#[derive(Debug)]
pub enum Fault {
    Missing,
    /// Others than its owner may read it.
    Exposed {
        mode: u32,
    },
    Failed(std::io::Error),
}

/// Most bytes that are read: a key, not a disk.
const MAX_LEN: u64 = 64 * 1024;

/// Makes the file, mode 0600. It is written beside its place and linked there when it is on the disk: a
/// crash leaves a whole one or none, and one that is there already is never replaced, whoever made it.
pub fn make(file: &Path, secret: &[u8]) -> std::io::Result<()> {
    let draft = draft(file);
    let made = write(&draft, secret)
        .and_then(|()| std::fs::hard_link(&draft, file))
        .and_then(|()| flush_directory(file));
    // The draft is a second copy of the secret, whatever became of the first.
    let removed = match std::fs::remove_file(&draft) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    };
    match made.and(removed) {
        // Somebody else was quicker; theirs counts.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

/// Puts the file, mode 0600, in the place of the one that may be there: a crash leaves the old one or the new one.
pub fn replace(file: &Path, secret: &[u8]) -> std::io::Result<()> {
    let draft = draft(file);
    write(&draft, secret)?;
    std::fs::rename(&draft, file)?;
    flush_directory(file)
}

/// A name beside the file that nobody else writes to now.
fn draft(file: &Path) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{}.{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
    name.into()
}

fn write(draft: &Path, secret: &[u8]) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(draft)?;
    file.set_permissions(Permissions::from_mode(0o600))?; // what a crash left keeps its own
    file.write_all(secret)?;
    file.sync_all()
}

fn flush_directory(file: &Path) -> std::io::Result<()> {
    File::open(file.parent().unwrap_or(Path::new(".")))?.sync_all()
}

/// Reads the secret, if nobody but the file's owner can.
pub fn read(file: &Path) -> Result<Secret, Fault> {
    let opened = File::open(file).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Fault::Missing,
        _ => Fault::Failed(error),
    })?;
    let mode = opened.metadata().map_err(Fault::Failed)?.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(Fault::Exposed { mode });
    }
    let mut secret = Vec::new();
    opened.take(MAX_LEN).read_to_end(&mut secret).map_err(Fault::Failed)?;
    Ok(Secret::new(secret))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_file_is_made_once_and_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.key");
        assert!(matches!(read(&file), Err(Fault::Missing)));
        make(&file, b"first").unwrap();
        make(&file, b"second").unwrap();
        assert_eq!(read(&file).unwrap().expose(), b"first");
        replace(&file, b"third").unwrap();
        assert_eq!(read(&file).unwrap().expose(), b"third");
        assert_eq!(std::fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.key");
        make(&file, b"key").unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(read(&file), Err(Fault::Exposed { mode: 0o640 })));
    }
}
