//! Whether the evidence is what was written.

use serde::Serialize;

use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::view::View;
use crate::access::Services;
use crate::evidence::log::LogKey;
use crate::journal::{self, Fault, Faults, LogReport, ProvenRows, Report};
use crate::store::JournalRow;

/// What came of reading everything again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerifiedEvidence {
    /// All holds, also what the caller may not see.
    pub ok: bool,
    pub rows: u64,
    pub recordings: u64,
    pub sessions: u64,
    pub missing: FaultCount,
    pub altered: FaultCount,
    /// What is worth a look, and not a fault.
    pub notes: FaultCount,
    pub log: VerifiedLog,
}

/// What was signed, and what that proves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerifiedLog {
    /// In the log when the check began.
    pub rows: u64,
    pub checkpoints: u64,
    pub keys: u64,
    /// The key that everything was believed from, where nobody gave one.
    pub first_key: Option<String>,
    pub proven: Option<ProvenLog>,
    /// Rows that no believed checkpoint covers.
    pub unproven: u64,
}

/// Rows that are as they were when a checkpoint was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProvenLog {
    /// From the first on.
    pub rows: u64,
    /// The checkpoint that says so.
    pub checkpoint: u64,
    pub at: LocalTime,
    /// Whose signature it has.
    pub key: String,
}

/// Faults of one sort that the caller may see: all counted, the first named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FaultCount {
    pub count: u64,
    pub first: Vec<Fault>,
}

/// Reads everything again. Who may see a part hears whether all holds, and of the faults those of that part.
pub(super) async fn verify(
    services: &Services,
    view: &View,
    pinned: Option<&LogKey>,
) -> Result<VerifiedEvidence, AdminError> {
    let shows = |row: &JournalRow| view.shows_event(row);
    let scope: journal::Scope<'_> = if view.is_narrow() { Some(&shows) } else { None };
    let report = journal::verify(&services.store, &services.config.recordings, scope, pinned).await?;
    let ok = report.holds();
    let Report { rows, sessions, recordings, missing, altered, notes, log } = report;
    let [missing, altered, notes] = [missing, altered, notes].map(counted);
    let log = signed(services, log);
    Ok(VerifiedEvidence { ok, rows, recordings, sessions, missing, altered, notes, log })
}

fn signed(services: &Services, report: LogReport) -> VerifiedLog {
    let LogReport { rows, checkpoints, keys, first_key, proven } = report;
    let unproven = rows.saturating_sub(proven.as_ref().map_or(0, |proven| proven.rows));
    let proven = proven.map(|ProvenRows { rows, checkpoint, at, key }| ProvenLog {
        rows,
        checkpoint,
        at: LocalTime::of(services, at),
        key: key.to_string(),
    });
    let first_key = first_key.map(|key| key.to_string());
    VerifiedLog { rows, checkpoints, keys, first_key, proven, unproven }
}

fn counted(Faults { count, first, .. }: Faults) -> FaultCount {
    FaultCount { count, first }
}
