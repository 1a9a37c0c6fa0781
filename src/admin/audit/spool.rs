//! What is read on a thread of its own, a piece at a time: however large it is, and however slowly somebody reads.

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::super::error::AdminError;

/// Pieces that wait for their reader.
const WAITING: usize = 16;

/// Pieces as they come. Whoever drops it ends the work.
#[derive(Debug)]
pub struct Spool<Piece> {
    pieces: mpsc::Receiver<Piece>,
    work: JoinHandle<Result<(), AdminError>>,
}

impl<Piece> Spool<Piece> {
    /// The next piece; `None` at the end, of which [`Self::end`] says whether it was a good one.
    pub async fn next(&mut self) -> Option<Piece> {
        self.pieces.recv().await
    }

    /// # Errors
    /// Why there was no more.
    pub async fn end(self) -> Result<(), AdminError> {
        drop(self.pieces);
        self.work.await.map_err(AdminError::internal)?
    }
}

/// Why work ends early.
pub(super) enum Stop {
    /// Whoever read is gone.
    Unread,
    Failed(AdminError),
}

impl From<AdminError> for Stop {
    fn from(error: AdminError) -> Self {
        Self::Failed(error)
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Does work that waits for disks on a thread of its own.
pub(super) fn spool<Piece: Send + 'static>(
    work: impl FnOnce(&mpsc::Sender<Piece>) -> Result<(), Stop> + Send + 'static,
) -> Spool<Piece> {
    let (sender, pieces) = mpsc::channel(WAITING);
    let work = crate::access::blocking(move || match work(&sender) {
        Ok(()) | Err(Stop::Unread) => Ok(()),
        Err(Stop::Failed(error)) => Err(error),
    });
    Spool { pieces, work }
}

/// Hands a piece on.
pub(super) fn hand<Piece>(to: &mpsc::Sender<Piece>, piece: Piece) -> Result<(), Stop> {
    to.blocking_send(piece).map_err(|_| Stop::Unread)
}
