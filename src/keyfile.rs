//! A file that holds one secret, for the gateway's user alone: made once, whole or not at all, and not read where
//! others may read it too.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

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
    let mut draft = file.as_os_str().to_owned();
    draft.push(format!(".{}", std::process::id()));
    let draft = Path::new(&draft);
    let made = write(draft, secret).and_then(|()| std::fs::hard_link(draft, file)).and_then(|()| {
        let directory = file.parent().unwrap_or(Path::new("."));
        File::open(directory)?.sync_all()
    });
    // The draft is a second copy of the secret, whatever became of the first.
    let removed = match std::fs::remove_file(draft) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    };
    match made.and(removed) {
        // Somebody else was quicker; theirs counts.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other,
    }
}

fn write(draft: &Path, secret: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(draft)?;
    file.write_all(secret)?;
    file.sync_all()
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
