//! The sessions in view, one line each, and one of them in full.

use jiff::tz::TimeZone;
use rust_i18n::t;

use super::list::{Shape, print, table};
use super::{View, events, filter, find, line};
use crate::access::Services;
use crate::console::out::Out;
use crate::console::run::Failure;
use crate::console::time;
use crate::console::tree::Filters;
use crate::domain::plain;
use crate::recorder;
use crate::store::{Filter, SessionDevice, SessionRow};

pub(super) async fn list(
    services: &Services,
    view: &View,
    filters: &Filters,
    out: &Out,
) -> Result<(), Failure> {
    let mut wanted = filter::read(services, view, filters, out).await?;
    wanted.before = number(services, view, filters.before.as_deref()).await?;
    wanted.after = number(services, view, filters.after.as_deref()).await?;
    let shape = SessionShape::of(services, view);
    print(services, view, &wanted, services.store.sessions().pages(&wanted), &shape, out).await
}

async fn number(services: &Services, view: &View, id: Option<&str>) -> Result<Option<u64>, Failure> {
    match id {
        Some(id) => Ok(Some(find(services, view, id).await?.number)),
        None => Ok(None),
    }
}

struct SessionShape<'a> {
    view: &'a View,
    zone: &'a TimeZone,
    tag: &'static str,
}

impl<'a> SessionShape<'a> {
    fn of(services: &'a Services, view: &'a View) -> Self {
        Self { view, zone: &services.config.timezone, tag: services.language().tag() }
    }
}

impl Shape<11> for SessionShape<'_> {
    type Row = SessionRow;

    fn shows(&self, row: &SessionRow) -> bool {
        self.view.shows_session(row)
    }

    fn json(&self, row: &SessionRow) -> Result<String, Failure> {
        Ok(serde_json::to_string(&line::session(row, self.zone))?)
    }

    fn heads(&self) -> [&'static str; 11] {
        [
            "audit.head-session",
            "audit.head-started",
            "audit.head-ended",
            "audit.head-operator",
            "audit.head-source",
            "audit.head-asset",
            "audit.head-protocols",
            "audit.head-in",
            "audit.head-out",
            "audit.head-commands",
            "audit.head-ending",
        ]
    }

    fn cells(&self, row: &SessionRow) -> [String; 11] {
        let running = || t!("audit.running", locale = self.tag).into_owned();
        let protocols: Vec<_> = row.protocols.iter().map(|protocol| protocol.as_str()).collect();
        let through = row.through.as_ref().map(through).unwrap_or_default();
        let missing = match row.unrecorded {
            0 => String::new(),
            bytes => format!(" {}", t!("audit.unrecorded", locale = self.tag, bytes = bytes)),
        };
        // Bytes are counted when a session ends.
        let counted = |bytes: u64| row.ended.map_or_else(|| "-".to_owned(), |_| format!("{bytes} B"));
        let differs = match row.differs.as_slice() {
            [] => String::new(),
            what => t!("audit.differs", locale = self.tag, what = what.join(", ")).into_owned(),
        };
        let ending = [
            row.ending.map(|ending| ending.as_str().to_owned()).unwrap_or_default(),
            plain(row.reason.as_deref().unwrap_or_default()),
            differs,
        ];
        [
            row.session.to_string(),
            time::told(row.started, self.zone),
            row.ended.map_or_else(running, |at| time::told(at, self.zone)),
            row.operator.to_string(),
            format!("{}{through}", row.source),
            format!("{}@{}", row.login, row.asset),
            protocols.join(","),
            counted(row.bytes_in),
            format!("{}{missing}", counted(row.bytes_out)),
            row.commands.to_string(),
            ending.join(" ").trim().to_owned(),
        ]
    }

    fn cursor(&self, row: &SessionRow) -> String {
        row.session.to_string()
    }
}

fn through(through: &SessionDevice) -> String {
    let name = through.name.as_ref().map_or_else(|| through.device.to_string(), ToString::to_string);
    format!(" ({name}, {})", through.outer)
}

pub(super) async fn show(services: &Services, view: &View, id: &str, out: &Out) -> Result<(), Failure> {
    let row = find(services, view, id).await?;
    let shape = SessionShape::of(services, view);
    if out.json {
        return Ok(out.line(shape.json(&row)?).await?);
    }
    let session = row.session.clone();
    let recordings = row.recordings.clone();
    for line in table(services, &[row], &shape) {
        out.line(line).await?;
    }
    for recording in &recordings {
        let path = recorder::place(&services.config.recordings, recording);
        let file = path.clone();
        let about = tokio::task::spawn_blocking(move || std::fs::symlink_metadata(file)).await?;
        let size = about.map_or(0, |about| about.len());
        out.line(format!("  recording {recording}  {size} B  {}", path.display())).await?;
    }
    let filter = Filter { session: Some(session), ..Filter::default() };
    events::of_session(services, &filter, out).await
}
