//! What a session knows an asset by, for whoever tries the way there without a session.

use super::connect::{self, Unreachable};
use crate::access::Services;
use crate::domain::{AssetName, LoginName};
use crate::ssh::PublicKey;
use crate::ssh::client::Credential;

/// The keys by which an asset is known. The error says why they cannot be read.
pub(crate) async fn pinned(
    services: &Services,
    asset: &AssetName,
    in_policy: &[String],
) -> Result<Vec<PublicKey>, String> {
    connect::pinned(services, asset, in_policy).await.map_err(|error| error.to_string())
}

/// What is stored for a login; `None`: nothing. The error says why it does not open.
pub(crate) async fn stored(
    services: &Services,
    asset: &AssetName,
    login: &LoginName,
) -> Result<Option<Credential>, String> {
    match connect::credential(services, asset, login).await {
        Ok(credential) => Ok(Some(credential)),
        Err(Unreachable::NoCredential) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}
