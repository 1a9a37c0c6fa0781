//! Recordings on disk: one asciicast file for each channel, written as things happen.
//!
//! What a call wrote is in the kernel's hands (write(2)), and survives the gateway's death, before the bytes that it
//! tells of go on. The session encodes, a thread of [`Writers`] writes, and the session waits for the mark that it got
//! ([`RecordingFile::written`]): a disk that stalls stalls the session, then ends it, and nobody else notices. What is small
//! and waited for is written by whoever has it, as long as the disk is quick ([`Laid::write`]).

mod file;
mod limit;
mod quota;
mod recording;
mod shortcut;
mod space;
mod unechoed;
mod writers;

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use jiff::{Timestamp, tz::TimeZone};

pub use file::{Laid, RecordingFile};
pub use quota::{Bounds, Exceeded, Quotas};
pub use recording::{Closed, Finished, HasTerminal, Recording, RecordingTerms};
pub use space::{Short, Space};
pub use writers::Writers;

use crate::domain::RecordingId;
use crate::event::Stream;
use crate::evidence::chain::StreamDigest;
use crate::platform::regular;

/// Where a recording that began at `started` lies: `DIR/YYYY/MM/DD/ID.cast`, by the date in UTC, so that a
/// changed time zone moves nothing.
pub fn path(dir: &Path, id: &RecordingId, started: Timestamp) -> PathBuf {
    let date = TimeZone::UTC.to_datetime(started).date();
    dir.join(format!("{:04}/{:02}/{:02}/{id}.cast", date.year(), date.month(), date.day()))
}

/// The place of a recording by its id alone, which holds the moment that it began.
pub fn place(dir: &Path, id: &RecordingId) -> PathBuf {
    let millis = i64::try_from(id.unix_millis()).unwrap_or_default();
    path(dir, id, Timestamp::from_millisecond(millis).unwrap_or_default())
}

/// Opens a recording to read it; whatever else stands in its place is refused, and nothing is waited for.
///
/// # Errors
/// Where there is none.
pub fn open(path: &Path) -> io::Result<File> {
    regular::open(path)
}

/// Length and digest of a file, read anew.
///
/// # Errors
/// Where it cannot be read.
pub fn digest(path: &Path) -> io::Result<Stream> {
    let mut file = open(path)?;
    let mut digest = StreamDigest::default();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(digest.finish()),
            n => digest.update(buffer.get(..n).unwrap_or_default()),
        }
    }
}

/// Bytes that the file system of `dir` still has for us.
pub fn free_bytes(dir: &Path) -> io::Result<u64> {
    let state = rustix::fs::statvfs(dir)?;
    Ok(state.f_bavail.saturating_mul(state.f_frsize))
}

/// A new file, and the directories above it, for our eyes only. One that exists is never written again.
fn create(path: &Path) -> io::Result<File> {
    if let Some(parent) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}
