//! What the gateway logs in to assets with; sealed at rest, and never told.

use serde::Serialize;

use super::caller::Caller;
use super::context::Admin;
use super::error::{AdminError, AdminErrorKind};
use super::local_time::LocalTime;
use super::page::Page;
use super::say::{no, say};
use crate::access::Services;
use crate::diagnostic::suggest::near;
use crate::domain::{AssetName, LoginName, Secret};
use crate::event::Event;
use crate::policy::Policy;
use crate::store::{CredentialKind, CredentialRow, NewCredential};
use crate::vault;

#[derive(Debug, Clone)]
pub enum CredentialRequest {
    Set { place: AssetLogin, secret: CredentialSecret },
    List { after: Option<AssetLogin>, limit: u32 },
    Remove(AssetLogin),
}

/// An account on an asset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssetLogin {
    pub asset: AssetName,
    pub login: LoginName,
}

/// What is sealed.
#[derive(Debug, Clone)]
pub enum CredentialSecret {
    /// Without a passphrase.
    PrivateKey(Secret),
    Password(Secret),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum CredentialOutcome {
    Sealed(CredentialSealed),
    List(Page<CredentialEntry, AssetLogin>),
    Removed(CredentialRemoved),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CredentialSealed {
    #[serde(flatten)]
    pub place: AssetLogin,
    /// `key` or `password`.
    pub kind: &'static str,
    /// Another one was there, and is not any more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub replaced: bool,
}

/// One that is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CredentialEntry {
    #[serde(flatten)]
    pub place: AssetLogin,
    pub kind: &'static str,
    pub set: LocalTime,
    pub by: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CredentialRemoved {
    #[serde(flatten)]
    pub place: AssetLogin,
    pub removed: bool,
}

pub(super) async fn perform(
    admin: &Admin,
    caller: &Caller,
    request: CredentialRequest,
) -> Result<CredentialOutcome, AdminError> {
    Ok(match request {
        CredentialRequest::Set { place, secret } => {
            CredentialOutcome::Sealed(set(admin, caller, place, secret).await?)
        }
        CredentialRequest::List { after, limit } => {
            CredentialOutcome::List(list(&admin.services, after, limit).await?)
        }
        CredentialRequest::Remove(place) => CredentialOutcome::Removed(remove(admin, caller, place).await?),
    })
}

async fn set(
    admin: &Admin,
    caller: &Caller,
    place: AssetLogin,
    secret: CredentialSecret,
) -> Result<CredentialSealed, AdminError> {
    let services = &admin.services;
    let place = known_login(services, &services.live.standing().policy, place)?;
    let (kind, secret) = match secret {
        CredentialSecret::PrivateKey(key) => {
            admin.assets.check_private_key(&key).map_err(AdminError::invalid)?;
            (CredentialKind::Key, key)
        }
        CredentialSecret::Password(password) => (CredentialKind::Password, password),
    };
    let AssetLogin { asset, login } = &place;
    let sealed = services.vault.seal(&vault::credential_context(asset, login), &secret)?;
    let by = caller.actor().to_string();
    let row = NewCredential { asset, login, kind, sealed: &sealed, at: services.clock.now(), by: &by };
    // The journal first: nothing opens a machine without a row that tells of it.
    let kind = kind.as_str();
    let event = Event::CredentialSet { asset: asset.clone(), login: login.clone(), kind: kind.to_owned() };
    admin.journal(caller, event).await?;
    let replaced = services.store.credentials().find(asset, login).await?.is_some();
    services.store.credentials().set(&row).await?;
    Ok(CredentialSealed { place, kind, replaced })
}

/// A login that the policy gives to this asset, which has the name there whatever case it was typed in.
fn known_login(services: &Services, policy: &Policy, place: AssetLogin) -> Result<AssetLogin, AdminError> {
    let AssetLogin { asset, login } = place;
    let Some(entry) = policy.asset(asset.as_str()) else { return Err(no_asset(services, asset.as_str())) };
    if entry.logins.contains(&login) {
        return Ok(AssetLogin { asset: entry.name.clone(), login });
    }
    let error =
        no!(services, NotFound, "credential.no-login", asset = asset.as_str(), login = login.as_str());
    Err(error.mend(say!(services, "credential.mend-login")))
}

/// The policy has no asset of this name.
pub(crate) fn no_asset(services: &Services, name: &str) -> AdminError {
    let standing = services.live.standing();
    let known = standing.policy.assets().map(|asset| asset.name.as_str());
    let hint = near(services.language(), name, known);
    let text = say!(services, "credential.no-asset", asset = name, hint = hint);
    AdminError::new(AdminErrorKind::NotFound, text).mend(say!(
        services,
        "credential.mend-asset",
        asset = name
    ))
}

async fn list(
    services: &Services,
    after: Option<AssetLogin>,
    limit: u32,
) -> Result<Page<CredentialEntry, AssetLogin>, AdminError> {
    let after = after.map(|place| (place.asset, place.login));
    let rows = services.store.credentials().list(after, limit.saturating_add(1)).await?;
    let rows = rows.into_iter().map(|row| entry(services, row)).collect();
    Ok(Page::cut(rows, limit, |row: &CredentialEntry| row.place.clone()))
}

fn entry(services: &Services, row: CredentialRow) -> CredentialEntry {
    let CredentialRow { asset, login, kind, set_at, set_by } = row;
    let set = LocalTime::of(services, set_at);
    CredentialEntry { place: AssetLogin { asset, login }, kind: kind.as_str(), set, by: set_by }
}

async fn remove(admin: &Admin, caller: &Caller, place: AssetLogin) -> Result<CredentialRemoved, AdminError> {
    let services = &admin.services;
    // What the policy does not have any more can be removed all the same.
    let asset = services.live.standing().policy.asset(place.asset.as_str()).map(|entry| entry.name.clone());
    let place = AssetLogin { asset: asset.unwrap_or(place.asset), login: place.login };
    let AssetLogin { asset, login } = &place;
    if !services.store.credentials().remove(asset, login).await? {
        let (login, asset) = (login.as_str(), asset.as_str());
        return Err(no!(services, NotFound, "credential.none", login = login, asset = asset));
    }
    let event = Event::CredentialRemoved { asset: asset.clone(), login: login.clone() };
    admin.journal(caller, event).await?;
    Ok(CredentialRemoved { place, removed: true })
}
