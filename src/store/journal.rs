//! The journal's rows as the database keeps them. How they are chained is [`crate::journal`]'s matter:
//! it is asked for the rows while the write lock is held, so that two writers cannot follow one head.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;

use super::filter::Filter;
use super::page::{PAGE, newest};
use super::row::{count, plain, time, whole};
use super::{Store, StoreError};
use crate::domain::{AssetName, Digest, OperatorName, SessionId};

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
    /// The exact text that `hash` covers, after the hash of the row before.
    pub body: String,
    pub hash: Digest,
}

#[derive(Debug, Clone, Copy)]
pub struct JournalRows<'s>(pub(super) &'s Store);

const SELECT: &str = "SELECT j.seq, j.at, j.actor, j.source, j.event, j.session, j.body, j.hash,
                          COALESCE(j.operator, s.operator) AS operator, COALESCE(j.asset, s.asset) AS asset
                      FROM journal j LEFT JOIN session s ON s.id = j.session
                      WHERE j.seq < ?1 AND j.at >= ?2 AND j.at < ?3
                          AND (?4 IS NULL OR j.actor = ?4 OR COALESCE(j.operator, s.operator) = ?4)
                          AND (?5 IS NULL OR COALESCE(j.asset, s.asset) = ?5) AND (?6 IS NULL OR j.session = ?6)
                      ORDER BY j.seq DESC LIMIT ?7";

impl JournalRows<'_> {
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
        for row in make(head)? {
            sqlx::query("INSERT INTO journal (seq, at, body, hash) VALUES (?, ?, ?, ?)")
                .bind(whole(row.seq))
                .bind(row.at.as_microsecond())
                .bind(row.body)
                .bind(row.hash.0.to_vec())
                .execute(&mut *tx)
                .await?;
        }
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

    /// The rows that match and that `scope` admits, newest last. The limit counts after the scope.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list(
        self,
        filter: &Filter,
        scope: impl Fn(&JournalRow) -> bool,
    ) -> Result<Vec<JournalRow>, StoreError> {
        let shows = |row: &JournalRow| filter.admits(row.source.as_deref()) && scope(row);
        newest(filter, "seq", |before| self.page(filter, before), read, shows).await
    }

    /// The next rows after `seq`, oldest first; empty at the end. For reading all of it in order.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn after(self, seq: u64) -> Result<Vec<NewRow>, StoreError> {
        let sql = "SELECT seq, at, body, hash FROM journal WHERE seq > ? ORDER BY seq LIMIT ?";
        let rows = sqlx::query(sql).bind(whole(seq)).bind(PAGE).fetch_all(&self.0.read).await?;
        rows.iter().map(read_link).collect()
    }

    /// The next rows of one kind after `seq` that are not older than `since`, as they were written, oldest
    /// first; empty at the end.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn of_kind(self, event: &str, since: Timestamp, seq: u64) -> Result<Vec<NewRow>, StoreError> {
        let sql = "SELECT seq, at, body, hash FROM journal WHERE seq > ? AND at >= ? AND event = ?
                   ORDER BY seq LIMIT ?";
        let query = sqlx::query(sql).bind(whole(seq)).bind(since.as_microsecond()).bind(event).bind(PAGE);
        query.fetch_all(&self.0.read).await?.iter().map(read_link).collect()
    }

    async fn page(self, filter: &Filter, before: i64) -> Result<Vec<SqliteRow>, StoreError> {
        let (since, until) = filter.span();
        let query = sqlx::query(SELECT)
            .bind(before)
            .bind(since)
            .bind(until)
            .bind(filter.operator.as_ref().map(OperatorName::as_str))
            .bind(filter.asset.as_ref().map(AssetName::as_str))
            .bind(filter.session.as_ref().map(SessionId::as_str))
            .bind(PAGE);
        Ok(query.fetch_all(&self.0.read).await?)
    }
}

const LAST: &str = "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1";

fn hash(row: &SqliteRow) -> Result<Digest, StoreError> {
    let bytes: &[u8] = plain(row, "hash")?;
    let bytes =
        bytes.try_into().map_err(|_| StoreError::Corrupt { reason: "a hash is no hash".to_owned() })?;
    Ok(Digest(bytes))
}

fn read_head(row: &SqliteRow) -> Result<Head, StoreError> {
    Ok(Head { seq: count(row, "seq")?, hash: hash(row)? })
}

fn read_link(row: &SqliteRow) -> Result<NewRow, StoreError> {
    Ok(NewRow { seq: count(row, "seq")?, at: time(row, "at")?, body: plain(row, "body")?, hash: hash(row)? })
}

fn read(row: &SqliteRow) -> Result<JournalRow, StoreError> {
    Ok(JournalRow {
        seq: count(row, "seq")?,
        at: time(row, "at")?,
        actor: plain(row, "actor")?,
        source: plain(row, "source")?,
        event: plain(row, "event")?,
        operator: plain(row, "operator")?,
        asset: plain(row, "asset")?,
        session: plain(row, "session")?,
        body: plain(row, "body")?,
        hash: hash(row)?,
    })
}
