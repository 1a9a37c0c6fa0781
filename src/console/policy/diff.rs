//! `policy diff`: what a change of policy changes in effect.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::super::out::Out;
use super::super::run::Failure;
use super::super::tree::Place;
use super::{Setting, history, load, replay};
use crate::access::Services;
use crate::policy::Policy;
use crate::policy::diff::{Change, ChangeKind, Crowds, Diff};

/// How many changes are told where something else is the matter.
const BRIEFLY: usize = 40;

/// What changes between two policies, and whose names it is told with.
pub(super) struct Comparison {
    diff: Diff,
    crowds: Crowds,
}

impl Comparison {
    /// Works it out beside everything else that runs: it may take seconds.
    pub(super) async fn of(old: Arc<Policy>, new: Arc<Policy>, now: Timestamp) -> Result<Self, Failure> {
        let work = move || Self { diff: Diff::between(&old, &new, now), crowds: Crowds::of(&[&new, &old]) };
        Ok(tokio::task::spawn_blocking(work).await?)
    }

    pub(super) fn records(&self) -> Vec<serde_json::Value> {
        self.diff.records().collect()
    }

    /// All of it for a person, or the beginning of it.
    pub(super) fn told(&self, zone: &TimeZone, whole: bool) -> String {
        let changes = self.diff.changes.iter().map(|change| change.told(&self.crowds, zone));
        let notes = self.diff.notes.iter().map(|note| note.told(zone));
        let mut lines: Vec<_> = changes.chain(notes).collect();
        if !whole && lines.len() > BRIEFLY {
            let more = lines.len() - BRIEFLY;
            lines.truncate(BRIEFLY);
            lines.push(format!("and {more} more: policy diff tells all of them"));
        }
        lines.push(self.summary());
        lines.join("\n")
    }

    fn summary(&self) -> String {
        if self.diff.is_empty() {
            return "nothing changes in effect".to_owned();
        }
        let mut kinds: BTreeMap<ChangeKind, Vec<&Change>> = BTreeMap::new();
        self.diff.changes.iter().for_each(|change| kinds.entry(change.kind).or_default().push(change));
        let counted = kinds.iter().map(|(kind, changes)| {
            let operators: BTreeSet<_> = changes.iter().flat_map(|change| &change.operators).collect();
            let assets: BTreeSet<_> = changes.iter().flat_map(|change| &change.assets).collect();
            format!("{} for {} operators on {} assets", kind.as_str(), operators.len(), assets.len())
        });
        let notes = (!self.diff.notes.is_empty()).then(|| format!("{} notes", self.diff.notes.len()));
        format!("in all: {}", counted.chain(notes).collect::<Vec<_>>().join("; "))
    }
}

/// Compares two policies that are at hand.
pub(super) async fn show(old: Policy, new: Policy, setting: &Setting, out: &Out) -> Result<(), Failure> {
    let comparison = Comparison::of(Arc::new(old), Arc::new(new), setting.now).await?;
    if !out.json {
        return Ok(out.lines(comparison.told(&setting.zone, true)).await?);
    }
    for record in comparison.records() {
        out.line(record.to_string()).await?;
    }
    Ok(())
}

/// Compares what is named: one alone with what is in force.
pub(super) async fn run(
    services: &Services,
    places: &[Place],
    since: Option<&str>,
    out: &Out,
) -> Result<(), Failure> {
    let (old, new) = match places {
        [] => (None, &Place::Dir(services.config.policy_dir.clone())),
        [new] => (None, new),
        [old, new, ..] => (Some(old), new),
    };
    let new = policy(services, new).await?;
    if let Some(since) = since {
        if old.is_some() {
            return Err(Failure("--replay: name one policy only: OLD is what was in force then".into()));
        }
        return replay::replay(services, since, &new, out).await;
    }
    let old = match old {
        Some(old) => policy(services, old).await?,
        None => Policy::clone(&services.live.standing().policy),
    };
    show(old, new, &super::setting(services), out).await
}

async fn policy(services: &Services, place: &Place) -> Result<Policy, Failure> {
    match place {
        Place::Dir(dir) => load(Path::new(dir), &services.config.timezone),
        Place::Version(number) => history::load(services, *number).await,
    }
}
