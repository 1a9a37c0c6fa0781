//! Where a command's words go: a terminal, an SSH channel, a socket. The command does not know.

use bytes::Bytes;
use tokio::sync::mpsc;

/// A piece of output.
#[derive(Debug)]
pub enum Chunk {
    Out(Bytes),
    Err(Bytes),
}

/// Pieces that may wait for a slow reader.
const WAITING: usize = 16;

/// A command's end; bounded, so that a slow reader slows the command.
#[derive(Clone)]
pub struct Out {
    pieces: mpsc::Sender<Chunk>,
    pub json: bool,
}

/// The reader is gone: there is nobody to go on for.
#[derive(Debug, thiserror::Error)]
#[error("nobody reads the output any more")]
pub struct Closed;

impl Out {
    pub fn new(json: bool) -> (Self, mpsc::Receiver<Chunk>) {
        let (pieces, reader) = mpsc::channel(WAITING);
        (Self { pieces, json }, reader)
    }

    /// Resolves when nobody reads any more.
    pub async fn unread(&self) {
        self.pieces.closed().await;
    }

    pub async fn bytes(&self, bytes: impl Into<Bytes>) -> Result<(), Closed> {
        self.pieces.send(Chunk::Out(bytes.into())).await.map_err(|_| Closed)
    }

    pub async fn line(&self, text: impl AsRef<str>) -> Result<(), Closed> {
        self.bytes(format!("{}\n", text.as_ref())).await
    }

    pub async fn error(&self, text: impl AsRef<str>) -> Result<(), Closed> {
        self.pieces.send(Chunk::Err(format!("{}\n", text.as_ref()).into())).await.map_err(|_| Closed)
    }

    /// A record: the object with `--json`, else the text.
    pub async fn record(
        &self,
        object: &serde_json::Value,
        text: impl FnOnce() -> String,
    ) -> Result<(), Closed> {
        if self.json { self.line(object.to_string()).await } else { self.line(text()).await }
    }
}
