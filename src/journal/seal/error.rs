//! Why nothing could be signed.

use std::path::PathBuf;

use crate::journal::request::JournalFailed;
use crate::platform::random::RandomError;
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("{}: others than its owner may read the log's key (mode {mode:04o}): run chmod 600 on it", .file.display())]
    Exposed { file: PathBuf, mode: u32 },
    #[error("{}: the log's key cannot be read, made or erased ({reason}): check the directory and its permissions", .file.display())]
    Key { file: PathBuf, reason: String },
    #[error(
        "the journal is not what checkpoint {number} says of its first {size} rows: rows were changed or removed. \
         Keep a copy of the database, run juyong audit verify, and put back one that is whole; docs/evidence.md says how \
         to go on without"
    )]
    Contradicted { number: u64, size: u64 },
    #[error(
        "the last checkpoint in the database is not one that was signed here: keep a copy of the database, run juyong \
         audit verify, and put back one that is whole; docs/evidence.md says how to go on without"
    )]
    Altered,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Journal(#[from] JournalFailed),
    #[error(transparent)]
    Random(#[from] RandomError),
    #[error("the log's signer has ended")]
    Ended,
}
