//! The versions that there were: what each said, what it changed, who applied it and why.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::super::out::Out;
use super::super::run::Failure;
use super::super::say::fail;
use super::super::time;
use super::check::Unfit;
use super::diff::Comparison;
use crate::access::Services;
use crate::domain::plain;
use crate::policy::{self, Policy, SourceFile};
use crate::store::{PAGE, PolicyFiles, PolicyVersion, Walk};

/// Every version, with the one in force and those that never were.
pub(super) async fn history(services: &Services, out: &Out) -> Result<(), Failure> {
    let in_force = services.live.standing().policy_version;
    let mut versions = Walk::new(|after| services.store.policies().history(after, PAGE));
    while let Some(page) = versions.next().await? {
        for version in page {
            out.record(&record(services, &version), || line(services, &version, in_force)).await?;
        }
    }
    Ok(())
}

fn line(services: &Services, version: &PolicyVersion, in_force: u64) -> String {
    let at = time::told(version.applied_at, &services.config.timezone);
    let state = state(version, in_force);
    let note = if state == "past" { String::new() } else { format!("  ({state})") };
    format!("{:>5}  {at}  {}  {}{note}", version.version, version.author, version.reason)
}

fn record(services: &Services, version: &PolicyVersion) -> serde_json::Value {
    json!({
        "version": version.version, "at": time::shown(version.applied_at, &services.config.timezone),
        "by": version.author, "reason": version.reason, "digest": version.digest,
        "state": state(version, services.live.standing().policy_version),
    })
}

fn state(version: &PolicyVersion, in_force: u64) -> &'static str {
    match version {
        version if version.version == in_force => "in force",
        PolicyVersion { applied: true, .. } => "past",
        _ => "never in force",
    }
}

/// A version: who applied it and why, what it changed, and its files.
pub(super) async fn show(services: &Services, number: u64, out: &Out) -> Result<(), Failure> {
    let PolicyFiles { version, files } = version(services, number).await?;
    let changes = changes_to(services, number).await;
    let mut object = record(services, &version);
    if let Some(object) = object.as_object_mut() {
        let (before, records) = changes.as_ref().map(|(before, told)| (*before, told.records())).unzip();
        object.extend([("before".into(), json!(before)), ("changes".into(), json!(records))]);
        object.insert("files".into(), json!(files));
    }
    let text = || {
        let zone = &services.config.timezone;
        let at = time::told(version.applied_at, zone);
        let state = state(&version, services.live.standing().policy_version);
        let PolicyVersion { author, reason, digest, .. } = &version;
        let (author, reason) = (plain(author), plain(reason));
        let mut parts = vec![format!(
            "version {number} ({state}), applied {at} by {author}\nreason: {reason}\ndigest: {digest}"
        )];
        parts.extend(
            changes.map(|(before, told)| format!("since version {before}:\n{}", told.told(zone, false))),
        );
        parts.extend(files.iter().map(|(path, text)| format!("==> {path} <==\n{}", text.trim_end())));
        parts.join("\n\n")
    };
    Ok(out.records(&object, text).await?)
}

/// The version that was in force before, and what this one changed. `None` where there was none, or where
/// this release cannot read one of them any more.
async fn changes_to(services: &Services, number: u64) -> Option<(u64, Comparison)> {
    let mut versions = Walk::new(|after| services.store.policies().history(after, PAGE));
    let mut before = None;
    while let Some(page) = versions.next().await.ok()? {
        let earlier = page.iter().rfind(|version| version.applied && version.version < number);
        before = earlier.map(|version| version.version).or(before);
    }
    let before = before?;
    let (old, new) = (load(services, before).await.ok()?, load(services, number).await.ok()?);
    let comparison = Comparison::of(Arc::new(old), Arc::new(new), services.clock.now()).await.ok()?;
    Some((before, comparison))
}

/// The policy of a version.
pub(super) async fn load(services: &Services, number: u64) -> Result<Policy, Failure> {
    let files = sources(version(services, number).await?.files);
    let zone = services.config.timezone.clone();
    tokio::task::spawn_blocking(move || policy::load(&files, &zone))
        .await?
        .map_err(|faults| Failure(format!("version {number}: {}", Unfit::Faulty(faults).in_full())))
}

pub(super) async fn version(services: &Services, number: u64) -> Result<PolicyFiles, Failure> {
    let found = services.store.policies().version(number).await?;
    found.ok_or_else(|| fail!(services, "policy.no-version", version = number.to_string()))
}

pub(super) fn sources(files: BTreeMap<String, String>) -> Vec<SourceFile> {
    files.into_iter().map(|(path, text)| SourceFile { path, text }).collect()
}
