//! Rows that match, read a page at a time, so that what is kept in memory does not grow with what is found.

use super::{Filter, StoreError};

/// How many rows are read at a time.
pub(super) const PAGE: i64 = 500;

/// Where pages come from.
pub trait Pages: Send {
    type Row: Send;

    /// The next rows that match, perhaps none of this page; `None` at the end.
    fn next(&mut self) -> impl Future<Output = Result<Option<Vec<Self::Row>>, StoreError>> + Send;
}

/// All rows that match and that `shows` lets pass, newest last. The limit counts after `shows`: what somebody may
/// not see must not show by its absence.
pub(super) async fn all<P: Pages>(
    mut pages: P,
    filter: &Filter,
    shows: impl Fn(&P::Row) -> bool,
) -> Result<Vec<P::Row>, StoreError> {
    let most = filter.limit.unwrap_or(usize::MAX);
    let mut found = Vec::new();
    while found.len() < most {
        let Some(rows) = pages.next().await? else { break };
        found.extend(rows.into_iter().filter(|row| shows(row)));
    }
    found.truncate(most);
    if filter.backwards() {
        found.reverse();
    }
    Ok(found)
}
