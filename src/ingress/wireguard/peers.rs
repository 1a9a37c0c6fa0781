//! The peers that have been heard of since they were enrolled: by the index that stands in what they send, and by
//! device.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc;

use super::socket::Datagram;
use crate::domain::DeviceId;
use crate::platform::random;

/// Datagrams that wait for a peer's task. A burst of what TCP may have under way.
const INBOX: usize = 1024;

/// An index has 24 bits; the library keeps 8 for the sessions of one peer.
const INDEX: u32 = 0x00ff_ffff;

#[derive(Default)]
pub(super) struct Peers(Mutex<Table>);

#[derive(Default)]
struct Table {
    inboxes: HashMap<u32, mpsc::Sender<Datagram>>,
    by_device: HashMap<DeviceId, u32>,
}

/// A peer's place in the table, with what arrives for it; given up when dropped, however its task ends.
pub(super) struct Place {
    index: u32,
    device: DeviceId,
    pub(super) inbox: mpsc::Receiver<Datagram>,
    peers: Arc<Peers>,
}

impl Peers {
    /// Two maps of owned values; where a panic left one behind, its datagrams find nobody.
    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// # Errors
    /// Nobody has this index, or it has more to do than it can; in a fixed word.
    pub(super) fn deliver(&self, index: u32, datagram: Datagram) -> Result<(), &'static str> {
        let table = self.lock();
        let inbox = table.inboxes.get(&index).ok_or("data-without-session")?;
        inbox.try_send(datagram).map_err(|_| "data-load")
    }

    /// Gives the datagram back where this device has no task yet.
    pub(super) fn deliver_to(&self, device: &DeviceId, datagram: Datagram) -> Option<Datagram> {
        let table = self.lock();
        let Some(inbox) = table.by_device.get(device).and_then(|index| table.inboxes.get(index)) else {
            return Some(datagram);
        };
        let _ = inbox.try_send(datagram); // full: the peer asks again
        None
    }

    /// A place for a device that has none, with its first datagram.
    ///
    /// # Errors
    /// When there is no chance to draw an index by.
    pub(super) fn add(
        self: &Arc<Self>,
        device: &DeviceId,
        first: Datagram,
    ) -> Result<Place, random::RandomError> {
        let (sender, inbox) = mpsc::channel(INBOX);
        let _ = sender.try_send(first); // it is empty
        let mut table = self.lock();
        let index = loop {
            let index = u32::try_from(random::bits()? >> 40).unwrap_or(0) & INDEX;
            if !table.inboxes.contains_key(&index) {
                break index;
            }
        };
        table.inboxes.insert(index, sender);
        table.by_device.insert(device.clone(), index);
        Ok(Place { index, device: device.clone(), inbox, peers: Arc::clone(self) })
    }
}

impl Place {
    pub(super) fn index(&self) -> u32 {
        self.index
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut table = self.peers.lock();
        table.inboxes.remove(&self.index);
        table.by_device.remove(&self.device);
    }
}
