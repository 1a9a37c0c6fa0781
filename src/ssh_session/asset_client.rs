//! The way to an asset without a session, for who looks after assets: the same steps that a session takes.

use super::connect::{self, Unreachable, dial};
use crate::access::Services;
use crate::admin::{AssetAnswer, AssetClient, AssetKey, Unentered, Unreached, Why};
use crate::domain::{LoginName, Secret};
use crate::policy::Asset;
use crate::ssh::client::{self, ConnectError};
use crate::ssh::{PrivateKey, PublicKey};

/// Assets that speak SSH.
pub struct SshAssets;

impl AssetClient for SshAssets {
    fn check_private_key(&self, key: &Secret) -> Result<(), Why> {
        PrivateKey::parse(key).map(drop).map_err(|error| Box::new(error) as Why)
    }

    fn read_public_key(&self, line: &str) -> Result<AssetKey, Why> {
        PublicKey::parse_of_person(line).map(|key| told(&key)).map_err(|error| Box::new(error) as Why)
    }

    fn host_key<'a>(
        &'a self,
        services: &'a Services,
        asset: &'a Asset,
    ) -> AssetAnswer<'a, Result<AssetKey, Unreached>> {
        Box::pin(async move {
            let shown = client::host_key(&dial(services, asset)).await;
            shown.map(|key| told(&key)).map_err(|error| match error {
                ConnectError::Tcp(..) | ConnectError::Timeout(..) => Unreached::Silent(Box::new(error)),
                _ => Unreached::Stranger(Box::new(error)),
            })
        })
    }

    fn enter<'a>(
        &'a self,
        services: &'a Services,
        asset: &'a Asset,
        login: &'a LoginName,
    ) -> AssetAnswer<'a, Result<(), Unentered>> {
        Box::pin(enter(services, asset, login))
    }
}

fn told(key: &PublicKey) -> AssetKey {
    AssetKey { fingerprint: key.fingerprint(), line: key.line() }
}

async fn enter(services: &Services, asset: &Asset, login: &LoginName) -> Result<(), Unentered> {
    let failed = |error: Unreachable| Unentered::Failed(Box::new(error));
    let pinned = connect::pinned(services, &asset.name, &asset.host_keys).await.map_err(failed)?;
    let credential =
        connect::credential(services, &asset.name, login).await.map_err(|error| match error {
            Unreachable::NoCredential => Unentered::NothingStored,
            error => failed(error),
        })?;
    match client::connect(&dial(services, asset), &pinned, login.as_str(), &credential).await {
        Ok(_) => Ok(()),
        Err(error @ ConnectError::Credential) => Err(Unentered::Refused(Box::new(error))),
        Err(error) => Err(Unentered::Failed(Box::new(error))),
    }
}
