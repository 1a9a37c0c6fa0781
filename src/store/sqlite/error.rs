//! What SQLite says went wrong, in the words of the interface.

use crate::platform::SystemError;
use crate::store::api::devices::DeviceError;
use crate::store::api::error::StoreError;
use crate::store::api::factors::EnrolError;

/// SQLite's primary result codes (sqlite.org/rescode.html).
mod code {
    pub(super) const BUSY: u32 = 5;
    pub(super) const LOCKED: u32 = 6;
    pub(super) const READONLY: u32 = 8;
    pub(super) const CORRUPT: u32 = 11;
    pub(super) const FULL: u32 = 13;
    pub(super) const NOTADB: u32 = 26;
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let reason = error.to_string();
        let number = error.as_database_error().and_then(|e| e.code()).and_then(|c| c.parse::<u32>().ok());
        // The low byte is the primary code, the rest says more about it.
        match number.map(|number| number & 0xff) {
            Some(code::BUSY | code::LOCKED) => Self::Busy,
            Some(code::READONLY) => Self::ReadOnly,
            Some(code::FULL) => Self::Full,
            Some(code::CORRUPT | code::NOTADB) => Self::Corrupt { reason },
            _ => Self::Failed { reason },
        }
    }
}

/// Tells which file it was: at start there may be doubt.
pub(super) fn of_file(error: StoreError, file: &std::path::Path) -> StoreError {
    let file = file.to_owned();
    match error {
        StoreError::ReadOnly => StoreError::ReadOnlyFile { file },
        StoreError::Corrupt { reason } => StoreError::CorruptFile { file, reason },
        StoreError::Failed { reason } => StoreError::Unopened { file, reason: SystemError::Other(reason) },
        other => other,
    }
}

impl From<sqlx::Error> for DeviceError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<sqlx::Error> for EnrolError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}
