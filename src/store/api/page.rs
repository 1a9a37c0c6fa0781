//! Lists, a page at a time, so that what is kept in memory does not grow with what is found.

use super::error::StoreError;
use super::filter::Filter;
use super::future::StoreFuture;

/// The rows of a page, where nobody asks for another number.
pub const PAGE: u32 = 500;

/// The most rows of one page; who asks for more gets these.
pub(in crate::store) const MOST: u32 = 10_000;

/// Rows of a list that may be in memory as a whole: accounts, credentials, locks, orders that are open.
pub const WHOLE: usize = 100_000;

/// Rows of a search that are kept in memory at once, where the search itself has no limit.
const GATHERED: usize = 1_000_000;

/// A row of a list. The list goes on behind its key.
pub trait Listed: Send {
    type Key: Send;

    fn key(&self) -> Self::Key;
}

/// Where the pages of a search come from.
pub trait Pages: Send {
    type Row: Send;

    /// The next rows that match, perhaps none of this page; `None` at the end.
    fn next(&mut self) -> StoreFuture<'_, Option<Vec<Self::Row>>>;
}

/// Pages of whatever backend there is.
pub(in crate::store) type DynPages<'a, Row> = Box<dyn Pages<Row = Row> + 'a>;

impl<P: Pages + ?Sized> Pages for Box<P> {
    type Row = P::Row;

    fn next(&mut self) -> StoreFuture<'_, Option<Vec<P::Row>>> {
        Box::pin(async move { (**self).next().await })
    }
}

/// Walks a list to its end; `read` asks for the page behind a key.
pub struct Walk<Row: Listed, Read> {
    read: Read,
    after: Option<Row::Key>,
    is_over: bool,
}

impl<'a, Row: Listed, Read: FnMut(Option<Row::Key>) -> StoreFuture<'a, Vec<Row>>> Walk<Row, Read> {
    pub fn new(read: Read) -> Self {
        Self { read, after: None, is_over: false }
    }

    /// The next rows; `None` at the end.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn next(&mut self) -> Result<Option<Vec<Row>>, StoreError> {
        if self.is_over {
            return Ok(None);
        }
        let rows = (self.read)(self.after.take()).await?;
        self.after = rows.last().map(Listed::key);
        self.is_over = rows.is_empty();
        Ok((!self.is_over).then_some(rows))
    }
}

/// A list that has to be in memory as a whole; it may have so many rows.
///
/// # Errors
/// When it has more, or the database cannot be read.
pub async fn gather<'a, Row: Listed>(
    most: usize,
    read: impl FnMut(Option<Row::Key>) -> StoreFuture<'a, Vec<Row>>,
) -> Result<Vec<Row>, StoreError> {
    let (mut walk, mut found) = (Walk::new(read), Vec::new());
    while let Some(rows) = walk.next().await? {
        found.extend(rows);
        if found.len() > most {
            return Err(StoreError::TooMany { most });
        }
    }
    Ok(found)
}

/// The rows that match and that `shows` lets pass, newest last. The limit counts after `shows`: what somebody may
/// not see must not show by its absence.
///
/// # Errors
/// When there are more than can be in memory and the filter has no limit, or the database cannot be read.
pub(in crate::store) async fn search<Row: Send>(
    mut pages: DynPages<'_, Row>,
    filter: &Filter,
    shows: impl Fn(&Row) -> bool,
) -> Result<Vec<Row>, StoreError> {
    let most = filter.limit.unwrap_or(usize::MAX);
    let mut found = Vec::new();
    while found.len() < most {
        let Some(rows) = pages.next().await? else { break };
        found.extend(rows.into_iter().filter(|row| shows(row)));
        if filter.limit.is_none() && found.len() > GATHERED {
            return Err(StoreError::TooMany { most: GATHERED });
        }
    }
    found.truncate(most);
    if filter.backwards() {
        found.reverse();
    }
    Ok(found)
}
