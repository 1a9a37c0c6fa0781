//! The newest rows that match, read a page at a time.

use sqlx::sqlite::SqliteRow;

use super::StoreError;
use super::filter::Filter;
use super::row::plain;

/// How many rows are read at a time.
pub(super) const PAGE: i64 = 500;

/// Rows from the newest on, up to the filter's limit, newest last. The limit counts after `shows`: what somebody
/// may not see must not show by its absence. `page` reads those whose `number` is less than it is given.
pub(super) async fn newest<T, F>(
    filter: &Filter,
    number: &'static str,
    page: impl Fn(i64) -> F,
    read: impl Fn(&SqliteRow) -> Result<T, StoreError>,
    shows: impl Fn(&T) -> bool,
) -> Result<Vec<T>, StoreError>
where
    F: Future<Output = Result<Vec<SqliteRow>, StoreError>>,
{
    let most = filter.limit.unwrap_or(usize::MAX);
    let mut found = Vec::new();
    let mut before = i64::MAX;
    while found.len() < most {
        let rows = page(before).await?;
        let Some(last) = rows.last() else { break };
        before = plain(last, number)?;
        for row in &rows {
            let row = read(row)?;
            if shows(&row) {
                found.push(row);
            }
        }
    }
    found.truncate(most);
    found.reverse();
    Ok(found)
}
