//! Opens regular files, and nothing that stands in the place of one: a pipe keeps its reader waiting for ever, a device
//! acts when it is opened, and a link leads where somebody else says.

use std::fs::{File, FileType, Metadata};
use std::io::{self, Error, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::{Mode, OFlags};

/// Most bytes of a file that a person writes.
const MOST: u64 = 64 * 1024 * 1024;

/// Opens a file that the gateway made, to read it: a link in its place is refused, too. Nothing is waited for.
///
/// # Errors
/// When there is none, or something else: in plain words what it is.
pub fn open(path: &Path) -> io::Result<File> {
    refused(&std::fs::symlink_metadata(path)?)?;
    opened(path, OFlags::NOFOLLOW)
}

/// The same of a file that an administrator put there, perhaps as a link to where it is kept.
///
/// # Errors
/// As [`open`].
pub fn open_linked(path: &Path) -> io::Result<File> {
    refused(&std::fs::metadata(path)?)?;
    opened(path, OFlags::empty())
}

/// All bytes of a file that an administrator wrote.
///
/// # Errors
/// As [`open`]; when it is longer than anybody writes.
pub fn read_linked(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_linked(path)?.take(MOST + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > MOST {
        true => Err(Error::new(ErrorKind::FileTooLarge, format!("it is longer than {MOST} bytes"))),
        false => Ok(bytes),
    }
}

/// Puts these bytes in the place of a file that an administrator keeps, or makes it; a crash leaves the old one or the new
/// one. A link goes on to lead where the file is kept, and whose the file is stays, as far as this process may say so.
///
/// # Errors
/// When it cannot be written beside its place, or something else stands there.
pub fn replace_linked(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = match std::fs::canonicalize(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => path.to_owned(),
        found => found?,
    };
    free_or_regular(&path)?;
    let (dir, name) = (path.parent().unwrap_or(Path::new(".")), path.file_name().unwrap_or_default());
    let draft = dir.join(format!(".{}.{}.new", name.to_string_lossy(), std::process::id()));
    let _ = std::fs::remove_file(&draft); // one that a crash left
    let kept = std::fs::metadata(&path).ok();
    let owner = kept.clone().map_or_else(|| std::fs::metadata(dir), Ok)?;
    let written = (|| {
        let mut file = File::options().write(true).create_new(true).mode(0o640).open(&draft)?;
        file.write_all(bytes)?;
        let _ = std::os::unix::fs::fchown(&file, Some(owner.uid()), Some(owner.gid())); // then it is this user's
        if let Some(kept) = kept {
            file.set_permissions(kept.permissions())?;
        }
        file.sync_all()?;
        std::fs::rename(&draft, &path)?;
        File::open(dir)?.sync_all()
    })();
    if written.is_err() {
        let _ = std::fs::remove_file(&draft); // it may not be there
    }
    written
}

/// Refuses what stands in a file's place and is not one. Nothing there is fine: it will be made.
///
/// # Errors
/// In plain words what stands there.
pub fn free_or_regular(path: &Path) -> io::Result<()> {
    match std::fs::symlink_metadata(path) {
        Ok(about) => refused(&about),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Between the look and the opening it may have been exchanged: what was opened counts.
fn opened(path: &Path, more: OFlags) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC | more;
    let file = File::from(rustix::fs::open(path, flags, Mode::empty())?);
    refused(&file.metadata()?)?;
    Ok(file)
}

fn refused(about: &Metadata) -> io::Result<()> {
    match odd(about.file_type()) {
        None => Ok(()),
        Some(kind) => Err(Error::new(ErrorKind::InvalidInput, NotAFile(kind))),
    }
}

/// What it is, where that is not a regular file.
fn odd(kind: FileType) -> Option<&'static str> {
    Some(match kind {
        kind if kind.is_file() => return None,
        kind if kind.is_symlink() => "a symbolic link",
        kind if kind.is_dir() => "a directory",
        kind if kind.is_fifo() => "a named pipe",
        kind if kind.is_socket() => "a socket",
        _ => "a device",
    })
}

#[derive(Debug, thiserror::Error)]
#[error("this is {0}, not a file")]
struct NotAFile(&'static str);

/// What stands in the file's place, if the error says that something else does.
pub fn what_stands_there(error: &Error) -> Option<&'static str> {
    error.get_ref()?.downcast_ref::<NotAFile>().map(|found| found.0)
}

#[cfg(test)]
pub(crate) mod testing {
    #![allow(clippy::unwrap_used)]

    use std::path::Path;
    use std::process::Command;

    /// Puts something of each kind in the place of a file, one after the other, and says what it is. Only root makes
    /// devices.
    pub(crate) fn each(path: &Path, mut look: impl FnMut(&str)) {
        let target = path.with_extension("elsewhere");
        std::fs::write(&target, "elsewhere").unwrap();
        std::os::unix::fs::symlink(&target, path).unwrap();
        look("a symbolic link");
        std::fs::remove_file(path).unwrap();
        std::fs::create_dir(path).unwrap();
        look("a directory");
        std::fs::remove_dir(path).unwrap();
        let node = |words: &[&str]| Command::new("mknod").arg(path).args(words).output().unwrap();
        assert!(node(&["p"]).status.success(), "a pipe can be made");
        look("a named pipe");
        std::fs::remove_file(path).unwrap();
        let listener = std::os::unix::net::UnixListener::bind(path).unwrap();
        look("a socket");
        drop(listener);
        std::fs::remove_file(path).unwrap();
        if node(&["c", "1", "5"]).status.success() {
            look("a device");
            std::fs::remove_file(path).unwrap();
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::testing::each;
    use super::*;

    #[test]
    fn a_file_is_replaced_where_it_is_kept() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let (kept, link) = (dir.path().join("kept"), dir.path().join("link"));
        replace_linked(&kept, b"one").unwrap();
        std::fs::set_permissions(&kept, std::fs::Permissions::from_mode(0o604)).unwrap();
        std::os::unix::fs::symlink(&kept, &link).unwrap();
        replace_linked(&link, b"two").unwrap();
        assert_eq!(std::fs::read(&kept).unwrap(), b"two");
        assert_eq!(std::fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o604);
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2, "no draft is left");
        replace_linked(dir.path(), b"x").unwrap_err();
    }

    #[test]
    fn only_a_file_is_opened_and_nothing_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        assert_eq!(open(&path).unwrap_err().kind(), ErrorKind::NotFound);
        free_or_regular(&path).unwrap();
        each(&path, |kind| {
            for error in [open(&path).unwrap_err(), free_or_regular(&path).unwrap_err()] {
                assert_eq!(error.to_string(), format!("this is {kind}, not a file"));
                assert_eq!(what_stands_there(&error), Some(kind));
            }
            match kind {
                "a symbolic link" => assert_eq!(read_linked(&path).unwrap(), b"elsewhere"),
                _ => assert_eq!(what_stands_there(&open_linked(&path).unwrap_err()), Some(kind)),
            }
        });
        std::fs::write(&path, "text").unwrap();
        assert_eq!(read_linked(&path).unwrap(), b"text");
        open(&path).unwrap();
    }
}
