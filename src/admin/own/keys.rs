//! One's own public keys.

use serde::Serialize;

use super::super::attest;
use super::super::context::Admin;
use super::super::error::AdminError;
use super::super::say::no;
use super::change::{FreshProof, gone, keep, nothing, of, prove};
use super::told::OwnChanged;
use crate::access::own_key::may_take_key;
use crate::access::{Authenticated, attestation};
use crate::auth::attestation::KeyMake;
use crate::domain::Secret;
use crate::store::{EnrolledKey, OwnChange};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnKey {
    pub fingerprint: String,
    /// `ssh-ed25519`
    pub kind: String,
    /// This login proved it.
    pub in_use: bool,
    /// Whose make it is, where its maker was asked.
    #[serde(flatten)]
    pub make: Option<KeyMake>,
}

/// A key that somebody takes for their own account.
#[derive(Debug, Clone)]
pub struct NewOwnKey {
    /// As in `id_ed25519.pub`.
    pub line: Secret,
    /// What its maker says of it.
    pub attestation: Option<Secret>,
}

pub(super) async fn list(admin: &Admin, who: &Authenticated) -> Result<Vec<OwnKey>, AdminError> {
    let enrolled = admin.services.store.factors().find(who.operator()).await?;
    let keys = enrolled.map(|enrolled| enrolled.public_keys).unwrap_or_default();
    let told = |key: EnrolledKey| OwnKey {
        in_use: who.proven_key() == Some(key.fingerprint.as_str()),
        kind: key.line.split(' ').next().unwrap_or_default().to_owned(),
        fingerprint: key.fingerprint,
        make: key.make,
    };
    Ok(keys.into_iter().map(told).collect())
}

pub(super) async fn add(
    admin: &Admin,
    who: &Authenticated,
    NewOwnKey { line, attestation: statement }: NewOwnKey,
    proof: FreshProof,
) -> Result<OwnChanged, AdminError> {
    let (services, name) = (&admin.services, who.operator());
    let read = admin.assets.read_public_key(line.expose_str().unwrap_or_default());
    let key = read.map_err(AdminError::invalid)?;
    let (key, fingerprint) = (EnrolledKey::new(key.fingerprint.clone(), key.line), key.fingerprint);
    let enrolled = of(services, who).await?;
    if enrolled.public_keys.iter().any(|known| known.fingerprint == key.fingerprint) {
        return Err(no!(services, Conflict, "own.key-known", key = &key.fingerprint));
    }
    // Before the proof: a key that is not taken costs no code.
    let key = match attestation::attested(services, name, key, statement.as_ref()).await {
        Ok(key) => key,
        Err(error) => {
            attestation::journal_unattested(services, who, &error, &fingerprint).await;
            return Err(attest::told(services, name, &error));
        }
    };
    prove(services, who, &enrolled, (proof, "keys add")).await?;
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
    let mut left = enrolled.clone();
    left.public_keys.retain(|key| key.fingerprint != fingerprint);
    if !asked.lacking(left.kinds()).is_empty() {
        return Err(no!(services, Conflict, "own.last-key"));
    }
    let least = u32::from(!asked.lacking(enrolled.kinds().without_keys()).is_empty());
    prove(services, who, &enrolled, (proof, "keys remove")).await?;
    let change =
        OwnChange { remove_key: Some((&fingerprint, least)), ..nothing(services, who, enrolled.changed_at) };
    let about = ("key-removed", Some(fingerprint.as_str()));
    keep(admin, who, &change, about).await?.ok_or_else(|| no!(services, Conflict, "own.last-key"))
}
