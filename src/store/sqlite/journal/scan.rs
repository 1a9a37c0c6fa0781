//! Reads the rows that a filter admits, block by block, and none of a block that cannot hold one.

use std::collections::VecDeque;

use sqlx::sqlite::SqliteRow;

use super::block::{self, Need};
use super::rows::{hash, story};
use crate::domain::SessionId;
use crate::store::api::error::StoreError;
use crate::store::api::filter::Filter;
use crate::store::api::future::StoreFuture;
use crate::store::api::journal_row::{JournalRow, RowFields};
use crate::store::api::page::{PAGE, Pages};
use crate::store::sqlite::database::Sqlite;
use crate::store::sqlite::row::{count, maybe_text, plain, text, time, whole};

/// Summaries that are read at a time.
const SUMMARIES: i64 = 512;
/// How many neighbours of a block are read with it.
const TOGETHER: u64 = 7;

/// The rows that match, a page at a time: the newest first where the filter asks for the newest, else the oldest.
pub(in crate::store::sqlite) struct JournalPages<'s> {
    db: &'s Sqlite,
    filter: Filter,
    need: Need,
    backwards: bool,
    /// Only rows between these numbers are still to come.
    open: (i64, i64),
    /// Blocks that may hold something, in the order of reading.
    blocks: VecDeque<i64>,
    /// The first and the last block whose summary has not been read.
    ahead: Option<(i64, i64)>,
}

macro_rules! rows {
    ($rest:literal) => {
        concat!(
            "SELECT j.seq, j.at, j.body, j.hash,
                 (SELECT b.body FROM journal b WHERE b.session = j.session AND b.seq < j.seq AND b.",
            story!(),
            " AND b.event = 'session-started' ORDER BY b.seq LIMIT 1) AS began
             FROM journal j WHERE j.seq > ?1 AND j.seq < ?2 ",
            $rest
        )
    };
}
const DOWN: &str = rows!("ORDER BY j.seq DESC");
const UP: &str = rows!("ORDER BY j.seq");
const SESSION_DOWN: &str = rows!("AND j.session = ?3 ORDER BY j.seq DESC LIMIT ?4");
const SESSION_UP: &str = rows!("AND j.session = ?3 ORDER BY j.seq LIMIT ?4");

macro_rules! summaries {
    ($order:literal) => {
        concat!(
            "SELECT block, names FROM journal_block
             WHERE block >= ?1 AND block <= ?2 AND latest >= ?3 AND earliest < ?4 ORDER BY block ",
            $order,
            " LIMIT ?5"
        )
    };
}
const SUMMARIES_DOWN: &str = summaries!("DESC");
const SUMMARIES_UP: &str = summaries!("ASC");

impl Pages for JournalPages<'_> {
    type Row = JournalRow;

    fn next(&mut self) -> StoreFuture<'_, Option<Vec<JournalRow>>> {
        Box::pin(async move {
            let found = match self.filter.session.clone() {
                Some(session) => self.of_session(&session).await?,
                None => self.of_blocks().await?,
            };
            let Some(found) = found else { return Ok(None) };
            let mut rows = Vec::new();
            for row in &found {
                let row = read(row)?;
                if self.filter.takes(&row) {
                    rows.push(row);
                }
            }
            Ok(Some(rows))
        })
    }
}

impl<'s> JournalPages<'s> {
    pub(in crate::store::sqlite) fn new(db: &'s Sqlite, filter: Filter) -> Self {
        let open = (filter.after.map_or(0, whole), filter.before.map_or(i64::MAX, whole));
        let ahead = Some((block::of_row(open.0), block::of_row(open.1)));
        let (need, backwards) = (Need::of(&filter), filter.backwards());
        Self { db, filter, need, backwards, open, blocks: VecDeque::new(), ahead }
    }

    async fn of_session(&mut self, session: &SessionId) -> Result<Option<Vec<SqliteRow>>, StoreError> {
        let sql = if self.backwards { SESSION_DOWN } else { SESSION_UP };
        let query = sqlx::query(sql).bind(self.open.0).bind(self.open.1).bind(session.as_str()).bind(PAGE);
        let rows = query.fetch_all(&self.db.read).await?;
        let Some(last) = rows.last() else { return Ok(None) };
        let passed = plain(last, "seq")?;
        if self.backwards {
            self.open.1 = passed
        } else {
            self.open.0 = passed
        }
        Ok(Some(rows))
    }

    async fn of_blocks(&mut self) -> Result<Option<Vec<SqliteRow>>, StoreError> {
        while self.blocks.is_empty() {
            let Some(ahead) = self.ahead else { return Ok(None) };
            self.look_ahead(ahead).await?;
        }
        let Some((first, last)) = self.neighbours() else { return Ok(None) };
        let from = first.saturating_mul(block::ROWS) - 1;
        let to = last.saturating_add(1).saturating_mul(block::ROWS);
        let sql = if self.backwards { DOWN } else { UP };
        let query = sqlx::query(sql).bind(from.max(self.open.0)).bind(to.min(self.open.1));
        Ok(Some(query.fetch_all(&self.db.read).await?))
    }

    /// Reads the next summaries, and keeps the numbers of those blocks that may hold something.
    async fn look_ahead(&mut self, (first, last): (i64, i64)) -> Result<(), StoreError> {
        let (since, until) = self.filter.span();
        let sql = if self.backwards { SUMMARIES_DOWN } else { SUMMARIES_UP };
        let query = sqlx::query(sql).bind(first).bind(last).bind(since).bind(until).bind(SUMMARIES);
        let summaries = query.fetch_all(&self.db.read).await?;
        self.ahead = None;
        for summary in &summaries {
            let block: i64 = plain(summary, "block")?;
            if self.need.may_be_in(plain(summary, "names")?, &self.filter) {
                self.blocks.push_back(block);
            }
            self.ahead = Some(if self.backwards { (first, block - 1) } else { (block + 1, last) });
        }
        Ok(())
    }

    /// Takes the next blocks, as far as they follow each other: the least and the greatest.
    fn neighbours(&mut self) -> Option<(i64, i64)> {
        let first = self.blocks.pop_front()?;
        let step = if self.backwards { -1 } else { 1 };
        let mut last = first;
        while last.abs_diff(first) < TOGETHER && self.blocks.front() == Some(&(last + step)) {
            self.blocks.pop_front();
            last += step;
        }
        Some((first.min(last), first.max(last)))
    }
}

fn read(row: &SqliteRow) -> Result<JournalRow, StoreError> {
    let began = maybe_text(row, "began")?.as_deref().map(RowFields::read);
    Ok(JournalRow::of(count(row, "seq")?, time(row, "at")?, text(row, "body")?, hash(row)?, began))
}
