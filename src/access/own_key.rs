//! A public key that somebody takes for their own account: never one that is another account's.

use super::login::refused_login;
use super::services::{Authenticated, Services};
use crate::store::{EnrolledKey, StoreError};

/// Whether this account may take the key. Whose it is otherwise is for the journal alone: who is told would learn of
/// somebody else's key.
pub(crate) async fn may_take_key(
    services: &Services,
    who: &Authenticated,
    key: &EnrolledKey,
) -> Result<bool, StoreError> {
    let factors = services.store.factors();
    let Some(owner) = factors.key_of_another(&key.fingerprint, &who.operator).await? else { return Ok(true) };
    let detail = format!("{} is enrolled for {owner}", key.fingerprint);
    refused_login(services, who.actor(), &who.origin, "key-of-another", Some(detail)).await;
    Ok(false)
}
