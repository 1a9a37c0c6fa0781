//! Records as tables with heads, and a word where there is nothing or more.

use std::borrow::Cow;
use std::fmt::{Display, Write as _};

use super::super::readers::{Readers, Told};
use super::super::say::say;
use super::super::table::aligned;
use crate::admin::{CommandEntry, EventEntry, Records, SessionEntry};
use crate::domain::plain;
use crate::store::SessionDevice;

/// How a row of one kind is shown.
pub(super) trait Columns {
    /// The keys of the heads.
    fn heads() -> &'static [&'static str];
    /// As many as there are heads.
    fn cells(&self, readers: Readers) -> Vec<String>;
}

pub(super) fn listed<Row: Columns, Cursor: Display>(
    records: &Records<Row, Cursor>,
    readers: Readers,
) -> Vec<Told> {
    let mut told: Vec<_> = span(records, readers).into_iter().map(Told::Error).collect();
    let rows = &records.page.rows;
    if rows.is_empty() {
        told.push(Told::Error(say!(readers, "audit.nothing")));
        return told;
    }
    told.extend(below_heads(rows, readers));
    if let Some(next) = &records.page.next {
        let option = if records.newest { "--before" } else { "--after" };
        told.push(Told::Error(more(rows.len(), option, &next.to_string(), readers)));
    }
    told
}

/// Where the rest is.
pub(super) fn more(shown: usize, option: &str, row: &str, readers: Readers) -> String {
    say!(readers, "audit.more", shown = shown, option = option, row = row)
}

/// What was understood of the times.
fn span<Row, Cursor>(records: &Records<Row, Cursor>, readers: Readers) -> Option<String> {
    Some(match (&records.since, &records.until) {
        (None, None) => return None,
        (Some(since), None) => say!(readers, "time.since", since = since.told()),
        (None, Some(until)) => say!(readers, "time.until", until = until.told()),
        (Some(since), Some(until)) => {
            say!(readers, "time.span", since = since.told(), until = until.told())
        }
    })
}

/// The rows below their heads.
pub(super) fn below_heads<Row: Columns>(rows: &[Row], readers: Readers) -> Vec<Told> {
    let heads = Row::heads().iter().map(|key| say!(readers, *key)).collect();
    let cells: Vec<Vec<String>> =
        std::iter::once(heads).chain(rows.iter().map(|row| row.cells(readers))).collect();
    aligned("", &cells).into_iter().map(Told::Line).collect()
}

impl Columns for SessionEntry {
    fn heads() -> &'static [&'static str] {
        &[
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

    fn cells(&self, readers: Readers) -> Vec<String> {
        let row = &self.row;
        let protocols: Vec<_> = row.protocols.iter().map(|protocol| protocol.as_str()).collect();
        let through = row.through.as_ref().map(through).unwrap_or_default();
        let missing = match row.unrecorded {
            0 => String::new(),
            bytes => format!(" {}", say!(readers, "audit.unrecorded", bytes = bytes)),
        };
        // Bytes are counted when a session ends.
        let counted = |bytes: u64| row.ended.map_or_else(|| "-".to_owned(), |_| format!("{bytes} B"));
        vec![
            row.session.to_string(),
            self.local(row.started).told(),
            row.ended.map_or_else(|| say!(readers, "audit.running"), |at| self.local(at).told()),
            row.operator.to_string(),
            format!("{}{through}", row.source),
            format!("{}@{}", row.login, row.asset),
            protocols.join(","),
            counted(row.bytes_in),
            format!("{}{missing}", counted(row.bytes_out)),
            row.commands.to_string(),
            ending(self, readers),
        ]
    }
}

fn ending(entry: &SessionEntry, readers: Readers) -> String {
    let row = &entry.row;
    let differs = match row.differs.as_slice() {
        [] => String::new(),
        what => say!(readers, "audit.differs", what = what.join(", ")),
    };
    let parts = [
        row.ending.map(|ending| say!(readers, format!("ending.{}", ending.as_str()))).unwrap_or_default(),
        row.reason.as_deref().map(|reason| cause(reason, readers)).unwrap_or_default(),
        differs,
    ];
    parts.join(" ").trim().to_owned()
}

/// Words of our own that a row has for its reason; another text stays as it is.
const CAUSES: [&str; 20] = [
    "lockdown",
    "until",
    "idle",
    "approval",
    "strict",
    "no-terminal",
    "draining",
    "unrecorded",
    "operator-unknown",
    "operator-disabled",
    "operator-role",
    "operator-validity",
    "operator-source",
    "operator-schedule",
    "operator-idle",
    "asset-unknown",
    "asset-login",
    "asset-schedule",
    "rule",
    "no-rule",
];

fn cause(reason: &str, readers: Readers) -> String {
    if CAUSES.contains(&reason) {
        return say!(readers, format!("ending.{reason}"));
    }
    match reason.strip_prefix("killed by ").and_then(|kill| kill.split_once(": ")) {
        Some((by, reason)) => say!(readers, "ending.killed", by = plain(by), reason = plain(reason)),
        None => plain(reason),
    }
}

fn through(through: &SessionDevice) -> String {
    let name = through.name.as_ref().map_or_else(|| through.device.to_string(), ToString::to_string);
    format!(" ({name}, {})", through.outer)
}

impl Columns for CommandEntry {
    fn heads() -> &'static [&'static str] {
        &[
            "audit.head-number",
            "audit.head-time",
            "audit.head-session",
            "audit.head-operator",
            "audit.head-asset",
            "audit.head-verdict",
            "audit.head-command",
        ]
    }

    fn cells(&self, readers: Readers) -> Vec<String> {
        let (row, judged) = (&self.row, &self.row.judged);
        let danger = judged.danger.map(|danger| format!(" {}", danger.as_str())).unwrap_or_default();
        let reason = match judged.reason.as_str() {
            "" => String::new(),
            reason => format!("  ({})", plain(reason)),
        };
        let answer = row.answer.as_ref().map(|answer| {
            let by = plain(&answer.by);
            format!("  {}", say!(readers, "audit.answer", what = answer.what, by = by))
        });
        vec![
            row.number.to_string(),
            self.local(row.at).told(),
            row.session.to_string(),
            row.operator.to_string(),
            format!("{}@{}", row.login, row.asset),
            format!("{}{danger}", judged.verdict.as_str()),
            format!("{}{reason}{}", plain(&judged.command), answer.unwrap_or_default()),
        ]
    }
}

impl Columns for EventEntry {
    fn heads() -> &'static [&'static str] {
        &[
            "audit.head-number",
            "audit.head-time",
            "audit.head-event",
            "audit.head-actor",
            "audit.head-source",
            "audit.head-details",
        ]
    }

    fn cells(&self, _: Readers) -> Vec<String> {
        let row = &self.row;
        vec![
            row.seq.to_string(),
            self.local(row.at).told(),
            plain(&row.event),
            plain(&in_one(&row.actor)),
            plain(row.source.as_deref().unwrap_or_default()),
            details(&self.line()),
        ]
    }
}

/// Text with blanks in quotes: where it ends shows.
fn in_one(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_whitespace) { format!("{text:?}").into() } else { text.into() }
}

/// The rest of a row's fields.
fn details(line: &str) -> String {
    const SHOWN: [&str; 6] = ["seq", "at", "event", "actor", "source", "hash"];
    let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(line) else { return plain(line) };
    let mut text = String::new();
    for (name, value) in fields.iter().filter(|(name, _)| !SHOWN.contains(&name.as_str())) {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let _ = write!(text, "{name}={} ", plain(&in_one(&value))); // a text takes all
    }
    text.trim_end().to_owned()
}
