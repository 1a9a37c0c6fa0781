//! Recordings, by the digests that the journal has of them.

use std::path::Path;

use super::Report;
use crate::platform::regular::what_stands_there;
use crate::recorder;
use crate::store::RecordingClosed;

/// Is the file still what the journal says it was?
pub(super) async fn check(recordings: &Path, closed: &RecordingClosed, shown: bool, report: &mut Report) {
    report.recordings += u64::from(shown);
    let path = recorder::place(recordings, &closed.recording);
    let file = path.clone();
    let read = tokio::task::spawn_blocking(move || recorder::digest(&file)).await;
    let place = path.display().to_string();
    match read.map_err(std::io::Error::other).and_then(|read| read) {
        Ok(found) if found.sha256 == closed.file.sha256 => {}
        Ok(_) => report.altered.add(shown, "recording-altered", &closed.recording, place),
        Err(error) => match what_stands_there(&error) {
            Some(kind) => {
                let found = format!("{place} is {kind}");
                report.altered.add(shown, "recording-replaced", &closed.recording, found);
            }
            None => {
                let why = format!("{place}: {error}");
                report.missing.add(shown, "recording-missing", &closed.recording, why);
            }
        },
    }
}
