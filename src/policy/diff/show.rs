//! A diff as records for programs and as text for people.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::between::Diff;
use super::change::{AccessKind, Change, ChangeScope};
use super::crowd::Crowds;
use super::hours::Stretch;
use super::notes::Note;
use super::terms::ChangeKind;
use crate::domain::{Protocol, shown_time};
use crate::policy::rule::Conditions;
use crate::policy::testcase::duration;
use crate::policy::word::written;

impl Diff {
    /// Every change and every note as a record.
    pub fn records(&self) -> impl Iterator<Item = Value> {
        let notes = self.notes.iter().map(Note::record);
        self.changes.iter().map(Change::record).chain(notes)
    }
}

impl Note {
    fn record(&self) -> Value {
        let mut record = json!({ "change": "note", "subject": self.subject, "message": self.message });
        if let (Some((from, until)), Some(fields)) = (self.when, record.as_object_mut()) {
            fields.extend([("from".to_owned(), json!(from)), ("until".to_owned(), json!(until))]);
        }
        record
    }

    /// A line for a person.
    pub fn told(&self, zone: &TimeZone) -> String {
        let when = self.when.map(|span| span_told(span, zone)).unwrap_or_default();
        format!("note      {}: {}{when}", self.subject, self.message)
    }
}

fn span_told((from, until): (Timestamp, Timestamp), zone: &TimeZone) -> String {
    format!("; from {} until {}", shown_time(from, zone), shown_time(until, zone))
}

impl Change {
    pub fn record(&self) -> Value {
        json!({
            "change": self.kind, "operators": self.operators, "assets": self.assets, "logins": self.logins,
            "access": self.access.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "from": self.scope.from, "via": self.scope.via, "when": self.scope.when,
            "before": self.before.as_ref().map(terms_record), "after": self.after.as_ref().map(terms_record),
            "rules": self.rules,
        })
    }
}

fn terms_record(conditions: &Conditions) -> Value {
    let handling: Vec<_> = conditions.handling.asked().collect();
    json!({
        "approval": conditions.approval, "commands": conditions.commands,
        "max_session": conditions.max_session.map(|longest| longest.as_secs()),
        "idle": conditions.idle.map(|longest| longest.as_secs()), "handling": handling,
    })
}

/// How many stretches of time and rules are told.
const TOLD: usize = 3;

impl Change {
    /// A few lines for a person: what it is, for whom, and what belongs to it.
    pub fn told(&self, crowds: &Crowds, zone: &TimeZone) -> String {
        let (kind, logins) =
            (self.kind.as_str(), self.logins.iter().map(ToString::to_string).collect::<Vec<_>>());
        let mut lines = vec![
            format!("{kind:<9} {} on {}", crowds.operators(self), crowds.assets(self)),
            format!("as {}: {}", logins.join(", "), access_text(&self.access)),
        ];
        lines.extend(self.scope.told(zone));
        lines.extend(self.terms_told());
        if !self.rules.is_empty() {
            lines.push(format!("rules: {}", few(self.rules.iter(), ToString::to_string)));
        }
        lines.join("\n          ")
    }

    fn terms_told(&self) -> Option<String> {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => Some(format!("{} -> {}", terms_text(before), terms_text(after))),
            (None, Some(terms)) if *terms != Conditions::default() => {
                Some(format!("with {}", terms_text(terms)))
            }
            _ => None,
        }
    }
}

impl ChangeScope {
    fn told(&self, zone: &TimeZone) -> Option<String> {
        let from = self.from.as_ref().map(|from| format!("from {}", from.join(", ")));
        let via = self
            .via
            .as_ref()
            .map(|via| format!("via {}", via.iter().map(|via| written(*via)).collect::<Vec<_>>().join(", ")));
        let when = self.when.as_ref().map(|when| {
            let hours: i64 =
                when.iter().map(|one| one.until.duration_since(one.from).as_secs()).sum::<i64>() / 3600;
            format!("{}; {hours} h in all", few(when.iter(), |stretch| stretch.told(zone)))
        });
        let parts: Vec<_> = [from, via, when].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

impl Stretch {
    fn told(&self, zone: &TimeZone) -> String {
        let [from, until] = [self.from, self.until].map(|at| zone.to_datetime(at));
        let end = if from.date() == until.date() { "%H:%M" } else { "%a %Y-%m-%d %H:%M" };
        format!("{}..{}", from.strftime("%a %Y-%m-%d %H:%M"), until.strftime(end))
    }
}

/// The first few, and how many there are beside.
fn few<T>(all: impl ExactSizeIterator<Item = T>, told: impl Fn(T) -> String) -> String {
    let more = all.len().saturating_sub(TOLD);
    let told = all.take(TOLD).map(told).collect::<Vec<_>>().join(", ");
    if more == 0 { told } else { format!("{told} and {more} more") }
}

impl ChangeKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gains => "gains",
            Self::Wider => "wider",
            Self::Looser => "looser",
            Self::Different => "different",
            Self::Stricter => "stricter",
            Self::Narrower => "narrower",
            Self::Loses => "loses",
        }
    }
}

impl fmt::Display for AccessKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.protocol.as_str())?;
        if let Some(file) = self.file {
            write!(f, ":{}", written(file))?;
        }
        match &self.forward_to {
            Some(to) => write!(f, ":{to}"),
            None => Ok(()),
        }
    }
}

/// `shell, exec, sftp (list, download)`.
fn access_text(all: &[AccessKind]) -> String {
    let mut by_protocol: BTreeMap<Protocol, Vec<String>> = BTreeMap::new();
    for access in all {
        let detail = access.file.map(|file| written(file).to_owned());
        let detail = detail.or_else(|| access.forward_to.as_ref().map(ToString::to_string));
        by_protocol.entry(access.protocol).or_default().extend(detail);
    }
    let told = by_protocol.iter().map(|(protocol, details)| match details.as_slice() {
        [] => protocol.to_string(),
        details => format!("{protocol} ({})", details.join(", ")),
    });
    told.collect::<Vec<_>>().join(", ")
}

/// `approval, commands dba, at most 4h`.
fn terms_text(conditions: &Conditions) -> String {
    let mut parts = Vec::new();
    if conditions.approval {
        parts.push("approval".to_owned());
    }
    if !conditions.commands.is_empty() {
        let sets: Vec<_> = conditions.commands.iter().map(ToString::to_string).collect();
        parts.push(format!("commands {}", sets.join(", ")));
    }
    parts.extend(conditions.max_session.map(|longest| format!("at most {}", duration(longest))));
    parts.extend(conditions.idle.map(|longest| format!("idle at most {}", duration(longest))));
    parts.extend(conditions.handling.asked().map(str::to_owned));
    if parts.is_empty() { "no condition".to_owned() } else { parts.join("; ") }
}
