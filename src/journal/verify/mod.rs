//! Reads all evidence again and compares it: the rows with their chain and with the log, the log with what was signed, the tables and the schema with the rows, the
//! recordings with their digests. It goes on after a fault, so that one says nothing about the rest but what it is.

mod chain;
mod files;
mod log;
mod report;
mod tables;

use std::path::Path;

pub use report::{Fault, Faults, LogReport, NAMED, ProvenRows, Report, Scope};

use crate::evidence::log::LogKey;
use crate::store::{Store, StoreError};

/// Checks everything. Signatures are believed from the `pinned` key on, or from the first that there is.
///
/// # Errors
/// When the database cannot be read.
pub async fn verify(
    store: &Store,
    recordings: &Path,
    scope: Scope<'_>,
    pinned: Option<&LogKey>,
) -> Result<Report, StoreError> {
    let mut report = Report::default();
    tables::schema(store, &mut report).await?;
    tables::indexes(store, scope.is_none(), &mut report).await?;
    let log = log::LogCheck::begin(store, scope.is_none(), pinned).await?;
    let begun = chain::follow(store, recordings, scope, log, &mut report).await?;
    tables::sessions(store, scope, begun, &mut report).await?;
    Ok(report)
}
