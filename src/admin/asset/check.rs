//! The way to an asset, a step after the other, as a session would take it. A credential goes to nobody whose key is not
//! trusted.

use serde::Serialize;

use super::super::asset_client::{AssetKey, Unentered, Unreached};
use super::super::caller::Caller;
use super::super::context::Admin;
use super::super::credential::no_asset;
use super::super::error::AdminError;
use super::super::say::{no, say};
use crate::access::Services;
use crate::domain::{AssetName, LoginName, Tell};
use crate::event::Event;
use crate::policy::Asset;

/// What each step came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssetChecked {
    pub asset: AssetName,
    pub steps: Vec<AssetStep>,
}

impl AssetChecked {
    /// How many of the steps failed.
    pub fn failed(&self) -> usize {
        self.steps.iter().filter(|step| !step.ok).count()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssetStep {
    pub asset: AssetName,
    /// `port`, `handshake`, `host key` or `credential`.
    pub check: &'static str,
    /// Whose credential.
    pub login: Option<LoginName>,
    pub ok: bool,
    pub detail: String,
}

pub(super) async fn check(
    admin: &Admin,
    caller: &Caller,
    asset: AssetName,
    login: Option<LoginName>,
) -> Result<AssetChecked, AdminError> {
    let services = &admin.services;
    let standing = services.live.standing();
    let Some(entry) = standing.policy.asset(asset.as_str()) else {
        return Err(no_asset(services, asset.as_str()));
    };
    let logins = match login {
        None => entry.logins.clone(),
        Some(login) if entry.logins.contains(&login) => vec![login],
        Some(login) => return Err(no_login(services, entry, &login)),
    };
    let mut checked = AssetChecked { asset: entry.name.clone(), steps: Vec::new() };
    if reached(admin, caller, entry, &mut checked).await? {
        for login in logins {
            let found = enter(admin, entry, &login).await;
            checked.note("credential", Some(login), found);
        }
    }
    Ok(checked)
}

impl AssetChecked {
    /// Whether it holds.
    fn note(&mut self, check: &'static str, login: Option<LoginName>, found: Result<String, String>) -> bool {
        let ok = found.is_ok();
        let (Ok(detail) | Err(detail)) = found;
        self.steps.push(AssetStep { asset: self.asset.clone(), check, login, ok, detail });
        ok
    }
}

fn no_login(services: &Services, entry: &Asset, login: &LoginName) -> AdminError {
    let logins = entry.logins.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let (asset, login) = (entry.name.as_str(), login.as_str());
    no!(services, NotFound, "check.no-login", asset = asset, login = login, logins = logins)
}

/// Port and host key. False where it ends here.
async fn reached(
    admin: &Admin,
    caller: &Caller,
    entry: &Asset,
    checked: &mut AssetChecked,
) -> Result<bool, AdminError> {
    let services = &admin.services;
    let key = match admin.assets.host_key(services, entry).await {
        Ok(key) => key,
        Err(error) => {
            let (step, mend) = match &error {
                Unreached::Silent(_) => ("port", say!(services, "check.mend-port")),
                Unreached::Stranger(_) => ("handshake", say!(services, "check.mend-handshake")),
            };
            checked.note(step, None, Err(AdminError::failed(error).mend(mend).told(services.language())));
            return Ok(false);
        }
    };
    checked.note("port", None, Ok(say!(services, "check.answers", place = entry.address.to_string())));
    let found = known(admin, caller, entry, key).await?;
    Ok(checked.note("host key", None, found))
}

/// Whether the key that it shows is one that it is known by; another is journaled.
async fn known(
    admin: &Admin,
    caller: &Caller,
    entry: &Asset,
    key: AssetKey,
) -> Result<Result<String, String>, AdminError> {
    let (services, name) = (&admin.services, &entry.name);
    let pinned = pinned(admin, entry).await?;
    if pinned.contains(&key) {
        return Ok(Ok(key.fingerprint));
    }
    let shown = key.fingerprint;
    let Some(old) = pinned.first().map(|old| old.fingerprint.clone()) else {
        return Ok(Err(say!(services, "check.no-key", shown = shown, asset = name.as_str())));
    };
    let told = say!(services, "check.other-key", shown = shown, old = old);
    let expected = pinned.into_iter().map(|key| key.fingerprint).collect();
    let event = Event::HostKeyRefused { asset: name.clone(), fingerprint: shown, expected };
    admin.journal(caller, event).await?;
    Ok(Err(told))
}

/// The keys by which this asset is known: those of the policy file, else those that were trusted by order.
async fn pinned(admin: &Admin, entry: &Asset) -> Result<Vec<AssetKey>, AdminError> {
    let lines = match entry.host_keys.as_slice() {
        [] => {
            let trusted = admin.services.store.host_keys().trusted(&entry.name).await?;
            trusted.into_iter().map(|key| key.line).collect()
        }
        lines => lines.to_vec(),
    };
    lines.iter().map(|line| admin.assets.read_public_key(line).map_err(AdminError::failed)).collect()
}

async fn enter(admin: &Admin, entry: &Asset, login: &LoginName) -> Result<String, String> {
    let services = &admin.services;
    let (asset, name) = (entry.name.as_str(), login.as_str());
    admin.assets.enter(services, entry, login).await.map_err(|error| match error {
        Unentered::NothingStored => say!(services, "check.none-stored", asset = asset, login = name),
        Unentered::Refused(error) => {
            say!(
                services,
                "check.set-right",
                error = error.told(services.language()),
                asset = asset,
                login = name
            )
        }
        Unentered::Failed(error) => error.told(services.language()),
    })?;
    Ok(say!(services, "check.in"))
}
