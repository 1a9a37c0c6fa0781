//! A diff as records for programs and as text for people.

use std::collections::BTreeMap;
use std::fmt;

use rust_i18n::t;
use serde_json::{Value, json};

use super::between::Diff;
use super::change::{AccessKind, Change, ChangeScope};
use super::crowd::Crowds;
use super::hours::Stretch;
use super::notes::Note;
use super::teller::Teller;
use super::terms::ChangeKind;
use crate::diagnostic::in_language;
use crate::domain::Protocol;
use crate::policy::lint::subject_in;
use crate::policy::rule::Conditions;
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
    pub fn told(&self, teller: &Teller<'_>) -> String {
        let (subject, message) =
            (subject_in(&self.subject, teller.language), in_language(&self.message, teller.language));
        let when = self.when.map(|span| teller.span(span)).unwrap_or_default();
        let text = t!("diff.note", locale = teller.tag(), subject = subject, message = message);
        format!("{}{text}{when}", teller.kind("kind-note"))
    }
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
        "idle": conditions.idle.map(|longest| longest.as_secs()),
        "remember": conditions.remember.map(|longest| longest.as_secs()), "handling": handling,
    })
}

impl Change {
    /// A few lines for a person: what it is, for whom, and what belongs to it.
    pub fn told(&self, crowds: &Crowds, teller: &Teller<'_>) -> String {
        let tag = teller.tag();
        let logins = self.logins.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let (operators, assets) = (crowds.operators(self, teller), crowds.assets(self, teller));
        let whose = t!("diff.whose", locale = tag, operators = operators, assets = assets);
        let access = access_text(&self.access);
        let mut lines = vec![
            format!("{}{whose}", teller.kind(self.kind.as_str())),
            t!("diff.login", locale = tag, logins = logins, access = access).into_owned(),
        ];
        lines.extend(self.scope.told(teller));
        lines.extend(self.terms_told(teller));
        if !self.rules.is_empty() {
            let rules = teller.few(self.rules.iter(), ToString::to_string);
            lines.push(t!("diff.rules", locale = tag, rules = rules).into_owned());
        }
        lines.join(&teller.next_line())
    }

    fn terms_told(&self, teller: &Teller<'_>) -> Option<String> {
        match (&self.before, &self.after) {
            (Some(before), Some(after)) => {
                Some(format!("{} -> {}", teller.terms(before), teller.terms(after)))
            }
            (None, Some(terms)) if *terms != Conditions::default() => {
                Some(t!("diff.with", locale = teller.tag(), terms = teller.terms(terms)).into_owned())
            }
            _ => None,
        }
    }
}

impl ChangeScope {
    fn told(&self, teller: &Teller<'_>) -> Option<String> {
        let tag = teller.tag();
        let from = self.from.as_ref().map(|from| t!("diff.from", locale = tag, from = from.join(", ")));
        let via = self.via.as_ref().map(|via| {
            let ways: Vec<_> = via.iter().map(|via| written(*via)).collect();
            t!("diff.via", locale = tag, via = ways.join(", "))
        });
        let when = self.when.as_ref().map(|when| {
            let hours: i64 =
                when.iter().map(|one| one.until.duration_since(one.from).as_secs()).sum::<i64>() / 3600;
            let when = teller.few(when.iter(), |stretch| stretch.told(teller));
            t!("diff.when", locale = tag, when = when, hours = hours.to_string())
        });
        let parts: Vec<_> = [from, via, when].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(&*t!("diff.semicolon", locale = tag)))
    }
}

impl Stretch {
    fn told(&self, teller: &Teller<'_>) -> String {
        let [from, until] = [self.from, self.until].map(|at| teller.zone.to_datetime(at));
        let end = match from.date() == until.date() {
            true => until.strftime("%H:%M").to_string(),
            false => teller.minute(until),
        };
        format!("{}..{end}", teller.minute(from))
    }
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
