//! Which host key is an asset's. A key that is trusted is never replaced unless the one that goes is named.

use rust_i18n::t;

use super::super::out::Out;
use super::super::run::{Caller, Failure};
use super::super::say::fail;
use super::super::secrets::known;
use crate::access::Services;
use crate::domain::AssetName;
use crate::event::Event;
use crate::ssh::{PublicKey, client};
use crate::ssh_session;
use crate::store::HostKey;

/// What the administrator says of the key.
pub(super) struct Wish<'a> {
    /// It has to be this one.
    pub(super) fingerprint: Option<&'a str>,
    /// It may take the place of this one.
    pub(super) replace: Option<&'a str>,
}

/// The key that the asset shows now, and those that are trusted.
struct Shown {
    asset: AssetName,
    key: PublicKey,
    trusted: Vec<HostKey>,
}

async fn look(services: &Services, name: &str) -> Result<Shown, Failure> {
    let standing = services.live.standing();
    let asset = known(services, &standing.policy, name)?;
    let Some(entry) = standing.policy.asset(asset.as_str()) else {
        return Err(fail!(services, "credential.no-asset", asset = asset.as_str()));
    };
    if !entry.host_keys.is_empty() {
        return Err(fail!(services, "check.in-policy", asset = asset.as_str()));
    }
    let key = client::host_key(&ssh_session::dial(services, entry)).await?;
    Ok(Shown { trusted: services.store.host_keys().trusted(&asset).await?, asset, key })
}

/// Shows the key, and changes nothing.
pub(super) async fn show(services: &Services, name: &str, out: &Out) -> Result<(), Failure> {
    let Shown { asset, key, trusted } = look(services, name).await?;
    let (shown, tag) = (key.fingerprint(), services.language().tag());
    let trusted: Vec<_> = trusted.into_iter().map(|key| key.fingerprint).collect();
    let object = serde_json::json!({ "asset": asset, "fingerprint": shown, "trusted": trusted });
    let text = || {
        let asset = asset.to_string();
        match trusted.first() {
            _ if trusted.contains(&shown) => {
                t!("hostkey.shows-trusted", locale = tag, asset = asset, shown = shown)
            }
            None => t!("hostkey.shows-new", locale = tag, asset = asset, shown = shown),
            Some(old) => t!("hostkey.shows-other", locale = tag, asset = asset, shown = shown, old = old),
        }
        .into_owned()
    };
    Ok(out.record(&object, text).await?)
}

/// Takes the key that the asset shows now. Where somebody sits at a terminal, they say which one they compared.
pub(super) async fn trust(
    services: &Services,
    caller: &Caller,
    name: &str,
    wish: &Wish<'_>,
    terminal: bool,
    out: &Out,
) -> Result<(), Failure> {
    let Shown { asset, key, trusted } = look(services, name).await?;
    let shown = key.fingerprint();
    let (tag, named) = (services.language().tag(), asset.to_string());
    if wish.fingerprint.is_some_and(|expected| expected != shown) {
        return Err(Failure(t!("hostkey.not-that", locale = tag, asset = named, shown = shown).into_owned()));
    }
    if trusted.iter().any(|old| old.fingerprint == shown) {
        let object = serde_json::json!({ "asset": asset, "fingerprint": shown, "changed": false });
        let text = || t!("hostkey.trusted-already", locale = tag, asset = named, shown = shown).into_owned();
        return Ok(out.record(&object, text).await?);
    }
    let old = replaced(&trusted, wish.replace);
    let old = match old {
        Ok(old) => old,
        Err(expected) => return Err(refuse(services, caller, &asset, &shown, expected).await?),
    };
    if terminal && wish.fingerprint.is_none() {
        return Err(Failure(
            t!("hostkey.say-which", locale = tag, asset = named, shown = shown).into_owned(),
        ));
    }
    put(services, caller, &asset, &key, old).await?;
    let object =
        serde_json::json!({ "asset": asset, "fingerprint": shown, "changed": true, "replaced": old });
    let text = || match old {
        Some(old) => {
            t!("hostkey.replaced", locale = tag, asset = named, shown = shown, old = old).into_owned()
        }
        None => t!("hostkey.trusted", locale = tag, asset = named, shown = shown).into_owned(),
    };
    Ok(out.record(&object, text).await?)
}

/// The key that goes, if one does. `Err`: what is trusted stays, since it was not named.
fn replaced<'a>(trusted: &'a [HostKey], named: Option<&str>) -> Result<Option<&'a str>, Vec<String>> {
    if trusted.is_empty() && named.is_none() {
        return Ok(None);
    }
    let old = trusted.iter().find(|key| named == Some(key.fingerprint.as_str()));
    let all = || trusted.iter().map(|key| key.fingerprint.clone()).collect();
    old.map(|key| Some(key.fingerprint.as_str())).ok_or_else(all)
}

/// A key that changed is told with both fingerprints, and so is the journal.
async fn refuse(
    services: &Services,
    caller: &Caller,
    asset: &AssetName,
    shown: &str,
    expected: Vec<String>,
) -> Result<Failure, Failure> {
    let (tag, named) = (services.language().tag(), asset.to_string());
    let Some(old) = expected.first().cloned() else {
        let text = t!("hostkey.nothing-to-replace", locale = tag, asset = named, shown = shown);
        return Ok(Failure(text.into_owned()));
    };
    let event = Event::HostKeyRefused { asset: asset.clone(), fingerprint: shown.to_owned(), expected };
    services.journal(caller.actor(), caller.origin(), event).await?;
    Ok(Failure(t!("hostkey.changed", locale = tag, asset = named, shown = shown, old = old).into_owned()))
}

async fn put(
    services: &Services,
    caller: &Caller,
    asset: &AssetName,
    key: &PublicKey,
    old: Option<&str>,
) -> Result<(), Failure> {
    let (fingerprint, by) = (key.fingerprint(), caller.actor().to_string());
    let how = match old {
        Some(old) => format!("asset trust, in place of {old}"),
        None => "asset trust".to_owned(),
    };
    let event =
        Event::HostKeyTrusted { asset: asset.clone(), fingerprint: fingerprint.clone(), how: how.clone() };
    services.journal(caller.actor(), caller.origin(), event).await?;
    let keys = services.store.host_keys();
    // What was trusted before is not trusted any more: this order says which key is the asset's.
    for old in keys.trusted(asset).await? {
        keys.distrust(asset, &old.fingerprint).await?;
    }
    keys.trust(asset, &HostKey { fingerprint, line: key.line(), how, at: services.clock.now(), by }).await?;
    Ok(())
}
