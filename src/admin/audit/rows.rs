//! Reads a list of records: those that match and that the caller may see, a page of them.

use jiff::Timestamp;
use serde::Serialize;

use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::super::page::Page;
use super::filter::unknown;
use super::view::View;
use crate::access::Services;
use crate::store::{Filter, Pages};

/// Some records, newest last.
#[derive(Debug, Serialize)]
pub struct Records<Row, Cursor> {
    /// Of the newest, the next page is `before` its cursor; else `after`.
    #[serde(flatten)]
    pub page: Page<Row, Cursor>,
    /// The newest were asked for.
    #[serde(skip)]
    pub newest: bool,
    /// What was understood of the times, for who gave them.
    #[serde(skip)]
    pub since: Option<LocalTime>,
    #[serde(skip)]
    pub until: Option<LocalTime>,
}

/// How rows of one kind become entries.
pub(super) struct Shape<Show, Make, Cut> {
    /// Whether whoever asks may see it.
    pub shows: Show,
    pub entry: Make,
    pub cursor: Cut,
}

/// The limit counts what may be seen: what somebody may not see must not show by its absence.
pub(super) async fn read<P: Pages, Row, Cursor>(
    services: &Services,
    view: &View,
    filter: &Filter,
    mut pages: P,
    shape: Shape<impl Fn(&P::Row) -> bool, impl Fn(P::Row) -> Row, impl Fn(&P::Row) -> Cursor>,
) -> Result<Records<Row, Cursor>, AdminError> {
    let limit = filter.limit.unwrap_or_default();
    let mut found = Vec::new();
    // One more says that there are more.
    while found.len() <= limit {
        let Some(rows) = pages.next().await? else { break };
        found.extend(rows.into_iter().filter(|row| (shape.shows)(row)));
    }
    if found.is_empty() {
        unknown(services, view, filter).await?;
    }
    let limit = u32::try_from(limit).unwrap_or(u32::MAX);
    let Page { mut rows, next } = Page::cut(found, limit, &shape.cursor);
    let newest = filter.backwards();
    if newest {
        rows.reverse();
    }
    let local = |at: Option<Timestamp>| at.map(|at| LocalTime::of(services, at));
    let page = Page { rows: rows.into_iter().map(shape.entry).collect(), next };
    Ok(Records { page, newest, since: local(filter.since), until: local(filter.until) })
}
