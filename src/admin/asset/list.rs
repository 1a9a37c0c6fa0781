//! Every asset of the policy, and whether the gateway knows it by a host key.

use serde::Serialize;

use super::super::error::AdminError;
use super::super::page::Page;
use crate::access::Services;
use crate::domain::{AssetName, Danger, LoginName};
use crate::policy::Asset;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssetEntry {
    pub asset: AssetName,
    pub address: String,
    pub logins: Vec<LoginName>,
    pub danger: Danger,
    /// How many it is known by: of the policy file, else those that were trusted by order.
    pub host_keys: usize,
}

pub(super) async fn list(
    services: &Services,
    after: Option<&AssetName>,
    limit: u32,
) -> Result<Page<AssetEntry, AssetName>, AdminError> {
    let standing = services.live.standing();
    let later = standing.policy.assets().filter(|asset| after.is_none_or(|after| asset.name > *after));
    let mut rows = Vec::new();
    for asset in later.take((limit as usize).saturating_add(1)) {
        rows.push(entry(services, asset).await?);
    }
    Ok(Page::cut(rows, limit, |row| row.asset.clone()))
}

async fn entry(services: &Services, asset: &Asset) -> Result<AssetEntry, AdminError> {
    let host_keys = match asset.host_keys.len() {
        0 => services.store.host_keys().trusted(&asset.name).await?.len(),
        pinned => pinned,
    };
    let (address, logins) = (asset.address.to_string(), asset.logins.clone());
    Ok(AssetEntry { asset: asset.name.clone(), address, logins, danger: asset.danger, host_keys })
}
