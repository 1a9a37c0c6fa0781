//! The recordings of a session, as they are read again.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use super::super::error::AdminError;
use super::super::say::no;
use super::find::find;
use super::view::View;
use crate::access::Services;
use crate::domain::{AboutFile, Charset, Protocol, RecordingId, Tell};
use crate::evidence::Reader;
use crate::recorder;

/// One recording.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub id: RecordingId,
    pub path: PathBuf,
    /// What its asset speaks by the policy in force.
    pub charset: Option<Charset>,
}

impl Source {
    fn about(&self, error: impl Tell) -> AdminError {
        AdminError::failed(AboutFile { file: &self.path, error })
    }

    pub(super) fn open(&self) -> Result<Reader<BufReader<File>>, AdminError> {
        let file = recorder::open(&self.path).map_err(|error| self.about(error))?;
        Reader::open(BufReader::with_capacity(64 * 1024, file)).map_err(|error| self.about(error))
    }
}

/// The recordings that an id names, oldest first: all of a session, or one.
pub(super) async fn named(services: &Services, view: &View, id: &str) -> Result<Vec<Source>, AdminError> {
    let row = find(services, view, id).await?;
    // What does not begin the session's own id begins that of a recording in it.
    let whole = row.session.as_str().starts_with(id);
    let charset = view.standing.policy.asset(row.asset.as_str()).and_then(|asset| asset.charset);
    let wanted = row.recordings.iter().filter(|recording| whole || recording.as_str().starts_with(id));
    let sources = wanted.map(|id| Source {
        id: id.clone(),
        path: recorder::place(&services.config.recordings, id),
        charset,
    });
    match sources.collect::<Vec<_>>() {
        none if none.is_empty() => {
            Err(no!(services, NotFound, "audit.no-recording", id = row.session.as_str()))
        }
        sources => Ok(sources),
    }
}

/// Whether what went through such a channel is packets of files, and nothing that a terminal shows.
pub(super) fn is_files(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::Sftp | Protocol::Scp)
}
