//! Sums rows up anew, and compares.

use jiff::Timestamp;

use super::block::{self, Block};
use crate::store::api::future::StoreFuture;
use crate::store::api::journal::SummaryCheck;
use crate::store::api::journal_row::{NewRow, RawRow, RowFields};
use crate::store::sqlite::database::Sqlite;

pub(super) struct Summaries<'s> {
    db: &'s Sqlite,
    open: Option<Block>,
}

impl<'s> Summaries<'s> {
    pub(super) fn new(db: &'s Sqlite) -> Self {
        Self { db, open: None }
    }
}

impl SummaryCheck for Summaries<'_> {
    fn add<'a>(&'a mut self, row: &'a RawRow, told: &'a RowFields) -> StoreFuture<'a, Option<(i64, i64)>> {
        Box::pin(async move {
            let (Ok(seq), Ok(at)) = (u64::try_from(row.seq), Timestamp::from_microsecond(row.at)) else {
                return Ok(None); // not listed at all
            };
            let number = block::of_row(row.seq);
            let wrong = match &self.open {
                Some(open) if open.number == number => None,
                _ => self.end().await?,
            };
            let began = row.began.clone().filter(|_| told.event != "session-started");
            let row = NewRow { seq, at, body: String::new(), hash: row.hash };
            self.open.get_or_insert_with(|| Block::empty(number)).add(&row, told, began.as_ref());
            Ok(wrong)
        })
    }

    fn end(&mut self) -> StoreFuture<'_, Option<(i64, i64)>> {
        Box::pin(async move {
            let Some(block) = self.open.take() else { return Ok(None) };
            let kept = Block::load(block.number, &mut *self.db.read.acquire().await?).await?;
            let first = block.number * block::ROWS;
            Ok((!block.is_in(&kept)).then_some((first.max(1), first + block::ROWS - 1)))
        })
    }

    fn of_nothing(&self) -> StoreFuture<'_, Option<(i64, i64)>> {
        Box::pin(async move {
            const FIRST: &str = "SELECT block FROM journal_block WHERE NOT EXISTS
                                 (SELECT 1 FROM journal WHERE seq BETWEEN block * 64 AND block * 64 + 63)
                                 ORDER BY block LIMIT 1";
            let block: Option<i64> = sqlx::query_scalar(FIRST).fetch_optional(&self.db.read).await?;
            Ok(block.map(|block| {
                let first = block.saturating_mul(block::ROWS);
                (first, first.saturating_add(block::ROWS - 1))
            }))
        })
    }
}
