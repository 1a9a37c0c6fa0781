//! `juyong operator import` and `juyong asset import`.

use super::input::Input;
use super::policy;
use super::readers::{Readers, Told};
use super::say::say;
use super::tree::Import;
use crate::access::Services;
use crate::admin::{AdminError, AdminErrorKind, ImportOutcome, ImportRequest, ImportedRoster};
use crate::domain::plain;
use crate::roster::{EntryChange, FieldValue, RosterSubject};

/// How many flaws and rows are told one by one.
const TOLD: usize = 200;

pub(super) fn request(
    services: &Services,
    subject: RosterSubject,
    asked: &Import,
    input: Input,
) -> Result<ImportRequest, AdminError> {
    let missing = || AdminError::new(AdminErrorKind::Invalid, say!(services, "roster.file-empty"));
    let sheet = input.file.or(input.stdin).ok_or_else(missing)?;
    let reason = asked.reason.clone().filter(|_| !asked.dry_run);
    Ok(ImportRequest { subject, sheet, reason, new_groups: asked.new_groups })
}

pub(super) fn told(outcome: &ImportOutcome, readers: Readers) -> Vec<Told> {
    match outcome {
        ImportOutcome::Flawed { flaws } => {
            let told = flaws.iter().take(TOLD).map(|flaw| flaw.flaw.told(readers.language()));
            told.chain(more(flaws.len(), readers)).map(Told::Error).collect()
        }
        ImportOutcome::Same { rows, .. } => {
            let rows = readers.count("rows", *rows as u64);
            vec![Told::Line(say!(readers, "roster.same", rows = rows))]
        }
        ImportOutcome::Done(done) => {
            let entries = done.entries.iter().take(TOLD).map(|change| entry(change, readers));
            let entries = entries.chain(more(done.entries.len(), readers)).map(Told::Line);
            let files = done.files.iter().map(|file| say!(readers, "roster.file", file = plain(file)));
            entries
                .chain([Told::Line(sum(done, readers))])
                .chain(files.map(Told::Line))
                .chain(policy::applied(&done.policy, readers))
                .collect()
        }
    }
}

fn more(all: usize, readers: Readers) -> Option<String> {
    let more = all.saturating_sub(TOLD);
    (more > 0).then(|| say!(readers, "roster.more", more = more.to_string()))
}

fn sum(done: &ImportedRoster, readers: Readers) -> String {
    let added = done.entries.iter().filter(|change| change.added).count();
    let (rows, changed) = (readers.count("rows", done.rows as u64), done.entries.len() - added);
    say!(readers, "roster.sum", rows = rows, added = added.to_string(), changed = changed.to_string())
}

/// `+ wang-fang  name 王芳  groups dba`, `~ li-lei  groups dba -> dba, oncall`.
fn entry(change: &EntryChange, readers: Readers) -> String {
    let shown = |value: &Option<FieldValue>| match value {
        Some(value) => plain(&value.to_string()),
        None => say!(readers, "roster.nothing"),
    };
    let fields = change.fields.iter().map(|field| match change.added {
        true => format!("  {} {}", field.field, shown(&field.to)),
        false => format!("  {} {} -> {}", field.field, shown(&field.from), shown(&field.to)),
    });
    let sign = if change.added { '+' } else { '~' };
    format!("{sign} {}{}", plain(&change.name), fields.collect::<String>())
}

/// Why nothing came of it.
pub(super) fn failed(outcome: &ImportOutcome, readers: Readers) -> Option<String> {
    match outcome {
        ImportOutcome::Flawed { flaws } => {
            let flaws = readers.count("flaws", flaws.len() as u64);
            Some(say!(readers, "roster.flawed", flaws = flaws))
        }
        ImportOutcome::Done(done) => policy::unapplied(&done.policy, readers),
        ImportOutcome::Same { .. } => None,
    }
}
