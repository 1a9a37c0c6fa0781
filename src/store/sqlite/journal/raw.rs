//! The rows as they lie in the file, for whoever doubts them: in the order of their numbers from the smallest that
//! there is, whatever it is.

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;

use super::block::{self, Block};
use super::told::Told;
use super::{JournalRow, JournalRows, NewRow, PAGE, hash, plain};
use crate::domain::Digest;
use crate::store::sqlite::row::{maybe_text, text};
use crate::store::{Store, StoreError};

/// A row that nobody has believed yet.
#[derive(Debug, Clone)]
pub struct RawRow {
    pub seq: i64,
    /// Microseconds since 1970.
    pub at: i64,
    pub body: String,
    pub hash: Digest,
    /// What the row says that began its session.
    pub began: Option<Told>,
}

const AFTER: &str = concat!(
    "SELECT j.seq, j.at, j.body, j.hash, (SELECT b.body FROM journal b WHERE b.session = j.session AND b.",
    super::story!(),
    " AND b.event = 'session-started' ORDER BY b.seq LIMIT 1) AS began
     FROM journal j WHERE j.seq > ? ORDER BY j.seq LIMIT ?"
);

impl<'s> JournalRows<'s> {
    /// The next rows after `seq`, or from the first on.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn raw(self, after: Option<i64>) -> Result<Vec<RawRow>, StoreError> {
        // Nobody can write a row of the least number that there is and have it follow another.
        let query = sqlx::query(AFTER).bind(after.unwrap_or(i64::MIN)).bind(PAGE);
        query.fetch_all(&self.0.read).await?.iter().map(read).collect()
    }

    /// For comparing what lists skip by with the rows.
    pub fn summaries(self) -> Summaries<'s> {
        Summaries { store: self.0, open: None }
    }
}

fn read(row: &SqliteRow) -> Result<RawRow, StoreError> {
    Ok(RawRow {
        seq: plain(row, "seq")?,
        at: plain(row, "at")?,
        body: text(row, "body")?,
        // What is not a hash follows from nothing, and is told as such.
        hash: hash(row).unwrap_or(Digest::ZERO),
        began: maybe_text(row, "began")?.as_deref().map(Told::read),
    })
}

impl RawRow {
    /// The row as a list shows it, for whoever judges who may see it.
    pub fn shown(&self) -> JournalRow {
        let seq = u64::try_from(self.seq).unwrap_or_default();
        let at = Timestamp::from_microsecond(self.at).unwrap_or_default();
        JournalRow::of(seq, at, self.body.clone(), self.hash, self.began.clone())
    }
}

/// Sums rows up anew, in their order, and says which summaries leave something out.
#[derive(Debug)]
pub struct Summaries<'s> {
    store: &'s Store,
    open: Option<Block>,
}

impl Summaries<'_> {
    /// Takes in the next row. The rows of the summary that it ends, if that leaves something out.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn add(&mut self, row: &RawRow, told: &Told) -> Result<Option<(i64, i64)>, StoreError> {
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
    }

    /// The same for the last one.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn end(&mut self) -> Result<Option<(i64, i64)>, StoreError> {
        let Some(block) = self.open.take() else { return Ok(None) };
        let kept = Block::load(block.number, &mut *self.store.read.acquire().await?).await?;
        let first = block.number * block::ROWS;
        Ok((!block.is_in(&kept)).then_some((first.max(1), first + block::ROWS - 1)))
    }
}
