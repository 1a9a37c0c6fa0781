//! What can go wrong with a database, sorted by what somebody has to do about it.

use std::path::PathBuf;

#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    #[error("{}: the database cannot be opened ({reason}): check the path and its permissions", .file.display())]
    Unopened { file: PathBuf, reason: String },
    #[error(
        "{}: the database was written by a newer version (its schema is {found}, this program knows {known}): \
         run that version, or restore a backup from before",
        .file.display()
    )]
    Newer { file: PathBuf, found: i64, known: i64 },
    #[error("{}: the database's schema is not as this program left it ({reason}): restore a backup", .file.display())]
    Altered { file: PathBuf, reason: String },
    #[error("{}: the database is read-only: give the gateway's user write access to it and its directory", .file.display())]
    ReadOnlyFile { file: PathBuf },
    #[error("{}: this is not an intact database ({reason}): restore a backup", .file.display())]
    CorruptFile { file: PathBuf, reason: String },
    #[error("the database is full: free space on its disk")]
    Full,
    #[error("the database is read-only: give the gateway's user write access to it and its directory")]
    ReadOnly,
    #[error("the database is held by another process: end the backup or the program that holds it")]
    Busy,
    #[error("the database is damaged ({reason}): stop the gateway and restore a backup")]
    Corrupt { reason: String },
    #[error("the database cannot be read or written ({reason}): check the disk and the system's log")]
    Failed { reason: String },
}

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

impl StoreError {
    /// Tells which file it was: at start there may be doubt.
    pub(super) fn of(self, file: &std::path::Path) -> Self {
        let file = file.to_owned();
        match self {
            Self::ReadOnly => Self::ReadOnlyFile { file },
            Self::Corrupt { reason } => Self::CorruptFile { file, reason },
            Self::Failed { reason } => Self::Unopened { file, reason },
            other => other,
        }
    }
}
