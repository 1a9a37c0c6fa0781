//! Files that only the gateway's own user may read: keys, and what is sealed.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use zeroize::Zeroizing;

/// No key and no certificate is longer.
const MAX_LEN: u64 = 1024 * 1024;

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    #[error("{}: it is missing: put it back from where you keep its copy", .0.display())]
    Missing(PathBuf),
    #[error("{}: others than its owner may read it (mode {mode:04o}): run chmod 600 on it", .file.display())]
    Exposed { file: PathBuf, mode: u32 },
    #[error("{}: it cannot be read ({reason}): check the directory and its permissions", .file.display())]
    Failed { file: PathBuf, reason: io::Error },
}

/// Reads a file, if nobody but its owner can.
///
/// # Errors
/// When it is missing, when others may read it, or when it cannot be read.
pub(crate) fn read(file: &Path) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
    let failed = |reason| Unreadable::Failed { file: file.to_owned(), reason };
    let opened = match File::open(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(Unreadable::Missing(file.to_owned()));
        }
        opened => opened.map_err(failed)?,
    };
    let mode = opened.metadata().map_err(failed)?.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(Unreadable::Exposed { file: file.to_owned(), mode });
    }
    let mut bytes = Zeroizing::new(Vec::new());
    opened.take(MAX_LEN).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Makes a file, mode 0600. It is written beside its place and linked there when it is on the disk: a crash
/// leaves a whole file or none, and one that is there already is never replaced.
pub(crate) fn make(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = draft(file);
    let made = write(&draft, bytes).and_then(|()| std::fs::hard_link(&draft, file));
    // The draft is a second copy, whatever became of the first.
    let removed = match std::fs::remove_file(&draft) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    };
    match made.and(removed) {
        // Somebody else was quicker; theirs counts.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other.and_then(|()| flush_directory(file)),
    }
}

/// Puts a file in the place of the one that may be there: a crash leaves the old one or the new one, whole.
pub(crate) fn replace(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = draft(file);
    write(&draft, bytes)?;
    std::fs::rename(&draft, file)?;
    flush_directory(file)
}

/// A name beside the file that nobody else writes to.
fn draft(file: &Path) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut name = file.as_os_str().to_owned();
    name.push(format!(".{}.{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
    name.into()
}

fn write(draft: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(draft)?;
    file.set_permissions(Permissions::from_mode(0o600))?; // a draft that a crash left keeps its own
    file.write_all(bytes)?;
    file.sync_all()
}

fn flush_directory(file: &Path) -> io::Result<()> {
    File::open(file.parent().unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_file_is_made_once_and_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.key");
        assert!(matches!(read(&file), Err(Unreadable::Missing(_))));
        make(&file, b"first").unwrap();
        make(&file, b"second").unwrap();
        assert_eq!(*read(&file).unwrap(), b"first");
        replace(&file, b"third").unwrap();
        assert_eq!(*read(&file).unwrap(), b"third");
        assert_eq!(std::fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a.key");
        make(&file, b"key").unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(read(&file), Err(Unreadable::Exposed { mode: 0o640, .. })));
    }
}
