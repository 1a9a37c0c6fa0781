//! The master key's file.

use std::path::Path;

use zeroize::Zeroizing;

use super::VaultError;
use crate::chance;
use crate::private::{self, Unreadable};

/// Makes a key, unless there is one: it is never replaced.
pub(super) fn make(file: &Path) -> Result<(), VaultError> {
    let key = Zeroizing::new(chance::bytes::<32>()?);
    private::make(file, &*key)
        .map_err(|error| VaultError::Failed { file: file.to_owned(), reason: error.to_string() })
}

/// Reads the key, if nobody but its owner can.
pub(super) fn read(file: &Path) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let bytes = private::read(file).map_err(|unreadable| match unreadable {
        Unreadable::Missing(file) => VaultError::Missing { file },
        Unreadable::Exposed { file, mode } => VaultError::Exposed { file, mode },
        Unreadable::Failed { file, reason } => VaultError::Failed { file, reason: reason.to_string() },
    })?;
    let found = bytes.len() as u64;
    let key: &[u8; 32] =
        bytes.as_slice().try_into().map_err(|_| VaultError::WrongSize { file: file.to_owned(), found })?;
    Ok(Zeroizing::new(*key))
}
