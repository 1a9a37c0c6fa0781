//! What becomes of the policy files by a roster: every row that is new or says something else, or every flaw.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::cell::UnreadableSheet;
use super::column::{self, Column, RosterSubject};
use super::edit::{FieldValue, Files};
use super::entry::{End, Entry, Given, Heads, entries};
use super::flaw::{FlawKind, RosterFlaw};
use super::sheet::Sheet;
use super::{machines, people};
use crate::diagnostic::SourceFile;
use crate::diagnostic::suggest::closest;
use crate::policy::Address;

/// What of it is new or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterEdit {
    /// How many rows the roster has.
    pub rows: usize,
    pub changes: Vec<EntryChange>,
    /// The files whose texts are otherwise, whole.
    pub files: Vec<SourceFile>,
}

/// A row that changes something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryChange {
    pub row: u32,
    pub name: String,
    /// No file has had it so far.
    pub added: bool,
    pub fields: Vec<FieldChange>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    pub field: &'static str,
    pub from: Option<FieldValue>,
    pub to: Option<FieldValue>,
}

/// Why nothing comes of a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unmerged {
    Unreadable(UnreadableSheet),
    Flawed(Vec<RosterFlaw>),
    /// A policy file cannot be edited, and why.
    Uneditable(String),
}

/// Merges a roster into the files. A group that nobody is in yet is taken only where `new_groups` says so: it is mistyped
/// more often than meant.
///
/// # Errors
/// With every flaw at once.
pub fn merge(
    subject: RosterSubject,
    bytes: &[u8],
    files: &[SourceFile],
    new_groups: bool,
) -> Result<RosterEdit, Unmerged> {
    let sheet = Sheet::read(bytes).map_err(Unmerged::Unreadable)?;
    let heads = Heads::read(subject, &sheet, Column::Name).map_err(Unmerged::Flawed)?;
    let columns = |column| heads.head(column).unwrap_or_else(|| column::shown(subject, column));
    let (entries, mut flaws) = entries(&sheet, &heads, |cells| match subject {
        RosterSubject::Operators => people::read(cells),
        RosterSubject::Assets => machines::read(cells),
    });
    let mut documents = Files::read(files, subject.table()).map_err(Unmerged::Uneditable)?;
    let known = Known::of(&documents, subject, new_groups);
    let mut changes = Vec::new();
    for entry in &entries {
        let whole = !flaws.iter().any(|flaw| flaw.row == entry.row);
        let mut wrong = known.wrong(&documents, entry);
        match change(&documents, entry) {
            Ok(change) => changes.extend(change),
            Err(of_change) => wrong.push(of_change),
        }
        if whole && wrong.is_empty() {
            wrong = known.lacking(&documents, entry);
        }
        let placed = |(column, kind)| RosterFlaw { row: entry.row, column: Some(columns(column)), kind };
        flaws.extend(wrong.into_iter().map(placed));
    }
    if !flaws.is_empty() {
        flaws.sort_by_key(|flaw| flaw.row);
        return Err(Unmerged::Flawed(flaws));
    }
    for change in &changes {
        if change.added {
            documents.add(&change.name);
        }
        change.fields.iter().for_each(|field| documents.set(&change.name, field.field, field.to.as_ref()));
    }
    let files = documents.written(files, subject.file(), head(subject));
    Ok(RosterEdit { rows: sheet.rows.len(), changes, files })
}

/// What a file of imports begins with.
fn head(subject: RosterSubject) -> &'static str {
    match subject {
        RosterSubject::Operators => {
            "# Accounts that `juyong operator import` added. Edits by hand stay; each field: operators.toml."
        }
        RosterSubject::Assets => {
            "# Assets that `juyong asset import` added. Edits by hand stay; each field: assets.toml."
        }
    }
}

/// What the files have already.
struct Known {
    subject: RosterSubject,
    groups: Option<BTreeSet<String>>,
    schedules: BTreeSet<String>,
    /// By their names in lower case.
    cases: BTreeMap<String, String>,
}

impl Known {
    fn of(files: &Files, subject: RosterSubject, new_groups: bool) -> Self {
        let groups = || files.listed("groups").map(str::to_owned).collect();
        let names = files.names(subject.table()).map(|name| (name.to_lowercase(), name.to_owned()));
        Self {
            subject,
            groups: (!new_groups).then(groups),
            schedules: files.names("schedule").map(str::to_owned).collect(),
            cases: names.collect(),
        }
    }

    /// What of an entry does not fit to what is there.
    fn wrong(&self, files: &Files, entry: &Entry) -> Vec<(Column, FlawKind)> {
        let mut wrong = Vec::new();
        let other = self.cases.get(&entry.name.to_lowercase()).filter(|other| **other != entry.name);
        if let Some(other) = other.filter(|_| !files.has(&entry.name)) {
            let (name, other) = (entry.name.clone(), other.clone());
            wrong.push((Column::Name, FlawKind::OtherCase { name, other }));
        }
        if let (RosterSubject::Operators, Some(FieldValue::List(roles))) =
            (self.subject, files.value(&entry.name, "roles"))
            && let Some(role) = roles.iter().find(|role| *role != "operator")
        {
            let kind = FlawKind::OtherRole { name: entry.name.clone(), role: role.clone() };
            wrong.push((Column::Name, kind));
        }
        for (key, given) in &entry.fields {
            match (*key, given) {
                ("groups", Given::List(groups)) => wrong.extend(self.unknown_groups(groups)),
                ("schedule", Given::Text(schedule)) if !self.schedules.contains(schedule) => {
                    let nearest = closest(schedule, self.schedules.iter().map(String::as_str));
                    let (schedule, nearest) = (schedule.clone(), nearest.map(str::to_owned));
                    wrong.push((Column::Schedule, FlawKind::UnknownSchedule { schedule, nearest }));
                }
                _ => {}
            }
        }
        wrong
    }

    /// What an asset has to have and neither the row nor a file says.
    fn lacking(&self, files: &Files, entry: &Entry) -> Vec<(Column, FlawKind)> {
        let needed: &[_] = match self.subject {
            RosterSubject::Operators => &[],
            RosterSubject::Assets => &[("address", Column::Address), ("logins", Column::Logins)],
        };
        let given = |key: &str| entry.fields.iter().find(|(field, _)| *field == key).map(|(_, given)| given);
        let lacks = needed.iter().filter(|(key, _)| match given(key) {
            Some(given) => *given == Given::Nothing,
            None => files.value(&entry.name, key).is_none(),
        });
        lacks.map(|(_, column)| (*column, FlawKind::Empty)).collect()
    }

    fn unknown_groups(&self, groups: &[String]) -> Vec<(Column, FlawKind)> {
        let Some(known) = &self.groups else { return Vec::new() };
        let unknown = groups.iter().filter(|group| !known.contains(*group));
        let told = unknown.map(|group| {
            let nearest = closest(group, known.iter().map(String::as_str)).map(str::to_owned);
            (Column::Groups, FlawKind::UnknownGroup { group: group.clone(), nearest })
        });
        told.collect()
    }
}

/// What an entry changes, if anything.
fn change(files: &Files, entry: &Entry) -> Result<Option<EntryChange>, (Column, FlawKind)> {
    let (added, mut fields) = (!files.has(&entry.name), Vec::new());
    for (field, given) in &entry.fields {
        let from = files.value(&entry.name, field);
        let to = becomes(given, from.as_ref())?;
        let same = match (&from, &to) {
            (Some(from), Some(to)) => from.same(to),
            (None, None) => true,
            _ => false,
        };
        if !same {
            fields.push(FieldChange { field, from, to });
        }
    }
    let (row, name) = (entry.row, entry.name.clone());
    Ok((added || !fields.is_empty()).then_some(EntryChange { row, name, added, fields }))
}

/// What a field is after a row has said something of it.
fn becomes(given: &Given, now: Option<&FieldValue>) -> Result<Option<FieldValue>, (Column, FlawKind)> {
    let text = match now {
        Some(FieldValue::Text(text)) => text.as_str(),
        _ => "",
    };
    Ok(match given {
        Given::Nothing => None,
        Given::Text(text) => Some(FieldValue::Text(text.clone())),
        Given::List(list) => Some(FieldValue::List(list.clone())),
        Given::Days(from, until) => {
            let (first, last) = text.split_once("..").unwrap_or_default();
            let side = |end: &Option<End>, now: &str| match end {
                None => now.to_owned(),
                Some(End::Open) => String::new(),
                Some(End::Day(date)) => date.to_string(),
            };
            let (first, last) = (side(from, first), side(until, last));
            if !first.is_empty() && !last.is_empty() && first > last {
                let column = if until.is_some() { Column::Until } else { Column::From };
                return Err((column, FlawKind::EndsFirst { first, last }));
            }
            let open = first.is_empty() && last.is_empty();
            (!open).then(|| FieldValue::Text(format!("{first}..{last}")))
        }
        Given::Address(host, port) => {
            let now = Address::parse(text).ok();
            let host = host.clone().or_else(|| now.as_ref().map(|now| now.host.clone()));
            let host = host.ok_or((Column::Address, FlawKind::Empty))?;
            let port = port.or(now.map(|now| now.port)).unwrap_or(22);
            Some(FieldValue::Text(Address { host, port }.to_string()))
        }
    })
}
