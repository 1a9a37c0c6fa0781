//! The command log: what was typed or asked to run, and what became of it.

use super::super::error::AdminError;
use super::entry::CommandEntry;
use super::filter::{RecordFilter, RowWindow, wanted};
use super::rows::{Records, Shape, read};
use super::view::View;
use crate::access::Services;
use crate::store::CommandRow;

pub(super) async fn list(
    services: &Services,
    view: &View,
    filter: RecordFilter,
    window: RowWindow<u64>,
) -> Result<Records<CommandEntry, u64>, AdminError> {
    let filter = wanted(services, view, filter, &window).await?;
    let shape = Shape {
        shows: |row: &CommandRow| view.shows(row.operator.as_str(), row.asset.as_str(), &row.source),
        entry: |row| CommandEntry::of(services, row),
        cursor: |row: &CommandRow| row.number,
    };
    read(services, view, &filter, services.store.commands().pages(&filter), shape).await
}
