//! What the database says was in force when the last gateway ended.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::Standing;
use crate::device::Devices;
use crate::lockdown::{Lockdowns, State};
use crate::policy::Policy;
use crate::store::{Store, StoreError};

/// Everything but the policy. What cannot be read keeps everything closed.
///
/// # Errors
/// When the database cannot be read.
pub async fn stored(store: &Store, now: Timestamp) -> Result<Standing, StoreError> {
    let disabled: BTreeMap<_, _> =
        store.accounts().list().await?.into_iter().map(|order| (order.operator, order.reason)).collect();
    Ok(Standing {
        policy: Arc::new(Policy::default()),
        policy_version: 0,
        lockdowns: ordered(store, now).await?,
        disabled,
        devices: Arc::new(devices(store).await?),
        draining: false,
        killed: BTreeMap::default(),
        over: false,
    })
}

/// The devices that nobody revoked.
async fn devices(store: &Store) -> Result<Devices, StoreError> {
    let mut devices = Devices::default();
    for row in store.devices().list(None).await? {
        if row.revoked.is_none() {
            devices.insert(row.device);
        }
    }
    Ok(devices)
}

/// The orders that nobody lifted, those too whose end nobody has noted yet; and what leads past them.
async fn ordered(store: &Store, now: Timestamp) -> Result<Lockdowns, StoreError> {
    let mut lockdowns = Lockdowns::default();
    for row in store.lockdowns().list().await? {
        match row.state(now) {
            State::Lifted if row.period.is_some() => lockdowns.lift(&row.lockdown.id),
            _ if row.lift.is_none() && row.ended_at.is_none() => lockdowns.insert(row.lockdown),
            _ => {}
        }
    }
    for row in store.permits().open().await? {
        lockdowns.permit(row.permit);
    }
    Ok(lockdowns)
}
