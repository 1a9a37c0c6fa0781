//! Policy files on the host: check, decide, apply.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::out::Out;
use super::run::{Caller, Failure};
use super::time;
use crate::event::Event;
use crate::policy::{self, Policy, SourceFile};
use crate::session::Services;
use crate::store::NewPolicy;

/// Reads all `*.toml` of a directory, by name.
pub(crate) fn read(dir: &Path) -> Result<Vec<SourceFile>, Failure> {
    let fault = |path: &Path, error: std::io::Error| Failure(format!("{}: {error}", path.display()));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(|error| fault(dir, error))? {
        let path = entry.map_err(|error| fault(dir, error))?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(&path).map_err(|error| fault(&path, error))?;
            files.push(SourceFile { path: path.display().to_string(), text });
        }
    }
    if files.is_empty() {
        return Err(Failure(format!("{}: there is no policy file (*.toml) here", dir.display())));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// Checks a directory; every error is told, with its place. Doubts are told too, and change nothing.
pub(crate) async fn check(dir: &Path, zone: &TimeZone, now: Timestamp, out: &Out) -> Result<(), Failure> {
    let files = read(dir)?;
    match policy::load(&files, zone) {
        Ok(policy) => {
            let (operators, assets) = (policy.operators().count(), policy.assets().count());
            let lints = policy.lints(now);
            let object = serde_json::json!({
                "ok": true, "files": files.len(), "operators": operators, "assets": assets,
                "digest": policy.digest(), "warnings": lints,
            });
            if !out.json {
                for lint in &lints {
                    out.error(lint.to_string()).await?;
                }
            }
            let counted =
                if lints.is_empty() { String::new() } else { format!(", {} warnings", lints.len()) };
            let text = || {
                format!("{} files, {operators} operators, {assets} assets: no error{counted}", files.len())
            };
            Ok(out.record(&object, text).await?)
        }
        Err(faults) => {
            for fault in &faults {
                if out.json {
                    out.line(serde_json::to_string(fault)?).await?;
                } else {
                    out.error(fault.to_string()).await?;
                }
            }
            Err(Failure(format!("{}: {} errors", dir.display(), faults.len())))
        }
    }
}

/// Puts a directory in force. A set with an error changes nothing.
pub(super) async fn apply(
    services: &Arc<Services>,
    caller: &Caller,
    dir: Option<&Path>,
    reason: &str,
    out: &Out,
) -> Result<(), Failure> {
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
