//! The sessions in view.

use super::super::error::AdminError;
use super::entry::SessionEntry;
use super::filter::{RecordFilter, RowWindow, wanted};
use super::find::find;
use super::rows::{Records, Shape, read};
use super::view::View;
use crate::access::Services;
use crate::store::SessionRow;

pub(super) async fn list(
    services: &Services,
    view: &View,
    filter: RecordFilter,
    window: RowWindow<String>,
) -> Result<Records<SessionEntry, String>, AdminError> {
    let before = number(services, view, window.before.as_deref()).await?;
    let after = number(services, view, window.after.as_deref()).await?;
    let RowWindow { newest, limit, .. } = window;
    let window = RowWindow { before, after, newest, limit };
    let filter = wanted(services, view, filter, &window).await?;
    let shape = Shape {
        shows: |row: &SessionRow| view.shows_session(row),
        entry: |row| SessionEntry::of(services, row),
        cursor: |row: &SessionRow| row.session.to_string(),
    };
    read(services, view, &filter, services.store.sessions().pages(&filter), shape).await
}

async fn number(services: &Services, view: &View, id: Option<&str>) -> Result<Option<u64>, AdminError> {
    match id {
        Some(id) => Ok(Some(find(services, view, id).await?.number)),
        None => Ok(None),
    }
}
