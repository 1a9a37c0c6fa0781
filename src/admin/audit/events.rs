//! The rows of the journal that are in view.

use super::super::error::AdminError;
use super::super::page::Page;
use super::super::say::no;
use super::entry::EventEntry;
use super::filter::{RecordFilter, RowWindow, meant, wanted};
use super::rows::{Records, Shape, read};
use super::view::View;
use crate::access::Services;
use crate::domain::{SessionId, plain};
use crate::event::KINDS;
use crate::store::{Filter, JournalRow};

pub(super) async fn list(
    services: &Services,
    view: &View,
    filter: RecordFilter,
    kinds: Vec<String>,
    window: RowWindow<u64>,
) -> Result<Records<EventEntry, u64>, AdminError> {
    let mut filter = wanted(services, view, filter, &window).await?;
    filter.kinds = kinds.into_iter().map(|kind| known(services, kind)).collect::<Result<_, _>>()?;
    let shape = Shape {
        shows: |row: &JournalRow| view.shows_event(row),
        entry: |row| EventEntry::of(services, row),
        cursor: |row: &JournalRow| row.seq,
    };
    read(services, view, &filter, services.store.journal().pages(&filter), shape).await
}

fn known(services: &Services, kind: String) -> Result<String, AdminError> {
    if KINDS.contains(&kind.as_str()) {
        return Ok(kind);
    }
    let hint = meant(services, &kind, KINDS.iter().copied());
    Err(no!(services, Invalid, "audit.no-event", name = plain(&kind), hint = hint))
}

/// The first rows of one session, for who may see the session.
pub(super) async fn of_session(
    services: &Services,
    session: &SessionId,
    limit: u32,
) -> Result<Page<EventEntry, u64>, AdminError> {
    let most = Some((limit as usize).saturating_add(1));
    let filter = Filter { session: Some(session.clone()), after: Some(0), limit: most, ..Filter::default() };
    let rows = services.store.journal().list(&filter, |_| true).await?;
    let rows = rows.into_iter().map(|row| EventEntry::of(services, row)).collect();
    Ok(Page::cut(rows, limit, |entry: &EventEntry| entry.row.seq))
}
