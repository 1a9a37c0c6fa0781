//! `juyong source …`.

use super::readers::{Readers, Told};
use super::say::say;
use super::table::aligned;
use super::tree::Source;
use crate::admin::{BlockedSource, SourceOutcome, SourceRequest};

pub(super) fn request(command: &Source) -> SourceRequest {
    match command {
        Source::List => SourceRequest::List,
        Source::Unblock { source } => SourceRequest::Unblock { source: *source },
    }
}

pub(super) fn told(outcome: &SourceOutcome, readers: Readers) -> Vec<Told> {
    match outcome {
        SourceOutcome::List { rows } if rows.is_empty() => vec![Told::Line(say!(readers, "source.none"))],
        SourceOutcome::List { rows } => {
            let rows: Vec<_> = rows.iter().map(|row| cells(row, readers)).collect();
            aligned("", &rows).into_iter().map(Told::Line).collect()
        }
        SourceOutcome::Unblocked(done) => {
            let key = if done.was_blocked { "source.unblocked" } else { "source.not-blocked" };
            vec![Told::Line(say!(readers, key, source = done.source.to_string()))]
        }
    }
}

fn cells(row: &BlockedSource, readers: Readers) -> [String; 3] {
    let until = say!(readers, "source.until", until = row.until.told(), times = row.times.to_string());
    let home = if row.home { say!(readers, "source.home") } else { String::new() };
    [row.source.to_string(), until, home]
}
