//! The sessions in view, one line each, and one of them in full.

use super::{View, began, filter, find};
use crate::console::out::Out;
use crate::console::run::Failure;
use crate::console::time;
use crate::console::tree::Filters;
use crate::recorder;
use crate::session::Services;
use crate::store::{Filter, SessionRow, Through};

pub(super) async fn list(
    services: &Services,
    view: &View,
    filters: &Filters,
    out: &Out,
) -> Result<(), Failure> {
    let filter = filter(services, filters, out).await?;
    let rows = services.store.sessions().list(&filter, |row| view.shows_session(row)).await?;
    for row in rows {
        line(services, &row, out).await?;
    }
    Ok(())
}

async fn line(services: &Services, row: &SessionRow, out: &Out) -> Result<(), Failure> {
    let zone = &services.config.timezone;
    if out.json {
        return Ok(out.line(serde_json::to_string(&row.shown(zone))?).await?);
    }
    let ended = row.ended.map_or_else(|| "running".to_owned(), |at| time::brief(at, zone));
    let protocols: Vec<_> = row.protocols.iter().map(|protocol| protocol.as_str()).collect();
    let how = row.reason.as_deref().filter(|reason| !reason.is_empty()).unwrap_or_default();
    let ending = row.ending.map(|ending| ending.as_str()).unwrap_or_default();
    let through = row.through.as_ref().map(through).unwrap_or_default();
    let missing = match row.unrecorded {
        0 => String::new(),
        bytes => format!(" ({bytes} not recorded)"),
    };
    let text = format!(
        "{}  {} – {ended}  {} from {}{through}  {}@{}  {}  in {} out {}{missing}  {ending} {how}",
        row.session,
        time::brief(row.started, zone),
        row.operator,
        row.source,
        row.login,
        row.asset,
        protocols.join(","),
        row.bytes_in,
        row.bytes_out,
    );
    Ok(out.line(text.trim_end()).await?)
}

fn through(through: &Through) -> String {
    let name = through.name.as_ref().map_or_else(|| through.device.to_string(), ToString::to_string);
    format!(" through {name} at {}", through.outer)
}

pub(super) async fn show(services: &Services, view: &View, id: &str, out: &Out) -> Result<(), Failure> {
    let row = find(services, view, id).await?;
    line(services, &row, out).await?;
    if out.json {
        return Ok(());
    }
    for recording in &row.recordings {
        let path = recorder::path(&services.config.recordings, recording, began(recording, &row));
        let size = std::fs::metadata(&path).map_or(0, |about| about.len());
        out.line(format!("  recording {recording}  {size} bytes  {}", path.display())).await?;
    }
    let filter = Filter { session: Some(row.session.clone()), ..Filter::default() };
    for event in services.store.journal().list(&filter, |_| true).await? {
        out.line(format!("  {}", event.line(&services.config.timezone))).await?;
    }
    Ok(())
}
