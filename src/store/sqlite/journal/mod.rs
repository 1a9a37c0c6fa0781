//! The journal's rows as the database keeps them. How they are chained is [`crate::journal`]'s matter:
//! it is asked for the rows while the write lock is held, so that two writers cannot follow one head.

mod block;
mod raw;
mod scan;
mod told;
mod write;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;

use super::filter::Filter;
use super::page::{PAGE, Pages, all};
use super::row::{count, plain, text, time};
use super::{Store, StoreError};
use crate::domain::Digest;

pub(in crate::store) use block::complete;
pub use raw::{RawRow, Summaries};
pub use scan::JournalPages;
pub use told::{Began, Closed, Ended, File, Opened, Step, Told};

/// The last row that was written: what the next one follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// 0 while the journal is empty.
    pub seq: u64,
    pub hash: Digest,
}

impl Head {
    pub const EMPTY: Self = Self { seq: 0, hash: Digest::ZERO };
}

/// A row to write.
#[derive(Debug, Clone)]
pub struct NewRow {
    pub seq: u64,
    pub at: Timestamp,
    /// The canonical JSON that `hash` covers.
    pub body: String,
    pub hash: Digest,
}

/// A row that was written. Where the body names no operator or asset but a session, they are the session's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalRow {
    pub seq: u64,
    pub at: Timestamp,
    pub actor: String,
    pub source: Option<String>,
    pub event: String,
    pub operator: Option<String>,
    pub asset: Option<String>,
    pub session: Option<String>,
    /// What the row says that began its session.
    pub began: Option<Told>,
    /// The exact text that `hash` covers, after the hash of the row before.
    pub body: String,
    pub hash: Digest,
}

impl JournalRow {
    fn of(seq: u64, at: Timestamp, body: String, hash: Digest, began: Option<Told>) -> Self {
        let Told { actor, source, event, operator, asset, session, .. } = Told::read(&body);
        let its = |what: fn(&Told) -> Option<String>| began.as_ref().and_then(what);
        let operator = operator.or_else(|| its(|began| Some(began.actor.clone())));
        let asset = asset.or_else(|| its(|began| began.asset.clone()));
        Self { seq, at, actor, source, event, operator, asset, session, began, body, hash }
    }

    /// Whose doing it is: the operator's that it is about, else the actor's.
    pub fn whose(&self) -> &str {
        self.operator.as_deref().unwrap_or(&self.actor)
    }

    /// Where it was done from: where the row does not say it, where its session came from.
    pub fn whence(&self) -> Option<&str> {
        let of_session = || self.began.as_ref().and_then(|began| began.source.as_deref());
        self.source.as_deref().or_else(of_session)
    }
}

#[derive(Debug, Clone, Copy)]
pub struct JournalRows<'s>(pub(super) &'s Store);

/// The kinds of rows that sessions are made of: SQLite takes the index `journal_story` where it reads these words.
macro_rules! story {
    () => {
        "event IN ('session-started', 'channel-opened', 'recording-closed', 'session-ended')"
    };
}
pub(super) use story;

/// The row that began a session.
pub(in crate::store) const BEGAN: &str = concat!(
    "SELECT body FROM journal WHERE session = ? AND ",
    story!(),
    " AND event = 'session-started' ORDER BY seq LIMIT 1"
);

impl<'s> JournalRows<'s> {
    /// Writes the rows that `make` builds to follow the head, all of them or none, and returns the head
    /// that they followed when they are on the disk. The head is read under the write lock each time: another process may have
    /// written, and after a failure nobody knows better than the database.
    ///
    /// # Errors
    /// When `make` fails or the database cannot be written.
    pub async fn append<F>(self, make: F) -> Result<Head, StoreError>
    where
        F: FnOnce(Head) -> Result<Vec<NewRow>, StoreError> + Send,
    {
        let mut tx = self.0.begin().await?;
        let last = sqlx::query(LAST).fetch_optional(&mut *tx).await?;
        let head = last.as_ref().map_or(Ok(Head::EMPTY), read_head)?;
        write::rows(&make(head)?, &mut tx).await?;
        tx.commit().await?;
        Ok(head)
    }

    /// The last row that was written.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn head(self) -> Result<Head, StoreError> {
        let last = sqlx::query(LAST).fetch_optional(&self.0.read).await?;
        last.as_ref().map_or(Ok(Head::EMPTY), read_head)
    }

    /// The rows that match, a page at a time.
    pub fn pages(self, filter: &Filter) -> JournalPages<'s> {
        JournalPages::new(self.0, filter.clone())
    }

    /// The rows that match and that `scope` admits, newest last. The limit counts after the scope.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list(
        self,
        filter: &Filter,
        scope: impl Fn(&JournalRow) -> bool,
    ) -> Result<Vec<JournalRow>, StoreError> {
        all(self.pages(filter), filter, scope).await
    }

    /// The next rows of one kind after `seq` that are not older than `since`, as they were written, oldest
    /// first; empty at the end.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn of_kind(self, event: &str, since: Timestamp, seq: u64) -> Result<Vec<NewRow>, StoreError> {
        let filter = Filter {
            kinds: vec![event.to_owned()],
            since: Some(since),
            after: Some(seq),
            ..Filter::default()
        };
        let mut pages = self.pages(&filter);
        while let Some(rows) = pages.next().await? {
            if !rows.is_empty() {
                let link =
                    |row: JournalRow| NewRow { seq: row.seq, at: row.at, body: row.body, hash: row.hash };
                return Ok(rows.into_iter().map(link).collect());
            }
        }
        Ok(Vec::new())
    }
}

const LAST: &str = "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1";

fn hash(row: &SqliteRow) -> Result<Digest, StoreError> {
    let bytes: &[u8] = plain(row, "hash")?;
    let bytes =
        bytes.try_into().map_err(|_| StoreError::Corrupt { reason: "a hash is malformed".to_owned() })?;
    Ok(Digest(bytes))
}

fn read_head(row: &SqliteRow) -> Result<Head, StoreError> {
    Ok(Head { seq: count(row, "seq")?, hash: hash(row)? })
}

fn link_of(row: &SqliteRow) -> Result<NewRow, StoreError> {
    Ok(NewRow { seq: count(row, "seq")?, at: time(row, "at")?, body: text(row, "body")?, hash: hash(row)? })
}

#[cfg(test)]
mod tests;
