//! Where a command's words go: a terminal, an SSH channel, a socket. The command does not know.
//!
//! Whoever wrote what is printed, it steers no terminal: each way out but [`Out::raw`] writes it as plain text.

use bytes::Bytes;
use tokio::sync::mpsc;

use super::hints::noted;
use crate::domain::{Language, Role, Tell, english, plain, plain_lines, text};

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
    /// The language that was asked for; else the gateway's.
    pub language: Option<Language>,
    /// Who reads it; `None`: whoever is on the host.
    role: Option<Role>,
}

/// The reader is gone: there is nobody to go on for.
#[derive(Debug, thiserror::Error)]
pub struct ReaderGone;

english!(ReaderGone);

impl Tell for ReaderGone {
    fn told(&self, language: Language) -> String {
        text!(language, "console.closed")
    }
}

impl Out {
    pub fn new(json: bool, language: Option<Language>) -> (Self, mpsc::Receiver<Chunk>) {
        let (pieces, reader) = mpsc::channel(WAITING);
        (Self { pieces, json, language, role: None }, reader)
    }

    /// For somebody of this role, who speaks this language where none was asked for.
    pub(super) fn read_by(self, role: Option<Role>, language: Language) -> Self {
        Self { role, language: self.language.or(Some(language)), ..self }
    }

    /// Resolves when nobody reads any more.
    pub async fn unread(&self) {
        self.pieces.closed().await;
    }

    /// Bytes as they are: a key, a drawing, what a recording holds. What somebody else wrote goes through the other
    /// ways.
    pub async fn raw(&self, bytes: impl Into<Bytes>) -> Result<(), ReaderGone> {
        self.pieces.send(Chunk::Out(bytes.into())).await.map_err(|_| ReaderGone)
    }

    /// One line; a line's end in the text is written as `\n`.
    pub async fn line(&self, text: impl AsRef<str>) -> Result<(), ReaderGone> {
        self.raw(plain(text.as_ref()) + "\n").await
    }

    /// Several lines, whose ends the caller has set: a field that somebody else wrote must have none.
    pub async fn lines(&self, text: impl AsRef<str>) -> Result<(), ReaderGone> {
        self.raw(plain_lines(text.as_ref()) + "\n").await
    }

    /// Lines about what went wrong.
    pub async fn error(&self, text: impl AsRef<str>) -> Result<(), ReaderGone> {
        let text = noted(text.as_ref(), self.role, self.language.unwrap_or(Language::English));
        let text = plain_lines(&text) + "\n";
        self.pieces.send(Chunk::Err(text.into())).await.map_err(|_| ReaderGone)
    }

    /// A record: the object with `--json`, else the text, in one line.
    pub async fn record(
        &self,
        object: &serde_json::Value,
        text: impl FnOnce() -> String,
    ) -> Result<(), ReaderGone> {
        if self.json { self.line(object.to_string()).await } else { self.line(text()).await }
    }

    /// A record whose text has several lines.
    pub async fn records(
        &self,
        object: &serde_json::Value,
        text: impl FnOnce() -> String,
    ) -> Result<(), ReaderGone> {
        if self.json { self.line(object.to_string()).await } else { self.lines(text()).await }
    }
}
