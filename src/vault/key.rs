//! The master key's file.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use zeroize::Zeroizing;

use super::VaultError;
use crate::chance;

const KEY_LEN: u64 = 32;

fn failed(file: &Path, error: &std::io::Error) -> VaultError {
    VaultError::Failed { file: file.to_owned(), reason: error.to_string() }
}

/// Makes a key, mode 0600. It is written beside its place and linked there when it is on the disk: a
/// crash leaves a whole key or none, and a key that is there already is never replaced.
pub(super) fn make(file: &Path) -> Result<(), VaultError> {
    let key = Zeroizing::new(chance::bytes::<32>()?);
    let draft = file.with_extension(format!("key.{}", std::process::id()));
    let made = write(&draft, &*key).and_then(|()| std::fs::hard_link(&draft, file)).and_then(|()| {
        let directory = file.parent().unwrap_or(Path::new("."));
        File::open(directory)?.sync_all()
    });
    // The draft is a second copy of the key, whatever became of the first.
    let removed = match std::fs::remove_file(&draft) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    };
    match made.and(removed) {
        // Somebody else was quicker; his key counts.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        other => other.map_err(|error| failed(file, &error)),
    }
}

fn write(draft: &Path, key: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(draft)?;
    file.write_all(key)?;
    file.sync_all()
}

/// Reads the key, if nobody but its owner can.
pub(super) fn read(file: &Path) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let mut opened = match File::open(file) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(VaultError::Missing { file: file.to_owned() });
        }
        opened => opened.map_err(|error| failed(file, &error))?,
    };
    let about = opened.metadata().map_err(|error| failed(file, &error))?;
    let mode = about.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(VaultError::Exposed { file: file.to_owned(), mode });
    }
    if about.len() != KEY_LEN {
        return Err(VaultError::WrongSize { file: file.to_owned(), found: about.len() });
    }
    let mut key = Zeroizing::new([0; 32]);
    opened.read_exact(&mut *key).map_err(|error| failed(file, &error))?;
    Ok(key)
}
