//! A session's recordings, read on a thread of their own, a piece at a time: however large they are, and however
//! slowly somebody reads.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::View;
use crate::access::Services;
use crate::console::run::Failure;
use crate::domain::{Charset, Protocol, RecordingId};
use crate::evidence::Reader;
use crate::recorder;

/// Pieces that wait for their reader.
const WAITING: usize = 16;

/// One recording.
#[derive(Debug, Clone)]
pub(super) struct Reel {
    pub id: RecordingId,
    pub path: PathBuf,
    /// What its asset speaks by the policy in force.
    pub charset: Option<Charset>,
}

impl Reel {
    pub(super) fn open(&self) -> Result<Reader<BufReader<File>>, Failure> {
        let fault = |error: &dyn std::fmt::Display| Failure(format!("{}: {error}", self.path.display()));
        let file = recorder::open(&self.path).map_err(|error| fault(&error))?;
        Reader::open(BufReader::with_capacity(64 * 1024, file)).map_err(|error| fault(&error))
    }
}

/// The recordings that an id names, oldest first: all of a session, or one.
pub(super) async fn find(services: &Services, view: &View, id: &str) -> Result<Vec<Reel>, Failure> {
    let row = super::find(services, view, id).await?;
    // What does not begin the session's own id begins that of a recording in it.
    let whole = row.session.as_str().starts_with(id);
    let charset = view.standing.policy.asset(row.asset.as_str()).and_then(|asset| asset.charset);
    let wanted = row.recordings.iter().filter(|recording| whole || recording.as_str().starts_with(id));
    let reels = wanted.map(|id| Reel {
        id: id.clone(),
        path: recorder::place(&services.config.recordings, id),
        charset,
    });
    match reels.collect::<Vec<_>>() {
        none if none.is_empty() => Err(Failure(format!("session {} has no recording", row.session))),
        reels => Ok(reels),
    }
}

/// Whether what went through such a channel is packets of files, and nothing that a terminal shows.
pub(super) fn is_files(protocol: Protocol) -> bool {
    matches!(protocol, Protocol::Sftp | Protocol::Scp)
}

/// Why work on a reel ends early.
pub(super) enum Stop {
    /// Whoever read is gone.
    Unread,
    Failed(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl<E: std::error::Error> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Does work that waits for disks on a thread of its own. What it hands on is read here; it ends early once nobody
/// reads.
pub(super) fn spool<T: Send + 'static>(
    work: impl FnOnce(&mpsc::Sender<T>) -> Result<(), Stop> + Send + 'static,
) -> (mpsc::Receiver<T>, JoinHandle<Result<(), Failure>>) {
    let (sender, receiver) = mpsc::channel(WAITING);
    let working = tokio::task::spawn_blocking(move || match work(&sender) {
        Ok(()) | Err(Stop::Unread) => Ok(()),
        Err(Stop::Failed(failure)) => Err(failure),
    });
    (receiver, working)
}

/// Hands a piece on.
pub(super) fn hand<T>(to: &mpsc::Sender<T>, piece: T) -> Result<(), Stop> {
    to.blocking_send(piece).map_err(|_| Stop::Unread)
}
