//! The master key's file.

use std::path::Path;

use zeroize::Zeroizing;

use super::error::VaultError;
use crate::platform::key_file::{self, KeyFileFault};
use crate::platform::random;

fn failed(file: &Path, error: &std::io::Error) -> VaultError {
    VaultError::Failed { file: file.to_owned(), reason: error.into() }
}

/// Makes a key.
pub(super) fn make(file: &Path) -> Result<(), VaultError> {
    let key = Zeroizing::new(random::bytes::<32>()?);
    key_file::make(file, &*key).map_err(|error| failed(file, &error))
}

/// Reads the key, if nobody but its owner can.
pub(super) fn read(file: &Path) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let secret = key_file::read(file).map_err(|fault| match fault {
        KeyFileFault::Missing => VaultError::Missing { file: file.to_owned() },
        KeyFileFault::Exposed { mode } => VaultError::Exposed { file: file.to_owned(), mode },
        KeyFileFault::Failed(error) => failed(file, &error),
    })?;
    let found = secret.expose();
    found.try_into().map(Zeroizing::new).map_err(|_| {
        let found = u64::try_from(found.len()).unwrap_or(u64::MAX);
        VaultError::WrongSize { file: file.to_owned(), found }
    })
}
