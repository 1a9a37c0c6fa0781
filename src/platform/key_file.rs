//! A file that holds one secret, for the gateway's user alone: made once, whole or not at all, and not read where
//! others may read it too.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::domain::Secret;
use crate::platform::regular;

/// Why there is no secret. Whose file it is says what to do about it.
#[derive(Debug)]
pub enum KeyFileFault {
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

/// Puts a file in the place of another, which may be there.
pub fn rename(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::rename(from, to)?;
    flush_directory(to)
}

/// Writes zeros over the secret and removes the file; where there is none, that is what was asked for. A disk that keeps
/// what was written before, below the file system, is nothing that a program can reach.
pub fn erase(file: &Path) -> std::io::Result<()> {
    match overwrite(file).and_then(|()| std::fs::remove_file(file)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        other => other?,
    }
    flush_directory(file)
}

fn overwrite(file: &Path) -> std::io::Result<()> {
    regular::free_or_regular(file)?;
    let mut opened = OpenOptions::new().write(true).open(file)?;
    let bytes = opened.metadata()?.len().min(MAX_LEN);
    opened.write_all(&vec![0; usize::try_from(bytes).unwrap_or_default()])?;
    opened.sync_all()
}

/// A name beside the file that nobody else writes to now.
fn draft(file: &Path) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{}.{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
    name.into()
}

fn write(draft: &Path, secret: &[u8]) -> std::io::Result<()> {
    match std::fs::remove_file(draft) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {} // a crash may have left one
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(draft)?;
    file.write_all(secret)?;
    file.sync_all()
}

fn flush_directory(file: &Path) -> std::io::Result<()> {
    File::open(file.parent().unwrap_or(Path::new(".")))?.sync_all()
}

/// Reads a secret that the gateway made, if nobody but the file's owner can. No link is followed.
pub fn read(file: &Path) -> Result<Secret, KeyFileFault> {
    private(regular::open(file))
}

/// The same of a secret that an administrator put there, perhaps as a link to where it is renewed.
pub fn read_linked(file: &Path) -> Result<Secret, KeyFileFault> {
    private(regular::open_linked(file))
}

fn private(opened: std::io::Result<File>) -> Result<Secret, KeyFileFault> {
    let opened = opened.map_err(|error| match error.kind() {
        ErrorKind::NotFound => KeyFileFault::Missing,
        _ => KeyFileFault::Failed(error),
    })?;
    let mode = opened.metadata().map_err(KeyFileFault::Failed)?.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(KeyFileFault::Exposed { mode });
    }
    let mut secret = Vec::new();
    opened.take(MAX_LEN).read_to_end(&mut secret).map_err(KeyFileFault::Failed)?;
    Ok(Secret::new(secret))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::platform::regular::testing::each;

    /// A pipe in a key's place kept the gateway from starting, without a word.
    #[test]
    fn what_is_not_a_file_is_not_a_secret() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.key");
        each(&file, |kind| {
            let says = |fault: KeyFileFault| matches!(fault, KeyFileFault::Failed(error) if error.to_string().contains(kind));
            assert!(read(&file).is_err_and(says), "{kind}");
        });
        make(&dir.path().join("kept.key"), b"key").unwrap();
        std::os::unix::fs::symlink("kept.key", &file).unwrap();
        assert_eq!(read_linked(&file).unwrap().expose(), b"key");
    }

    /// A draft's name can be guessed: what stands there is replaced, not written through.
    #[test]
    fn a_draft_is_not_written_through_a_link() {
        let dir = tempfile::tempdir().unwrap();
        let (draft, elsewhere) = (dir.path().join("draft"), dir.path().join("elsewhere"));
        std::fs::write(&elsewhere, "mine").unwrap();
        std::os::unix::fs::symlink(&elsewhere, &draft).unwrap();
        write(&draft, b"key").unwrap();
        assert_eq!(std::fs::read(&elsewhere).unwrap(), b"mine");
        assert!(draft.symlink_metadata().unwrap().is_file());
    }

    #[test]
    fn a_file_is_made_once_and_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.key");
        assert!(matches!(read(&file), Err(KeyFileFault::Missing)));
        make(&file, b"first").unwrap();
        make(&file, b"second").unwrap();
        assert_eq!(read(&file).unwrap().expose(), b"first");
        replace(&file, b"third").unwrap();
        assert_eq!(read(&file).unwrap().expose(), b"third");
        assert_eq!(std::fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "no draft is left");
    }

    /// A second name of the file shows what became of its bytes.
    #[test]
    fn what_is_erased_is_overwritten_first() {
        let dir = tempfile::tempdir().unwrap();
        let (file, other) = (dir.path().join("a.key"), dir.path().join("other"));
        make(&file, b"first").unwrap();
        std::fs::hard_link(&file, &other).unwrap();
        erase(&file).unwrap();
        assert_eq!(std::fs::read(&other).unwrap(), [0; 5]);
        assert!(matches!(read(&file), Err(KeyFileFault::Missing)));
        erase(&file).unwrap();
        each(&file, |kind| assert!(erase(&file).is_err(), "{kind}"));
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.key");
        make(&file, b"key").unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(read(&file), Err(KeyFileFault::Exposed { mode: 0o640 })));
    }
}
