//! What the database says was in force when the last gateway ended.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::Standing;
use crate::device::Devices;
use crate::lockdown::{Lockdowns, State};
use crate::policy::Policy;
use crate::store::{PAGE, Store, StoreError, WHOLE, Walk, gather};

/// Everything but the policy. What cannot be read keeps everything closed.
///
/// # Errors
/// When the database cannot be read.
pub async fn stored(store: &Store, now: Timestamp) -> Result<Standing, StoreError> {
    let disabled = gather(WHOLE, |after| store.accounts().list(after, PAGE)).await?;
    let disabled: BTreeMap<_, _> = disabled.into_iter().map(|order| (order.operator, order.reason)).collect();
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
    let mut all = Walk::new(|after| store.devices().list(None, after, PAGE));
    while let Some(rows) = all.next().await? {
        for row in rows.into_iter().filter(|row| row.revoked.is_none()) {
            devices.insert(row.device);
        }
    }
    Ok(devices)
}

/// The orders that nobody lifted, those too whose end nobody has noted yet; and what leads past them.
async fn ordered(store: &Store, now: Timestamp) -> Result<Lockdowns, StoreError> {
    let mut lockdowns = Lockdowns::default();
    let mut orders = Walk::new(|after| store.lockdowns().list(after, PAGE));
    while let Some(rows) = orders.next().await? {
        for row in rows {
            match row.state(now) {
                State::Lifted if row.period.is_some() => lockdowns.lift(&row.lockdown.id),
                _ if row.lift.is_none() && row.ended_at.is_none() => lockdowns.insert(row.lockdown),
                _ => {}
            }
        }
    }
    for row in gather(WHOLE, |after| store.permits().open(after, PAGE)).await? {
        lockdowns.permit(row.permit);
    }
    Ok(lockdowns)
}
