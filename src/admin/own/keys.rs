//! One's own public keys.

use serde::Serialize;

use super::super::context::Admin;
use super::super::error::AdminError;
use super::super::say::no;
use super::change::{FreshProof, gone, keep, nothing, of, prove};
use super::told::OwnChanged;
use crate::access::Authenticated;
use crate::access::own_key::may_take_key;
use crate::domain::Secret;
use crate::store::{EnrolledKey, OwnChange};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnKey {
    pub fingerprint: String,
    /// `ssh-ed25519`
    pub kind: String,
    /// This login proved it.
    pub in_use: bool,
}

pub(super) async fn list(admin: &Admin, who: &Authenticated) -> Result<Vec<OwnKey>, AdminError> {
    let enrolled = admin.services.store.factors().find(who.operator()).await?;
    let keys = enrolled.map(|enrolled| enrolled.public_keys).unwrap_or_default();
    let told = |key: EnrolledKey| OwnKey {
        in_use: who.proven_key() == Some(key.fingerprint.as_str()),
        kind: key.line.split(' ').next().unwrap_or_default().to_owned(),
        fingerprint: key.fingerprint,
    };
    Ok(keys.into_iter().map(told).collect())
}

pub(super) async fn add(
    admin: &Admin,
    who: &Authenticated,
    line: &Secret,
    proof: FreshProof,
) -> Result<OwnChanged, AdminError> {
    let services = &admin.services;
    let read = admin.assets.read_public_key(line.expose_str().unwrap_or_default());
    let key = read.map_err(AdminError::invalid)?;
    let key = EnrolledKey { fingerprint: key.fingerprint, line: key.line };
    let enrolled = of(services, who).await?;
    if enrolled.public_keys.iter().any(|known| known.fingerprint == key.fingerprint) {
        return Err(no!(services, Conflict, "own.key-known", key = &key.fingerprint));
    }
    prove(services, who, proof, "keys add").await?;
    if !may_take_key(services, who, &key).await? {
        return Err(no!(services, Refused, "own.key-not-taken"));
    }
    let change = OwnChange { add_key: Some(&key), ..nothing(services, who, enrolled.changed_at) };
    let about = ("key-added", Some(key.fingerprint.as_str()));
    keep(admin, who, &change, about).await?.ok_or_else(|| gone(services))
}

/// The last key of an account that cannot log in without one stays.
pub(super) async fn remove(
    admin: &Admin,
    who: &Authenticated,
    fingerprint: String,
    proof: FreshProof,
) -> Result<OwnChanged, AdminError> {
    let services = &admin.services;
    let enrolled = of(services, who).await?;
    let found = enrolled.public_keys.iter().find(|key| key.fingerprint == fingerprint);
    let none = || no!(services, NotFound, "own.no-key", key = &fingerprint);
    let fingerprint = found.map(|key| key.fingerprint.clone()).ok_or_else(none)?;
    let standing = services.live.standing();
    let own = standing.policy.operator(who.operator().as_str()).and_then(|account| account.factors.as_ref());
    let asked = own.unwrap_or(&services.config.auth.factors);
    let kinds = enrolled.kinds().without_keys();
    let least = u32::from(!asked.lacking(kinds).is_empty());
    if least >= u32::try_from(enrolled.public_keys.len()).unwrap_or(u32::MAX) {
        return Err(no!(services, Conflict, "own.last-key"));
    }
    prove(services, who, proof, "keys remove").await?;
    let change =
        OwnChange { remove_key: Some((&fingerprint, least)), ..nothing(services, who, enrolled.changed_at) };
    let about = ("key-removed", Some(fingerprint.as_str()));
    keep(admin, who, &change, about).await?.ok_or_else(|| no!(services, Conflict, "own.last-key"))
}
