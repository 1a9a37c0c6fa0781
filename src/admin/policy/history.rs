//! The versions that there were: what each said, what it changed, who applied it and why.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::super::error::AdminError;
use super::super::local_time::LocalTime;
use super::super::page::Page;
use super::super::say::no;
use super::compare::PolicyComparison;
use super::ground::Setting;
use super::prove::UnfitPolicy;
use crate::access::Services;
use crate::domain::Digest;
use crate::policy::{self, Policy, SourceFile};
use crate::store::{PAGE, PolicyFiles, PolicyVersion, Walk};

/// A version, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyEntry {
    pub version: u64,
    pub at: LocalTime,
    pub by: String,
    pub reason: String,
    pub digest: Digest,
    /// `in force`, `past`, or `never in force`.
    pub state: &'static str,
}

/// A version with its files, and with what it changed of the one before, where this release can read both.
#[derive(Debug, Serialize)]
pub struct PolicyShown {
    #[serde(flatten)]
    pub entry: PolicyEntry,
    pub before: Option<u64>,
    pub changes: Option<PolicyComparison>,
    pub files: BTreeMap<String, String>,
}

/// Every version, with the one in force and those that never were.
pub(super) async fn history(
    services: &Services,
    after: Option<u64>,
    limit: u32,
) -> Result<Page<PolicyEntry, u64>, AdminError> {
    let rows = services.store.policies().history(after, limit.saturating_add(1)).await?;
    let rows = rows.into_iter().map(|version| entry(services, version));
    Ok(Page::cut(rows.collect(), limit, |row: &PolicyEntry| row.version))
}

fn entry(services: &Services, version: PolicyVersion) -> PolicyEntry {
    let state = match &version {
        version if version.version == services.live.standing().policy_version => "in force",
        PolicyVersion { applied: true, .. } => "past",
        _ => "never in force",
    };
    let PolicyVersion { version, applied_at, author, reason, digest, .. } = version;
    let at = LocalTime::of(services, applied_at);
    PolicyEntry { version, at, by: author, reason, digest, state }
}

pub(super) async fn show(services: &Services, number: u64) -> Result<PolicyShown, AdminError> {
    let PolicyFiles { version, files } = version(services, number).await?;
    let (before, changes) = changes_to(services, number).await.unzip();
    Ok(PolicyShown { entry: entry(services, version), before, changes, files })
}

/// The version that was in force before, and what this one changed. `None` where there was none, or where
/// this release cannot read one of them any more.
async fn changes_to(services: &Services, number: u64) -> Option<(u64, PolicyComparison)> {
    let mut versions = Walk::new(|after| services.store.policies().history(after, PAGE));
    let mut before = None;
    while let Some(page) = versions.next().await.ok()? {
        let earlier = page.iter().rfind(|version| version.applied && version.version < number);
        before = earlier.map(|version| version.version).or(before);
    }
    let before = before?;
    let (old, new) = (load(services, before).await.ok()?, load(services, number).await.ok()?);
    let comparison = PolicyComparison::of(Arc::new(old), Arc::new(new), Setting::of(services)).await.ok()?;
    Some((before, comparison))
}

/// The policy of a version.
pub(super) async fn load(services: &Services, number: u64) -> Result<Policy, AdminError> {
    let files = sources(version(services, number).await?.files);
    let zone = services.config.timezone.clone();
    let loaded = crate::access::blocking(move || policy::load(&files, &zone)).await;
    loaded.map_err(AdminError::internal)?.map_err(|faults| {
        let faults = UnfitPolicy::faulty(faults).in_full(services.language());
        no!(services, Failed, "policy.version-unfit", version = number.to_string(), faults = faults)
    })
}

pub(super) async fn version(services: &Services, number: u64) -> Result<PolicyFiles, AdminError> {
    let found = services.store.policies().version(number).await?;
    found.ok_or_else(|| no!(services, NotFound, "policy.no-version", version = number.to_string()))
}

pub(super) fn sources(files: BTreeMap<String, String>) -> Vec<SourceFile> {
    files.into_iter().map(|(path, text)| SourceFile { path, text }).collect()
}
