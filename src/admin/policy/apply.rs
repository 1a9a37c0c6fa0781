//! Puts files in force, as a numbered version; or an earlier version again, as a new one.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use super::super::caller::Caller;
use super::super::error::AdminError;
use super::super::officers::{confirmers, look_after_confirmers};
use super::compare::PolicyComparison;
use super::enforce::{PolicyChange, enforce};
use super::files::read_policy;
use super::history::{sources, version};
use super::prove::{UnfitPolicy, prove_apart};
use crate::access::Services;
use crate::domain::{Digest, Remark};
use crate::event::Event;
use crate::policy::{Policy, SourceFile};

/// What came of applying files.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum PolicyApplied {
    InForce(PolicyInForce),
    /// The very files that are in force make no further version.
    Same {
        version: u64,
        digest: Digest,
        applied: bool,
    },
    /// Only checked and compared.
    DryRun {
        dry_run: bool,
        digest: Digest,
        changes: PolicyComparison,
    },
    /// The policy in force stays as it is.
    Unfit(UnappliedPolicy),
}

/// Files that may not come into force.
#[derive(Debug, Serialize)]
pub struct UnappliedPolicy {
    #[serde(flatten)]
    pub unfit: UnfitPolicy,
    #[serde(skip)]
    pub dry_run: bool,
}

#[derive(Debug, Serialize)]
pub struct PolicyInForce {
    pub version: u64,
    pub digest: Digest,
    pub previous: Digest,
    pub rollback_of: Option<u64>,
    pub applied: bool,
    pub changes: PolicyComparison,
    /// Of a version that is in force again: where the files lie that say something else.
    #[serde(skip)]
    pub files_stay: Option<PathBuf>,
}

/// Puts a directory in force. A set with an error, or with a test that fails, changes nothing.
pub(super) async fn apply(
    services: &Services,
    caller: &Caller,
    dir: Option<PathBuf>,
    reason: &Remark,
) -> Result<PolicyApplied, AdminError> {
    let files = files(services, dir).await?;
    let _one_after_another = services.policy_change.lock().await;
    change(services, caller, files, &PolicyChange { reason, rollback_of: None }).await
}

/// Puts an earlier version in force again, as a new one.
pub(super) async fn rollback(
    services: &Services,
    caller: &Caller,
    number: u64,
    reason: &Remark,
) -> Result<PolicyApplied, AdminError> {
    let files = sources(version(services, number).await?.files);
    let _one_after_another = services.policy_change.lock().await;
    let change = change(services, caller, files, &PolicyChange { reason, rollback_of: Some(number) }).await?;
    Ok(match change {
        PolicyApplied::InForce(done) => {
            let files_stay = Some(services.config.policy_dir.clone());
            PolicyApplied::InForce(PolicyInForce { files_stay, ..done })
        }
        other => other,
    })
}

/// Checks and compares, and changes nothing.
pub(super) async fn rehearse(services: &Services, dir: Option<PathBuf>) -> Result<PolicyApplied, AdminError> {
    let files = files(services, dir).await?;
    let _one_after_another = services.policy_change.lock().await;
    let policy = match prove_apart(files, &services.config.timezone).await?.1 {
        Ok(policy) => policy,
        Err(unfit) => return Ok(PolicyApplied::Unfit(UnappliedPolicy { unfit, dry_run: true })),
    };
    let changes = PolicyComparison::with_in_force(services, &policy).await?;
    Ok(PolicyApplied::DryRun { dry_run: true, digest: policy.digest(), changes })
}

/// All files of a directory; of the configuration's, where none is named.
pub(in crate::admin) async fn files(
    services: &Services,
    dir: Option<PathBuf>,
) -> Result<Vec<SourceFile>, AdminError> {
    let dir = dir.unwrap_or_else(|| services.config.policy_dir.clone());
    let language = services.language();
    crate::access::blocking(move || read_policy(&dir, language)).await.map_err(AdminError::internal)?
}

/// Checks, works out what changes in effect, and puts in force.
async fn change(
    services: &Services,
    caller: &Caller,
    files: Vec<SourceFile>,
    change: &PolicyChange<'_>,
) -> Result<PolicyApplied, AdminError> {
    let (files, found) = prove_apart(files, &services.config.timezone).await?;
    match found {
        Ok(policy) => put(services, caller, (files, policy), change).await,
        Err(unfit) => refuse(services, caller, unfit).await,
    }
}

/// Works out what changes in effect by a policy that was proven, and puts it in force.
pub(in crate::admin) async fn put(
    services: &Services,
    caller: &Caller,
    (files, policy): (Vec<SourceFile>, Arc<Policy>),
    change: &PolicyChange<'_>,
) -> Result<PolicyApplied, AdminError> {
    let standing = services.live.standing();
    if standing.policy_version > 0 && standing.policy.digest() == policy.digest() {
        let (version, digest) = (standing.policy_version, policy.digest());
        return Ok(PolicyApplied::Same { version, digest, applied: false });
    }
    let changes = PolicyComparison::with_in_force(services, &policy).await?;
    let (previous, confirmers) = (standing.policy.digest(), confirmers(services).await?);
    let (version, digest) = enforce(services, caller, files, Arc::clone(&policy), change).await?;
    look_after_confirmers(services, caller, &confirmers).await?;
    let (rollback_of, applied, files_stay) = (change.rollback_of, true, None);
    Ok(PolicyApplied::InForce(PolicyInForce {
        version,
        digest,
        previous,
        rollback_of,
        applied,
        changes,
        files_stay,
    }))
}

/// Journals that a set of files was refused.
pub(in crate::admin) async fn refuse(
    services: &Services,
    caller: &Caller,
    unfit: UnfitPolicy,
) -> Result<PolicyApplied, AdminError> {
    let event = Event::PolicyRefused { errors: unfit.count() as u64, first: unfit.first() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    Ok(PolicyApplied::Unfit(UnappliedPolicy { unfit, dry_run: false }))
}
