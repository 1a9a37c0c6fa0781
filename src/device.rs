//! The devices that are enrolled: whose each is, and how it is recognised.
//!
//! Whether one may be used now is asked of [`crate::access::live::Standing::device`].

mod pool;

use std::collections::{BTreeMap, HashMap};

use crate::domain::{Device, DeviceCredential, DeviceId, Digest, OperatorName, WireguardKey};

pub use pool::{Addresses, Exhausted, Pool, Taken};

/// Every device that was enrolled and not revoked. An id, a key and a certificate stand in it once.
#[derive(Debug, Clone, Default)]
pub struct Devices {
    by_id: BTreeMap<DeviceId, Device>,
    by_key: HashMap<WireguardKey, DeviceId>,
    by_certificate: HashMap<Digest, DeviceId>,
}

impl Devices {
    /// Adds one; in the place of what had its id.
    pub fn insert(&mut self, device: Device) {
        self.remove(&device.id);
        match &device.credential {
            DeviceCredential::Wireguard { key, .. } => drop(self.by_key.insert(*key, device.id.clone())),
            DeviceCredential::Tls { fingerprint, .. } => {
                drop(self.by_certificate.insert(*fingerprint, device.id.clone()));
            }
        }
        self.by_id.insert(device.id.clone(), device);
    }

    pub fn remove(&mut self, id: &DeviceId) -> Option<Device> {
        let device = self.by_id.remove(id)?;
        match &device.credential {
            DeviceCredential::Wireguard { key, .. } => drop(self.by_key.remove(key)),
            DeviceCredential::Tls { fingerprint, .. } => drop(self.by_certificate.remove(fingerprint)),
        }
        Some(device)
    }

    pub fn get(&self, id: &DeviceId) -> Option<&Device> {
        self.by_id.get(id)
    }

    /// The peer with this key.
    pub fn by_key(&self, key: &WireguardKey) -> Option<&Device> {
        self.by_id.get(self.by_key.get(key)?)
    }

    /// The holder of this certificate.
    pub fn by_certificate(&self, fingerprint: &Digest) -> Option<&Device> {
        self.by_id.get(self.by_certificate.get(fingerprint)?)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Device> {
        self.by_id.values()
    }

    pub fn of(&self, operator: &OperatorName) -> impl Iterator<Item = &Device> {
        self.iter().filter(move |device| device.operator == *operator)
    }
}
