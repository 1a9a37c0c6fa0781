//! The rows, from the smallest number on: their numbers, their chain, and what each of them asks to be there.

use std::path::Path;

use super::super::chain::link;
use super::files;
use super::log::LogCheck;
use super::report::{Report, Scope};
use crate::domain::{Digest, SessionId};
use crate::store::{RawRow, RowFields, SessionStep, Store, StoreError};

/// A clock that is corrected goes back by less.
const STEP_BACK: i64 = 5_000_000;

/// Rows that are looked at before others have a turn.
const AT_ONCE: i64 = 32;

/// What a row says of itself inside the text that is hashed.
#[derive(serde::Deserialize)]
struct Said {
    seq: i64,
    at: jiff::Timestamp,
}

/// How many sessions began by a row.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SessionsBegun {
    pub(super) count: i64,
    pub(super) by: u64,
}

/// Where the reading stands.
struct Place {
    /// The number that the next row has to have.
    next: i64,
    hash: Digest,
    /// The latest row's time.
    at: i64,
}

pub(super) async fn follow(
    store: &Store,
    recordings: &Path,
    scope: Scope<'_>,
    mut log: LogCheck<'_>,
    report: &mut Report,
) -> Result<SessionsBegun, StoreError> {
    let mut sessions = SessionsBegun::default();
    let mut place = Place { next: 1, hash: Digest::ZERO, at: i64::MIN };
    let mut summaries = store.journal().summaries();
    let mut last = None;
    loop {
        let rows = store.journal().raw(last).await?;
        let Some(end) = rows.last() else { break };
        last = Some(end.seq);
        sessions.by = u64::try_from(end.seq).unwrap_or_default();
        let mut begun = Vec::new();
        for row in &rows {
            let told = RowFields::read(&row.body);
            let shown = scope.is_none_or(|shows| shows(&row.listed()));
            report.rows += u64::from(shown);
            place.check(row, shown, scope.is_none(), report);
            log.row(row, shown, report).await?;
            skipped(summaries.add(row, &told).await?, scope.is_none(), report);
            match SessionStep::read(&told.event, &row.body) {
                Some(SessionStep::SessionStarted(began)) => {
                    sessions.count += 1;
                    begun.push((began.session, shown));
                }
                Some(SessionStep::RecordingClosed(closed)) => {
                    files::check(recordings, &closed, shown, report).await
                }
                _ => {}
            }
            if row.seq % AT_ONCE == 0 {
                tokio::task::yield_now().await; // whoever is carried by the same thread has a turn
            }
        }
        vanished(store, &begun, report).await?;
    }
    skipped(summaries.end().await?, scope.is_none(), report);
    skipped(summaries.of_nothing().await?, scope.is_none(), report);
    log.end(report).await?;
    Ok(sessions)
}

impl Place {
    fn check(&mut self, row: &RawRow, shown: bool, all: bool, report: &mut Report) {
        if row.seq < 1 {
            return report.altered.add(all, "row-before-first", &row.seq, String::new());
        }
        if row.seq > self.next {
            let (first, last) = (self.next, row.seq - 1);
            let which = if first == last { first.to_string() } else { format!("{first}-{last}") };
            report.missing.add_many(row.seq.abs_diff(first), all, "row-missing", &which, String::new());
        } else if link(self.hash, &row.body) != row.hash {
            report.altered.add(shown, "row-altered", &row.seq, String::new());
        }
        // What is missing is told already: the rest is compared with what follows it.
        (self.next, self.hash) = (row.seq.saturating_add(1), row.hash);
        match serde_json::from_str::<Said>(&row.body) {
            // The column keeps microseconds.
            Ok(said) if said.seq == row.seq && said.at.as_microsecond() == row.at => {}
            _ => report.altered.add(shown, "row-columns", &row.seq, String::new()),
        }
        if row.at < self.at.saturating_sub(STEP_BACK) {
            let back = self.at.saturating_sub(row.at) / 1_000_000;
            report.notes.add(all, "clock-back", &row.seq, back.to_string());
        }
        self.at = row.at;
    }
}

fn skipped(rows: Option<(i64, i64)>, all: bool, report: &mut Report) {
    if let Some((first, last)) = rows {
        report.altered.add(all, "summary-altered", &format!("{first}-{last}"), String::new());
    }
}

/// Sessions that began and are in no table.
async fn vanished(store: &Store, begun: &[(SessionId, bool)], report: &mut Report) -> Result<(), StoreError> {
    if begun.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = begun.iter().map(|(id, _)| id.clone()).collect();
    for gone in store.sessions().absent(&ids).await? {
        let shown = begun.iter().any(|(id, shown)| *shown && *id == gone);
        report.missing.add(shown, "session-missing", &gone, String::new());
    }
    Ok(())
}
