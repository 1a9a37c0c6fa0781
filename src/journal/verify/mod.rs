//! Reads all evidence again and compares it: the rows with their chain, the tables and the schema with the rows, the
//! recordings with their digests. It goes on after a fault, so that one says nothing about the rest but what it is.

mod chain;
mod files;
mod report;
mod tables;

use std::path::Path;

pub use report::{Fault, Faults, NAMED, Report, Scope};

use crate::store::{Store, StoreError};

/// Checks everything. Rows that were cut off the end leave no trace in the chain itself.
///
/// # Errors
/// When the database cannot be read.
pub async fn verify(store: &Store, recordings: &Path, scope: Scope<'_>) -> Result<Report, StoreError> {
    let mut report = Report::default();
    tables::schema(store, &mut report).await?;
    tables::indexes(store, scope.is_none(), &mut report).await?;
    chain::follow(store, recordings, scope, &mut report).await?;
    tables::sessions(store, scope, &mut report).await?;
    Ok(report)
}
