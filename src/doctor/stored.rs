//! What the database holds beside the policy: what is in force, and what somebody would trip over at their first
//! login.

use std::collections::BTreeSet;

use super::accounts;
use super::finding::Finding;
use super::people::policy_of;
use super::told::{joined, named, notes, told};
use crate::admin;
use crate::config::{Config, Database};
use crate::domain::Tell;
use crate::journal::NamedKey;
use crate::policy::{self, Asset, Policy, SourceFile, Trust};
use crate::store::{PAGE, PolicyFiles, Store, StoreError, WHOLE, gather};

pub(super) async fn findings(config: &Config) -> Vec<(&'static str, Finding)> {
    let Database::Sqlite(file) = &config.database;
    if !file.exists() {
        return vec![("policy", Finding::Note(told!(config, "doctor.nothing-served")))];
    }
    match read(config, file).await {
        Ok(found) => found,
        Err(error) => vec![("database", Finding::Wrong(error.told(config.language)))],
    }
}

async fn read(config: &Config, file: &std::path::Path) -> Result<Vec<(&'static str, Finding)>, StoreError> {
    let store = Store::look(file).await?;
    let in_force = store.policies().in_force().await?;
    let mut found =
        vec![("policy", drift(config, in_force.as_ref())), ("database", schema(config, &store).await?)];
    let master = config.data_dir.join("master.key");
    if store.holds_sealed().await? && !master.exists() {
        found.push(("master.key", Finding::Wrong(told!(config, "doctor.no-master"))));
    }
    if let Some(policy) = in_force.and_then(|version| loaded(config, version)).or_else(|| policy_of(config)) {
        found.push(("assets", assets(config, &store, &policy).await?));
        found.extend(accounts::findings(config, &store, policy).await?);
    }
    found.push(("log", signed(config, &store).await?));
    store.close().await;
    Ok(found)
}

/// Which key the evidence is believed by, to be compared with what was written down.
async fn signed(config: &Config, store: &Store) -> Result<Finding, StoreError> {
    let keys = NamedKey::first_and_current(store).await?;
    Ok(keys
        .map_or(Finding::Fine, |(first, _)| Finding::Note(told!(config, "doctor.log-key", key = first.key))))
}

fn drift(config: &Config, in_force: Option<&PolicyFiles>) -> Finding {
    let Some(PolicyFiles { version, files }) = in_force else {
        return Finding::Note(told!(config, "doctor.none-in-force"));
    };
    admin::differs(config, version.version, files).map_or(Finding::Fine, Finding::Note)
}

fn loaded(config: &Config, version: PolicyFiles) -> Option<Policy> {
    let files: Vec<_> = version.files.into_iter().map(|(path, text)| SourceFile { path, text }).collect();
    policy::load(&files, &config.timezone).ok()
}

async fn assets(config: &Config, store: &Store, policy: &Policy) -> Result<Finding, StoreError> {
    let stored = gather(WHOLE, |after| store.credentials().list(after, PAGE)).await?;
    let stored: BTreeSet<_> = stored.into_iter().map(|row| (row.asset, row.login)).collect();
    let (mut unknown, mut closed) = (Vec::new(), Vec::new());
    for asset in policy.assets() {
        if !is_known(store, asset).await? {
            unknown.push(asset.name.to_string());
        }
        let logins =
            asset.logins.iter().filter(|login| !stored.contains(&(asset.name.clone(), (*login).clone())));
        closed.extend(logins.map(|login| format!("{login}@{}", asset.name)));
    }
    let keys = named(config, "doctor.no-host-key", &unknown);
    let credentials = named(config, "doctor.no-credential", &closed);
    Ok(notes(config, keys.into_iter().chain(credentials)))
}

async fn is_known(store: &Store, asset: &Asset) -> Result<bool, StoreError> {
    if asset.trust == Trust::FirstUse || !asset.host_keys.is_empty() {
        return Ok(true);
    }
    Ok(!store.host_keys().trusted(&asset.name).await?.is_empty())
}

/// A trigger or a view of somebody else may change what is written, and what is read.
async fn schema(config: &Config, store: &Store) -> Result<Finding, StoreError> {
    let pending = store.is_older().await?;
    let faults = store.schema_faults().await?;
    let added = faults.added.iter().map(|what| match what.split_once(' ') {
        Some((kind @ ("trigger" | "view"), name)) => {
            told!(config, "doctor.drop", what = what.as_str(), kind = kind, name = name)
        }
        _ => what.clone(),
    });
    let added: Vec<_> = added.collect();
    let mut wrong: Vec<_> = named(config, "doctor.schema-added", &added).into_iter().collect();
    if pending {
        return Ok(if wrong.is_empty() {
            Finding::Note(told!(config, "doctor.older"))
        } else {
            Finding::Wrong(wrong.concat())
        });
    }
    let others: Vec<_> = faults.altered.iter().chain(&faults.missing).cloned().collect();
    wrong.extend(named(config, "doctor.schema-altered", &others));
    Ok(if wrong.is_empty() { Finding::Fine } else { Finding::Wrong(joined(config, &wrong)) })
}
