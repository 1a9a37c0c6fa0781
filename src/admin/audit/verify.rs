//! Whether the evidence is what was written.

use serde::Serialize;

use super::super::error::AdminError;
use super::view::View;
use crate::access::Services;
use crate::journal::{self, Fault, Faults, Report};
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
}

/// Faults of one sort that the caller may see: all counted, the first named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FaultCount {
    pub count: u64,
    pub first: Vec<Fault>,
}

/// Reads everything again. Who may see a part hears whether all holds, and of the faults those of that part.
pub(super) async fn verify(services: &Services, view: &View) -> Result<VerifiedEvidence, AdminError> {
    let shows = |row: &JournalRow| view.shows_event(row);
    let scope: journal::Scope<'_> = if view.is_narrow() { Some(&shows) } else { None };
    let report = journal::verify(&services.store, &services.config.recordings, scope).await?;
    let ok = report.holds();
    let Report { rows, sessions, recordings, missing, altered, notes } = report;
    let [missing, altered, notes] = [missing, altered, notes].map(counted);
    Ok(VerifiedEvidence { ok, rows, recordings, sessions, missing, altered, notes })
}

fn counted(Faults { count, first, .. }: Faults) -> FaultCount {
    FaultCount { count, first }
}
