//! The rows of the journal that are in view.

use std::fmt::Write as _;

use jiff::tz::TimeZone;
use rust_i18n::t;

use super::list::{Shape, print};
use super::{View, filter, line};
use crate::access::Services;
use crate::console::out::Out;
use crate::console::run::Failure;
use crate::console::time;
use crate::console::tree::Events;
use crate::diagnostic::suggest::closest;
use crate::domain::plain;
use crate::event::KINDS;
use crate::store::{Filter, JournalRow};

pub(super) async fn list(services: &Services, view: &View, asked: &Events, out: &Out) -> Result<(), Failure> {
    let mut wanted = filter::read(services, view, &asked.filters, out).await?;
    filter::rows(services, &asked.filters, &mut wanted)?;
    wanted.kinds = asked.event.iter().map(|kind| known(services, kind)).collect::<Result<_, _>>()?;
    let shape = EventShape { view, zone: &services.config.timezone };
    print(services, view, &wanted, services.store.journal().pages(&wanted), &shape, out).await
}

fn known(services: &Services, kind: &str) -> Result<String, Failure> {
    if KINDS.contains(&kind) {
        return Ok(kind.to_owned());
    }
    let tag = services.language().tag();
    let meant = |near: &str| t!("audit.meant", locale = tag, name = near).into_owned();
    let hint = closest(kind, KINDS.iter().copied()).map(meant).unwrap_or_default();
    Err(Failure(t!("audit.no-event", locale = tag, name = plain(kind), hint = hint).into_owned()))
}

/// All rows of one session, for who may see the session.
pub(super) async fn of_session(services: &Services, filter: &Filter, out: &Out) -> Result<(), Failure> {
    let zone = &services.config.timezone;
    let view = View::everything(services);
    let shape = EventShape { view: &view, zone };
    let rows = services.store.journal().list(filter, |_| true).await?;
    for line in super::list::table(services, &rows, &shape) {
        out.line(line).await?;
    }
    Ok(())
}

struct EventShape<'a> {
    view: &'a View,
    zone: &'a TimeZone,
}

impl Shape<6> for EventShape<'_> {
    type Row = JournalRow;

    fn shows(&self, row: &JournalRow) -> bool {
        self.view.shows_event(row)
    }

    fn json(&self, row: &JournalRow) -> Result<String, Failure> {
        Ok(line::event(row, self.zone))
    }

    fn heads(&self) -> [&'static str; 6] {
        [
            "audit.head-number",
            "audit.head-time",
            "audit.head-event",
            "audit.head-actor",
            "audit.head-source",
            "audit.head-details",
        ]
    }

    fn cells(&self, row: &JournalRow) -> [String; 6] {
        [
            row.seq.to_string(),
            time::told(row.at, self.zone),
            plain(&row.event),
            plain(&row.actor),
            plain(row.source.as_deref().unwrap_or_default()),
            details(&line::event(row, self.zone)),
        ]
    }

    fn cursor(&self, row: &JournalRow) -> String {
        row.seq.to_string()
    }
}

/// The rest of a row's fields.
fn details(line: &str) -> String {
    const SHOWN: [&str; 6] = ["seq", "at", "event", "actor", "source", "hash"];
    let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(line) else { return plain(line) };
    let mut text = String::new();
    for (name, value) in fields.iter().filter(|(name, _)| !SHOWN.contains(&name.as_str())) {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let value = if value.contains(' ') { format!("{value:?}") } else { value };
        let _ = write!(text, "{name}={} ", plain(&value)); // a text takes all
    }
    text.trim_end().to_owned()
}
