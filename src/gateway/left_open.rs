//! Recordings that a gateway which died left open: sealed as they are found, before anything listens.

use super::start_error::{StartError, journal};
use crate::access::Services;
use crate::domain::RecordingId;
use crate::event::{Event, Stream};
use crate::recorder;
use crate::store::{ChannelOpened, SessionRow};

/// Puts the digest of each such recording into the journal.
pub(super) async fn seal(services: &Services, sessions: &[SessionRow]) -> Result<(), StartError> {
    for row in sessions {
        let story = services.store.sessions().story(&row.session).await?;
        for opened in story.unsealed() {
            let event = match digest(services, &opened.recording).await {
                Ok(file) => closed(opened, file),
                Err(error) => lost(&opened.recording, &error),
            };
            journal(services, event).await?;
        }
    }
    Ok(())
}

async fn digest(services: &Services, id: &RecordingId) -> std::io::Result<Stream> {
    let path = recorder::place(&services.config.recordings, id);
    let read = tokio::task::spawn_blocking(move || recorder::digest(&path)).await;
    read.map_err(std::io::Error::other)?
}

fn closed(opened: &ChannelOpened, file: Stream) -> Event {
    Event::RecordingClosed {
        session: opened.session.clone(),
        recording: opened.recording.clone(),
        passed: None,
        file,
        left_open: true,
    }
}

fn lost(recording: &RecordingId, error: &std::io::Error) -> Event {
    let reason =
        format!("recording {recording}, which a gateway that died left open, cannot be read: {error}");
    Event::EvidenceFailed { what: "recording".to_owned(), reason }
}
