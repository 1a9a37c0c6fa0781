//! The link between a peer's tunnel and its TCP: opened packets in, packets to be sealed out.

use std::ops::Range;

use smoltcp::phy::{Device, DeviceCapabilities, Medium, RxToken, TxToken};
use smoltcp::time::Instant;

/// The largest inner packet: what WireGuard's own tools set, for an outer path of 1500 bytes by IPv6.
pub const MTU: usize = 1420;

/// Packets, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Packets {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    taken: usize,
}

impl Packets {
    pub(super) fn push(&mut self, packet: &[u8]) {
        self.bytes.extend_from_slice(packet);
        self.ends.push(self.bytes.len());
    }

    fn write<R>(&mut self, length: usize, write: impl FnOnce(&mut [u8]) -> R) -> R {
        let from = self.bytes.len();
        self.bytes.resize(from + length, 0);
        self.ends.push(self.bytes.len());
        write(self.bytes.get_mut(from..).unwrap_or_default())
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len() - self.taken
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (self.taken..self.ends.len()).filter_map(|n| self.bytes.get(self.range(n)?))
    }

    fn range(&self, n: usize) -> Option<Range<usize>> {
        let from = n.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        Some(from..*self.ends.get(n)?)
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.taken = 0;
    }

    /// The next, or `None` and all the room again.
    fn take(&mut self) -> Option<&[u8]> {
        let Some(range) = self.range(self.taken) else {
            self.clear();
            return None;
        };
        self.taken += 1;
        self.bytes.get(range)
    }
}

/// Both directions.
#[derive(Debug, Default)]
pub(super) struct Wire {
    pub(super) inbound: Packets,
    pub(super) outbound: Packets,
}

/// TCP stops sending at this many, until they are sealed and on their way.
pub(super) const BURST: usize = 64;

impl Device for Wire {
    type RxToken<'a> = Received<'a>;
    type TxToken<'a> = Sending<'a>;

    fn receive(&mut self, _now: Instant) -> Option<(Received<'_>, Sending<'_>)> {
        let packet = self.inbound.take()?;
        Some((Received(packet), Sending(&mut self.outbound)))
    }

    fn transmit(&mut self, _now: Instant) -> Option<Sending<'_>> {
        (self.outbound.len() < BURST).then_some(Sending(&mut self.outbound))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ip;
        capabilities.max_transmission_unit = MTU;
        capabilities
    }
}

pub(super) struct Received<'a>(&'a [u8]);

impl RxToken for Received<'_> {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        read(self.0)
    }
}

pub(super) struct Sending<'a>(&'a mut Packets);

impl TxToken for Sending<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, write: F) -> R {
        self.0.write(length, write)
    }
}
