//! The journal's rows as the database keeps them. How they are chained is [`crate::journal`]'s matter:
//! it is asked for the rows while the write lock is held, so that two writers cannot follow one head.

use jiff::Timestamp;

use super::error::StoreError;
use super::filter::Filter;
use super::future::StoreFuture;
use super::journal_row::{Head, JournalRow, NewRow, RawRow, RowFields};
use super::page::{DynPages, search};

/// Builds the rows that follow a head.
pub(in crate::store) type MakeRows<'a> = Box<dyn FnOnce(Head) -> Result<Vec<NewRow>, StoreError> + Send + 'a>;

pub trait JournalStore: Send + Sync {
    /// Writes the rows that `make` builds to follow the head, all of them or none, and returns the head
    /// that they followed when they are on the disk. The head is read under the write lock each time: another process
    /// may have written, and after a failure nobody knows better than the database.
    ///
    /// # Errors
    /// When `make` fails or the database cannot be written.
    fn append<'a>(&'a self, make: MakeRows<'a>) -> StoreFuture<'a, Head>;

    /// The last row that was written.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn head(&self) -> StoreFuture<'_, Head>;

    /// The rows that match, a page at a time.
    fn pages(&self, filter: &Filter) -> DynPages<'_, JournalRow>;

    /// The next rows after `seq` as they lie in the database, or from the smallest number that there is, whatever it is;
    /// empty at the end.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn raw(&self, after: Option<i64>) -> StoreFuture<'_, Vec<RawRow>>;

    /// For comparing what lists skip by with the rows.
    fn summaries(&self) -> Box<dyn SummaryCheck + '_>;
}

/// Sums rows up anew, in their order, and says which summaries leave something out.
pub trait SummaryCheck: Send {
    /// Takes in the next row. The rows of the summary that it ends, if that leaves something out.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn add<'a>(&'a mut self, row: &'a RawRow, told: &'a RowFields) -> StoreFuture<'a, Option<(i64, i64)>>;

    /// The same for the last one.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn end(&mut self) -> StoreFuture<'_, Option<(i64, i64)>>;

    /// The rows of the first summary that stands for none that is there.
    ///
    /// # Errors
    /// When the database cannot be read.
    fn of_nothing(&self) -> StoreFuture<'_, Option<(i64, i64)>>;
}

impl dyn JournalStore + '_ {
    /// The rows that match and that `scope` admits, newest last. The limit counts after the scope.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn list(
        &self,
        filter: &Filter,
        scope: impl Fn(&JournalRow) -> bool,
    ) -> Result<Vec<JournalRow>, StoreError> {
        search(self.pages(filter), filter, scope).await
    }

    /// The next rows of one kind after `seq` that are not older than `since`, as they were written, oldest
    /// first; empty at the end.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn of_kind(&self, event: &str, since: Timestamp, seq: u64) -> Result<Vec<NewRow>, StoreError> {
        let (kinds, since, after) = (vec![event.to_owned()], Some(since), Some(seq));
        let mut pages = self.pages(&Filter { kinds, since, after, ..Filter::default() });
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
