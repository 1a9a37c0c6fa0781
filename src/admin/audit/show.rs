//! One session with all it left.

use std::path::PathBuf;

use serde::Serialize;

use super::super::error::AdminError;
use super::super::page::Page;
use super::entry::{EventEntry, SessionEntry};
use super::events::of_session;
use super::find::find;
use super::view::View;
use crate::access::Services;
use crate::domain::RecordingId;
use crate::recorder;

/// Rows of one session that are told with it; the rest is for a list of rows.
const ROWS: u32 = 10_000;

#[derive(Debug, Serialize)]
pub struct SessionShown {
    #[serde(flatten)]
    pub session: SessionEntry,
    /// What programs ask for by lists of their own.
    #[serde(skip)]
    pub recordings: Vec<StoredRecording>,
    #[serde(skip)]
    pub events: Page<EventEntry, u64>,
}

/// A recording, where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecording {
    pub id: RecordingId,
    pub bytes: u64,
    pub path: PathBuf,
}

pub(super) async fn show(services: &Services, view: &View, id: &str) -> Result<SessionShown, AdminError> {
    let row = find(services, view, id).await?;
    let place = |id: &RecordingId| (id.clone(), recorder::place(&services.config.recordings, id));
    let places: Vec<_> = row.recordings.iter().map(place).collect();
    let stored = |(id, path): (RecordingId, PathBuf)| {
        let bytes = std::fs::symlink_metadata(&path).map_or(0, |about| about.len());
        StoredRecording { id, bytes, path }
    };
    let look = move || places.into_iter().map(stored).collect();
    let recordings = crate::access::blocking(look).await.map_err(AdminError::internal)?;
    let events = of_session(services, &row.session, ROWS).await?;
    Ok(SessionShown { session: SessionEntry::of(services, row), recordings, events })
}
