//! Numbered versions: how a policy comes into force, and how an earlier one does again.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use super::super::lockdown::{confirmers, look_after_confirmers};
use super::super::out::Out;
use super::super::run::{Caller, Failure};
use super::super::say::{fail, say};
use super::check::{Unfit, prove_apart};
use super::diff::Comparison;
use super::history::{sources, version};
use super::read;
use crate::access::Services;
use crate::domain::Digest;
use crate::event::Event;
use crate::policy::{Policy, SourceFile};
use crate::store::NewPolicy;

/// Why a policy comes into force.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PolicyChange<'a> {
    pub reason: &'a str,
    /// The version whose files these are again.
    pub rollback_of: Option<u64>,
}

/// Puts a directory in force. A set with an error, or with a test that fails, changes nothing.
pub(super) async fn apply(
    services: &Arc<Services>,
    caller: &Caller,
    dir: Option<&Path>,
    reason: &str,
    dry_run: bool,
    out: &Out,
) -> Result<(), Failure> {
    if !dry_run && reason.trim().is_empty() {
        return Err(fail!(services, "policy.no-reason"));
    }
    let dir = dir.unwrap_or(&services.config.policy_dir).to_owned();
    let files = tokio::task::spawn_blocking(move || read(&dir)).await??;
    let _one_after_another = services.policy_change.lock().await;
    if dry_run {
        return rehearse(services, files, out).await;
    }
    change(services, caller, files, &PolicyChange { reason, rollback_of: None }, out).await
}

/// Puts an earlier version in force again, as a new one.
pub(super) async fn rollback(
    services: &Arc<Services>,
    caller: &Caller,
    number: u64,
    reason: &str,
    out: &Out,
) -> Result<(), Failure> {
    let files = sources(version(services, number).await?.files);
    let _one_after_another = services.policy_change.lock().await;
    change(services, caller, files, &PolicyChange { reason, rollback_of: Some(number) }, out).await?;
    if !out.json {
        let dir = services.config.policy_dir.display().to_string();
        out.error(say!(services, "policy.files-stay", dir = dir)).await?;
    }
    Ok(())
}

/// Checks and compares, and changes nothing.
async fn rehearse(services: &Services, files: Vec<SourceFile>, out: &Out) -> Result<(), Failure> {
    let policy = match prove_apart(files, &services.config.timezone).await?.1 {
        Ok(policy) => policy,
        Err(unfit) => {
            unfit.tell(services.language(), out).await?;
            return Err(fail!(services, "policy.not-applied", unfit = unfit.told(services.language())));
        }
    };
    let comparison = compare(services, &policy).await?;
    let object = json!({ "dry_run": true, "digest": policy.digest(), "changes": comparison.records() });
    let text = || {
        let changes = comparison.told(&services.config.timezone, true);
        format!("{changes}\n{}", say!(services, "policy.dry-run"))
    };
    Ok(out.records(&object, text).await?)
}

/// Checks, tells what changes in effect, and puts in force.
async fn change(
    services: &Services,
    caller: &Caller,
    files: Vec<SourceFile>,
    change: &PolicyChange<'_>,
    out: &Out,
) -> Result<(), Failure> {
    let (files, found) = prove_apart(files, &services.config.timezone).await?;
    let policy = match found {
        Ok(policy) => policy,
        Err(unfit) => return Err(refuse(services, caller, &unfit, out).await?),
    };
    let standing = services.live.standing();
    if standing.policy_version > 0 && standing.policy.digest() == policy.digest() {
        return same(services, standing.policy_version, policy.digest(), out).await;
    }
    let comparison = compare(services, &policy).await?;
    if !out.json {
        out.lines(comparison.told(&services.config.timezone, false)).await?;
    }
    let (previous, confirmers) = (standing.policy.digest(), confirmers(services).await?);
    let (version, digest) = enforce(services, caller, files, Arc::clone(&policy), change).await?;
    look_after_confirmers(services, caller, &confirmers).await?;
    let object = json!({
        "version": version, "digest": digest, "previous": previous, "rollback_of": change.rollback_of,
        "applied": true, "changes": comparison.records(),
    });
    let (number, digest) = (version.to_string(), digest.to_string());
    let text = || say!(services, "policy.in-force", version = number, digest = digest);
    Ok(out.record(&object, text).await?)
}

/// The very files that are in force make no further version.
async fn same(services: &Services, version: u64, digest: Digest, out: &Out) -> Result<(), Failure> {
    let object = json!({ "version": version, "digest": digest, "applied": false });
    let text = || say!(services, "policy.same", version = version.to_string());
    Ok(out.record(&object, text).await?)
}

/// From what is in force to what is to be.
async fn compare(services: &Services, new: &Arc<Policy>) -> Result<Comparison, Failure> {
    let standing = services.live.standing();
    // Before the first version nothing is in force, whatever files a command reads.
    let old = if standing.policy_version > 0 { Arc::clone(&standing.policy) } else { Arc::default() };
    Comparison::of(old, Arc::clone(new), services.clock.now()).await
}

/// Journals that a set of files was refused, and tells what is wrong with it.
async fn refuse(services: &Services, caller: &Caller, unfit: &Unfit, out: &Out) -> Result<Failure, Failure> {
    let event = Event::PolicyRefused { errors: unfit.count() as u64, first: unfit.first() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    unfit.tell(services.language(), out).await?;
    Ok(fail!(services, "policy.stays", unfit = unfit.told(services.language())))
}

/// Stores, journals and switches, in this order: what is stored comes into force by its row in the journal,
/// at once and after a crash alike.
pub(crate) async fn enforce(
    services: &Services,
    caller: &Caller,
    files: Vec<SourceFile>,
    policy: Arc<Policy>,
    change: &PolicyChange<'_>,
) -> Result<(u64, Digest), Failure> {
    let digest = policy.digest();
    let files: BTreeMap<String, String> = files.into_iter().map(|file| (file.path, file.text)).collect();
    let (author, at) = (caller.actor().to_string(), services.clock.now());
    let new = NewPolicy { digest, author: &author, reason: change.reason, at, files: &files };
    let version = services.store.policies().add(&new).await?;
    let standing = services.live.standing();
    let event = Event::PolicyApplied {
        version,
        digest,
        previous: (standing.policy_version > 0).then(|| standing.policy.digest()),
        rollback_of: change.rollback_of,
        reason: change.reason.to_owned(),
    };
    services.journal(caller.actor(), caller.origin(), event).await?;
    services.live.update(|standing| {
        standing.policy = policy;
        standing.policy_version = version;
    });
    Ok((version, digest))
}
