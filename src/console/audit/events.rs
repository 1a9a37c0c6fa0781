//! The rows of the journal that are in view.

use super::{View, filter};
use crate::console::out::Out;
use crate::console::run::Failure;
use crate::console::tree::Filters;
use crate::session::Services;

pub(super) async fn list(
    services: &Services,
    view: &View,
    filters: &Filters,
    out: &Out,
) -> Result<(), Failure> {
    let filter = filter(services, filters, out).await?;
    // A row of a session is in view as its session is; any other by what it names.
    let rows = services
        .store
        .journal()
        .list(&filter, |row| {
            let word = |text: &Option<String>| text.clone().unwrap_or_default();
            let operator = row.operator.clone().unwrap_or_else(|| row.actor.clone());
            view.shows(&operator, &word(&row.asset), &word(&row.source))
        })
        .await?;
    let zone = &services.config.timezone;
    for row in rows {
        out.line(row.line(zone)).await?;
    }
    Ok(())
}
