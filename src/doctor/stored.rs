//! What the database holds beside the policy: what is in force, and what somebody would trip over at their first
//! login.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::finding::Finding;
use super::people::policy_of;
use crate::config::{Config, Database};
use crate::console;
use crate::domain::Role;
use crate::platform::clock::Clock;
use crate::policy::{self, Asset, Policy, SourceFile, Trust};
use crate::store::{PolicyFiles, Store, StoreError};

/// Most names of one kind that are told.
const NAMED: usize = 5;

pub(super) async fn findings(config: &Config) -> Vec<(&'static str, Finding)> {
    let Database::Sqlite(file) = &config.database;
    if !file.exists() {
        let note = "nothing was served yet: the first `juyong serve` puts the files of policy_dir in force";
        return vec![("policy", Finding::Note(note.into()))];
    }
    match read(config, file).await {
        Ok(found) => found,
        Err(error) => vec![("database", Finding::Wrong(error.to_string()))],
    }
}

async fn read(config: &Config, file: &std::path::Path) -> Result<Vec<(&'static str, Finding)>, StoreError> {
    let store = Store::look(file).await?;
    let in_force = store.policies().in_force().await?;
    let mut found = vec![("policy", drift(config, in_force.as_ref())), ("database", schema(&store).await?)];
    let master = config.data_dir.join("master.key");
    if store.holds_sealed().await? && !master.exists() {
        let mend = "it is missing, and what was sealed with it cannot be opened: put it back from where you keep its copy";
        found.push(("master.key", Finding::Wrong(mend.into())));
    }
    if let Some(policy) = in_force.and_then(|version| loaded(config, version)).or_else(|| policy_of(config)) {
        found.push(("assets", assets(&store, &policy).await?));
        found.push(("operators", operators(&store, &policy).await?));
        if !config.lockdown.dual.is_empty() {
            found.push(("lockdown.dual", confirmers(config, &store, &policy).await?));
        }
    }
    store.close().await;
    Ok(found)
}

fn drift(config: &Config, in_force: Option<&PolicyFiles>) -> Finding {
    let Some(PolicyFiles { version, files }) = in_force else {
        let note = "none is in force yet: the next `juyong serve` puts the files of policy_dir in force";
        return Finding::Note(note.into());
    };
    console::differs(&config.policy_dir, version.version, files).map_or(Finding::Fine, Finding::Note)
}

fn loaded(config: &Config, version: PolicyFiles) -> Option<Policy> {
    let files: Vec<_> = version.files.into_iter().map(|(path, text)| SourceFile { path, text }).collect();
    policy::load(&files, &config.timezone).ok()
}

async fn assets(store: &Store, policy: &Policy) -> Result<Finding, StoreError> {
    let stored: BTreeSet<_> =
        store.credentials().list().await?.into_iter().map(|row| (row.asset, row.login)).collect();
    let (mut unknown, mut closed) = (Vec::new(), Vec::new());
    for asset in policy.assets() {
        if !is_known(store, asset).await? {
            unknown.push(asset.name.to_string());
        }
        let logins =
            asset.logins.iter().filter(|login| !stored.contains(&(asset.name.clone(), (*login).clone())));
        closed.extend(logins.map(|login| format!("{login}@{}", asset.name)));
    }
    let keys = told("without a host key", &unknown, "run `juyong asset trust NAME`");
    let credentials = told("without a credential", &closed, "run `juyong credential set NAME LOGIN`");
    Ok(notes(keys.into_iter().chain(credentials)))
}

async fn is_known(store: &Store, asset: &Asset) -> Result<bool, StoreError> {
    if asset.trust == Trust::FirstUse || !asset.host_keys.is_empty() {
        return Ok(true);
    }
    Ok(!store.host_keys().trusted(&asset.name).await?.is_empty())
}

async fn operators(store: &Store, policy: &Policy) -> Result<Finding, StoreError> {
    let enrolled: BTreeSet<_> = store.factors().operators().await?.into_iter().collect();
    let missing: Vec<_> = policy
        .operators()
        .filter(|operator| !operator.disabled && !enrolled.contains(&operator.name))
        .map(|operator| operator.name.to_string())
        .collect();
    Ok(notes(
        told("enrolled nothing and cannot log in", &missing, "run `juyong operator enrol NAME`").into_iter(),
    ))
}

/// A trigger or a view of somebody else may change what is written, and what is read.
async fn schema(store: &Store) -> Result<Finding, StoreError> {
    let pending = store.is_older().await?;
    let faults = store.schema_faults().await?;
    let added = faults.added.iter().map(|what| match what.split_once(' ') {
        Some((kind @ ("trigger" | "view"), name)) => {
            format!("{what} (once you know whose it is: `DROP {kind} \"{name}\"`)")
        }
        _ => what.clone(),
    });
    let added: Vec<_> = added.collect();
    let mend =
        "look who made it: every row since then is in doubt, and `juyong audit verify` says what holds";
    let mut wrong: Vec<_> =
        told("in the database that this program does not make", &added, mend).into_iter().collect();
    if pending {
        let note = "an older version wrote it: the next `juyong serve` brings it up to date";
        return Ok(if wrong.is_empty() {
            Finding::Note(note.into())
        } else {
            Finding::Wrong(wrong.concat())
        });
    }
    let others: Vec<_> = faults.altered.iter().chain(&faults.missing).cloned().collect();
    wrong.extend(told("altered or missing in the database", &others, "restore a backup"));
    Ok(if wrong.is_empty() { Finding::Fine } else { Finding::Wrong(wrong.join("; ")) })
}

/// Can an officer confirm by now what takes two persons? Factors of another hand confirm nothing for a while.
async fn confirmers(config: &Config, store: &Store, policy: &Policy) -> Result<Finding, StoreError> {
    let (after, now) = (config.lockdown.confirm_after.as_duration(), Clock::system().now());
    let mut first: Option<Timestamp> = None;
    for officer in policy.operators().filter(|operator| operator.role == Role::Security) {
        let Some(enrolled) = store.factors().find(&officer.name).await? else { continue };
        let ripe = enrolled.set_at.saturating_add(after).unwrap_or(Timestamp::MAX);
        first = Some(first.map_or(ripe, |first| first.min(ripe)));
    }
    Ok(match first {
        None => Finding::Note("no officer has factors: nobody could confirm what takes two persons".into()),
        Some(ripe) if ripe > now => {
            let from = ripe.to_zoned_datetime(config.timezone.clone()).strftime("%Y-%m-%d %H:%M:%S %:z");
            Finding::Note(format!(
                "no officer can confirm anything before {from}: others have set their factors"
            ))
        }
        Some(_) => Finding::Fine,
    })
}

/// How many, and the first of them.
fn told(what: &str, names: &[String], mend: &str) -> Option<String> {
    let shown: Vec<_> = names.iter().take(NAMED).map(String::as_str).collect();
    let more = names.len().checked_sub(NAMED).filter(|more| *more > 0);
    let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
    (!names.is_empty()).then(|| format!("{} {what} ({}{more}): {mend}", names.len(), shown.join(", ")))
}

fn notes(all: impl Iterator<Item = String>) -> Finding {
    let all: Vec<_> = all.collect();
    if all.is_empty() { Finding::Fine } else { Finding::Note(all.join("; ")) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn names_are_counted_and_bounded() {
        let names: Vec<_> = (0..100).map(|n| format!("db{n}")).collect();
        let all = told("without a host key", &names, "mend").unwrap();
        assert_eq!(all, "100 without a host key (db0, db1, db2, db3, db4 and 95 more): mend");
        assert_eq!(told("x", &["a".to_owned()], "mend").unwrap(), "1 x (a): mend");
        assert_eq!(told("x", &[], "mend"), None);
    }
}
