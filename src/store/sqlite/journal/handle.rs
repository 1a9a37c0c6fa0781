use super::raw;
use super::rows::read_head;
use super::scan::JournalPages;
use super::summaries::Summaries;
use super::write;
use crate::store::api::filter::Filter;
use crate::store::api::future::StoreFuture;
use crate::store::api::journal::{JournalStore, MakeRows, SummaryCheck};
use crate::store::api::journal_row::{Head, JournalRow, RawRow};
use crate::store::api::page::DynPages;
use crate::store::sqlite::database::Sqlite;

const LAST: &str = "SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1";

impl JournalStore for Sqlite {
    fn append<'a>(&'a self, make: MakeRows<'a>) -> StoreFuture<'a, Head> {
        Box::pin(async move {
            let mut tx = self.begin().await?;
            let last = sqlx::query(LAST).fetch_optional(&mut *tx).await?;
            let head = last.as_ref().map_or(Ok(Head::EMPTY), read_head)?;
            write::rows(&make(head)?, &mut tx).await?;
            tx.commit().await?;
            Ok(head)
        })
    }

    fn head(&self) -> StoreFuture<'_, Head> {
        Box::pin(async move {
            let last = sqlx::query(LAST).fetch_optional(&self.read).await?;
            last.as_ref().map_or(Ok(Head::EMPTY), read_head)
        })
    }

    fn pages(&self, filter: &Filter) -> DynPages<'_, JournalRow> {
        Box::new(JournalPages::new(self, filter.clone()))
    }

    fn raw(&self, after: Option<i64>) -> StoreFuture<'_, Vec<RawRow>> {
        Box::pin(async move { raw::after(self, after).await })
    }

    fn summaries(&self) -> Box<dyn SummaryCheck + '_> {
        Box::new(Summaries::new(self))
    }
}
