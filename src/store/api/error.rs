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
    #[error(
        "the database has more than {most} rows of a kind that has to be in memory as a whole: remove what is not needed"
    )]
    TooMany { most: usize },
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
