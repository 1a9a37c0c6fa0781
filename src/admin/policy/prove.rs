//! Whether a set of files may come into force: without an error, and with tests that hold.

use std::sync::Arc;

use jiff::tz::TimeZone;
use serde::Serialize;

use super::super::error::AdminError;
use crate::domain::{Language, Tell};
use crate::policy::{self, Diagnostic, Policy, SourceFile, TestFailure};

/// Why a set of files may not come into force.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum UnfitPolicy {
    Faulty(FaultyPolicy),
    Failing(FailingPolicy),
}

#[derive(Debug, Clone, Serialize)]
pub struct FaultyPolicy {
    pub faults: Vec<Diagnostic>,
}

/// So many of the tests do not hold.
#[derive(Debug, Clone, Serialize)]
pub struct FailingPolicy {
    pub failures: Vec<TestFailure>,
    #[serde(skip)]
    pub tests: usize,
}

/// A policy that is right and whose tests hold.
///
/// # Errors
/// Everything that is wrong with it.
pub fn prove(files: &[SourceFile], zone: &TimeZone) -> Result<Policy, UnfitPolicy> {
    let policy = policy::load(files, zone).map_err(UnfitPolicy::faulty)?;
    let (failures, tests) = (policy.failing_tests(), policy.tests().len());
    if failures.is_empty() {
        Ok(policy)
    } else {
        Err(UnfitPolicy::Failing(FailingPolicy { failures, tests }))
    }
}

/// The same with the files of a running gateway: many rules and tests take long, and its threads carry sessions.
pub(in crate::admin) async fn prove_apart(
    files: Vec<SourceFile>,
    zone: &TimeZone,
) -> Result<(Vec<SourceFile>, Result<Arc<Policy>, UnfitPolicy>), AdminError> {
    let zone = zone.clone();
    let work = move || {
        let found = prove(&files, &zone).map(Arc::new);
        (files, found)
    };
    crate::access::blocking(work).await.map_err(AdminError::internal)
}

impl UnfitPolicy {
    pub(super) fn faulty(faults: Vec<Diagnostic>) -> Self {
        Self::Faulty(FaultyPolicy { faults })
    }

    pub(super) fn count(&self) -> usize {
        match self {
            Self::Faulty(FaultyPolicy { faults }) => faults.len(),
            Self::Failing(FailingPolicy { failures, .. }) => failures.len(),
        }
    }

    /// The first of them in one line.
    pub(super) fn first(&self) -> String {
        match self {
            Self::Faulty(FaultyPolicy { faults }) => faults.first().map(Diagnostic::summary),
            Self::Failing(FailingPolicy { failures, .. }) => {
                failures.first().map(|failure| failure.fault.summary())
            }
        }
        .unwrap_or_default()
    }

    /// All of them, each with its place.
    pub fn in_full(&self, language: Language) -> String {
        let texts: Vec<_> = match self {
            Self::Faulty(FaultyPolicy { faults }) => {
                faults.iter().map(|fault| fault.told(language)).collect()
            }
            Self::Failing(FailingPolicy { failures, .. }) => {
                failures.iter().map(|failure| failure.told(language)).collect()
            }
        };
        texts.join("\n")
    }
}
