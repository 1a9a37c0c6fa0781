//! Numbered versions: how a policy comes into force, and what was in force before.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::super::out::Out;
use super::super::run::{Caller, Failure};
use super::super::time;
use super::read;
use crate::event::Event;
use crate::policy::{self, Policy, SourceFile};
use crate::session::Services;
use crate::store::NewPolicy;

/// Puts a directory in force. A set with an error changes nothing.
pub(super) async fn apply(
    services: &Arc<Services>,
    caller: &Caller,
    dir: Option<&Path>,
    reason: &str,
    dry_run: bool,
    out: &Out,
) -> Result<(), Failure> {
    if dry_run {
        return Err(Failure("--dry-run: not built yet".into()));
    }
    let files = read(dir.unwrap_or(&services.config.policy_dir))?;
    let policy = match policy::load(&files, &services.config.timezone) {
        Ok(policy) => policy,
        Err(faults) => {
            let first = faults.first().map(|fault| fault.summary()).unwrap_or_default();
            let event = Event::PolicyRefused { errors: faults.len() as u64, first };
            services.journal(caller.actor(), caller.origin(), event).await?;
            for fault in &faults {
                out.error(fault.to_string()).await?;
            }
            return Err(Failure(format!("{} errors: the policy in force stays as it is", faults.len())));
        }
    };
    let (version, digest) = enforce(services, caller, files, policy, reason).await?;
    let object = serde_json::json!({ "version": version, "digest": digest });
    Ok(out.record(&object, || format!("version {version} is in force, digest {digest}")).await?)
}

/// Stores, journals and switches, in this order.
pub(crate) async fn enforce(
    services: &Services,
    caller: &Caller,
    files: Vec<SourceFile>,
    policy: Policy,
    reason: &str,
) -> Result<(u64, crate::domain::Digest), Failure> {
    let digest = policy.digest();
    let files: BTreeMap<String, String> = files.into_iter().map(|file| (file.path, file.text)).collect();
    let author = caller.actor().to_string();
    let new = NewPolicy { digest, author: &author, reason, at: services.clock.now(), files: &files };
    let version = services.store.policies().add(&new).await?;
    let event = Event::PolicyApplied { version, digest, reason: reason.to_owned() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    services.live.update(|standing| {
        standing.policy = Arc::new(policy);
        standing.policy_version = version;
    });
    Ok((version, digest))
}

pub(super) async fn history(services: &Services, out: &Out) -> Result<(), Failure> {
    for version in services.store.policies().history().await? {
        let at = time::shown(version.applied_at, &services.config.timezone);
        let object = serde_json::json!({
            "version": version.version, "at": at, "by": version.author, "reason": version.reason,
            "digest": version.digest,
        });
        let text = || format!("{:>5}  {at}  {}  {}", version.version, version.author, version.reason);
        out.record(&object, text).await?;
    }
    Ok(())
}

pub(super) async fn show(_: &Services, _version: u64, _: &Out) -> Result<(), Failure> {
    Err(Failure("policy show: not built yet".into()))
}

pub(super) async fn rollback(
    _: &Arc<Services>,
    _: &Caller,
    _version: u64,
    _reason: &str,
    _: &Out,
) -> Result<(), Failure> {
    Err(Failure("policy rollback: not built yet".into()))
}
