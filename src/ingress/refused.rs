//! What came to a way in and got no further, counted: a flood fills a row now and then, not the disk.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};

use crate::domain::{DeviceId, Via};

/// Keys that are counted apart at once.
const MOST: usize = 1024;

type Key = (Via, &'static str, Option<DeviceId>);

#[derive(Debug, Default)]
pub struct Refusals(Mutex<HashMap<Key, (SocketAddr, u64)>>);

impl Refusals {
    pub fn count(&self, via: Via, reason: &'static str, device: Option<&DeviceId>, outer: SocketAddr) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (via, reason, device.cloned());
        if counts.len() < MOST || counts.contains_key(&key) {
            let entry = counts.entry(key).or_insert((outer, 0));
            *entry = (outer, entry.1 + 1);
        }
    }

    /// What was counted since the last call.
    pub fn take(&self) -> HashMap<Key, (SocketAddr, u64)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
