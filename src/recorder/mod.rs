//! Recordings on disk: one asciicast file for each channel, written as things happen.
//!
//! Every call ends with write(2): an event is in the kernel's hands, and survives the gateway's death,
//! before the bytes that it tells of go on. Blocking is intended; a disk that stalls stalls the session.

mod limit;
mod quota;
mod recording;
mod space;
mod unechoed;

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use jiff::{Timestamp, tz::TimeZone};

pub use quota::{Bounds, Exceeded, Quotas};
pub use recording::{Closed, Recording, Terminal};
pub use space::Space;

use crate::domain::RecordingId;

/// Where a recording that began at `started` lies: `DIR/YYYY/MM/DD/ID.cast`, by the date in UTC, so that a
/// changed time zone moves nothing.
pub fn path(dir: &Path, id: &RecordingId, started: Timestamp) -> PathBuf {
    let date = TimeZone::UTC.to_datetime(started).date();
    dir.join(format!("{:04}/{:02}/{:02}/{id}.cast", date.year(), date.month(), date.day()))
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
