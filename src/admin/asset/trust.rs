//! Which host key is an asset's. A key that is trusted is never replaced unless the one that goes is named.

use serde::Serialize;

use super::super::asset_client::{AssetKey, Unreached};
use super::super::caller::Caller;
use super::super::context::Admin;
use super::super::credential::no_asset;
use super::super::error::AdminError;
use super::super::say::{no, say};
use crate::access::Services;
use crate::domain::{AssetName, Tell};
use crate::event::Event;
use crate::policy::Asset;
use crate::store::TrustedHostKey;

/// The key that an asset shows, and those that are trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownKey {
    pub asset: AssetName,
    pub fingerprint: String,
    pub trusted: Vec<String>,
}

/// The key that an asset is known by now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TrustedKey {
    pub asset: AssetName,
    pub fingerprint: String,
    /// It was not known by this key before.
    pub changed: bool,
    /// The key that it was known by, of one that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaced: Option<Option<String>>,
}

/// What the administrator says of the key; see [`super::AssetRequest::Trust`].
pub(super) struct Wish {
    pub fingerprint: Option<String>,
    pub replace: Option<String>,
    pub attended: bool,
}

struct Found {
    asset: AssetName,
    key: AssetKey,
    trusted: Vec<TrustedHostKey>,
}

async fn look(admin: &Admin, asset: AssetName) -> Result<Found, AdminError> {
    let services = &admin.services;
    let standing = services.live.standing();
    let Some(entry) = standing.policy.asset(asset.as_str()) else {
        return Err(no_asset(services, asset.as_str()));
    };
    if !entry.host_keys.is_empty() {
        return Err(no!(services, Conflict, "check.in-policy", asset = asset.as_str()));
    }
    let asset = entry.name.clone(); // whatever case it was typed in
    let found = admin.assets.host_key(services, entry).await;
    let key = found.map_err(|error| no_key(services, entry, &error))?;
    Ok(Found { trusted: services.store.host_keys().trusted(&asset).await?, asset, key })
}

/// Where no key was shown, what answered instead.
fn no_key(services: &Services, entry: &Asset, error: &Unreached) -> AdminError {
    let (name, address, why) = (&entry.name, &entry.address, error.told(services.language()));
    let mend = match error {
        Unreached::Silent(_) => say!(services, "check.mend-port"),
        Unreached::Stranger(_) => say!(services, "check.mend-handshake"),
    };
    no!(services, Failed, "check.no-host-key", asset = name, address = address, error = why).mend(mend)
}

/// Changes nothing.
pub(super) async fn shown(admin: &Admin, asset: AssetName) -> Result<ShownKey, AdminError> {
    let Found { asset, key, trusted } = look(admin, asset).await?;
    let trusted = trusted.into_iter().map(|key| key.fingerprint).collect();
    Ok(ShownKey { asset, fingerprint: key.fingerprint, trusted })
}

/// Takes the key that the asset shows now.
pub(super) async fn trust(
    admin: &Admin,
    caller: &Caller,
    asset: AssetName,
    wish: Wish,
) -> Result<TrustedKey, AdminError> {
    let services = &admin.services;
    let Found { asset, key, trusted } = look(admin, asset).await?;
    let (named, shown) = (asset.to_string(), key.fingerprint.clone());
    if wish.fingerprint.as_ref().is_some_and(|expected| *expected != shown) {
        return Err(no!(services, Conflict, "hostkey.not-that", asset = named, shown = shown));
    }
    if trusted.iter().any(|old| old.fingerprint == shown) {
        return Ok(TrustedKey { asset, fingerprint: shown, changed: false, replaced: None });
    }
    let old = match replaced(&trusted, wish.replace.as_deref()) {
        Ok(old) => old.map(str::to_owned),
        Err(expected) => return Err(refuse(admin, caller, &asset, shown, expected).await?),
    };
    if wish.attended && wish.fingerprint.is_none() {
        return Err(no!(services, Refused, "hostkey.say-which", asset = named, shown = shown));
    }
    put(admin, caller, &asset, key, old.as_deref()).await?;
    Ok(TrustedKey { asset, fingerprint: shown, changed: true, replaced: Some(old) })
}

/// The key that goes, if one does. `Err`: what is trusted stays, since it was not named.
fn replaced<'a>(trusted: &'a [TrustedHostKey], named: Option<&str>) -> Result<Option<&'a str>, Vec<String>> {
    if trusted.is_empty() && named.is_none() {
        return Ok(None);
    }
    let old = trusted.iter().find(|key| named == Some(key.fingerprint.as_str()));
    let all = || trusted.iter().map(|key| key.fingerprint.clone()).collect();
    old.map(|key| Some(key.fingerprint.as_str())).ok_or_else(all)
}

/// A key that changed is told with both fingerprints, and so is the journal.
async fn refuse(
    admin: &Admin,
    caller: &Caller,
    asset: &AssetName,
    shown: String,
    expected: Vec<String>,
) -> Result<AdminError, AdminError> {
    let (services, named) = (&admin.services, asset.to_string());
    let Some(old) = expected.first().cloned() else {
        return Ok(no!(services, Invalid, "hostkey.nothing-to-replace", asset = named, shown = shown));
    };
    let error = no!(services, Conflict, "hostkey.changed", asset = named, shown = shown, old = old);
    let event = Event::HostKeyRefused { asset: asset.clone(), fingerprint: shown, expected };
    admin.journal(caller, event).await?;
    Ok(error)
}

async fn put(
    admin: &Admin,
    caller: &Caller,
    asset: &AssetName,
    key: AssetKey,
    old: Option<&str>,
) -> Result<(), AdminError> {
    let AssetKey { fingerprint, line } = key;
    let how = match old {
        Some(old) => format!("asset trust, in place of {old}"),
        None => "asset trust".to_owned(),
    };
    let event =
        Event::HostKeyTrusted { asset: asset.clone(), fingerprint: fingerprint.clone(), how: how.clone() };
    admin.journal(caller, event).await?;
    let keys = admin.services.store.host_keys();
    // What was trusted before is not trusted any more: this order says which key is the asset's.
    for old in keys.trusted(asset).await? {
        keys.distrust(asset, &old.fingerprint).await?;
    }
    let (at, by) = (admin.services.clock.now(), caller.actor().to_string());
    keys.trust(asset, &TrustedHostKey { fingerprint, line, how, at, by }).await?;
    Ok(())
}
