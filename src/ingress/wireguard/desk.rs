//! Sorts what comes in: to whom each datagram goes, and which gets no further.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::context::Context;
use super::gate::PacketGate;
use super::handshake::{self, HandshakeCheck, HandshakeLimiter};
use super::peer::Peer;
use super::peers::Peers;
use super::socket::{Datagram, LONGEST, Room};
use crate::device::Addresses;
use crate::domain::{DeviceCredential, Via};

/// Sorts datagrams: to whom each goes, and which get no further.
pub(super) struct Desk {
    pub(super) context: Arc<Context>,
    pub(super) peers: Arc<Peers>,
    pub(super) limiter: Mutex<HandshakeLimiter>,
}

impl Desk {
    pub(super) async fn receive(self: Arc<Self>, socket: usize, asking: mpsc::Sender<Datagram>) {
        let Some(socket) = self.context.sockets.get(socket) else { return };
        let mut room = Room::new();
        loop {
            let sort = |datagram| self.sort(datagram, &asking);
            if let Err(error) = socket.receive(&mut room, sort).await {
                tracing::warn!(%error, "datagrams could not be received");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }

    fn sort(&self, datagram: Datagram, asking: &mpsc::Sender<Datagram>) {
        let path = datagram.path;
        let sorted = match kind(&datagram.bytes) {
            Some(Kind::Initiation) => self.ask(datagram, asking),
            Some(Kind::Of(index)) => self.peers.deliver(index, datagram),
            None => Err("datagram-malformed"),
        };
        if let Err(reason) = sorted {
            self.context.refusals.count(Via::Tunnel, reason, None, path.remote);
        }
    }

    /// A handshake that may be looked at waits for its turn: data does not wait behind it.
    fn ask(&self, datagram: Datagram, asking: &mpsc::Sender<Datagram>) -> Result<(), &'static str> {
        let path = datagram.path;
        match self.limiter().ask(&datagram.bytes, path.remote.ip(), Instant::now()) {
            HandshakeCheck::Passed => asking.try_send(datagram).map_err(|_| "handshake-load"),
            HandshakeCheck::Dropped(reason) => Err(reason),
            HandshakeCheck::Cookie(cookie) => {
                self.context.answer(&cookie, &path);
                Err("handshake-load")
            }
        }
    }

    /// The limiter's counters are whole between any two statements, so a poisoned lock is still good.
    fn limiter(&self) -> MutexGuard<'_, HandshakeLimiter> {
        self.limiter.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Finds whose each handshake is. Only a device that may be used now gets to answer.
    pub(super) async fn introduce(self: Arc<Self>, mut asked: mpsc::Receiver<Datagram>) {
        let mut tasks = JoinSet::new();
        while let Some(datagram) = asked.recv().await {
            while tasks.try_join_next().is_some() {}
            self.introduce_one(datagram, &mut tasks);
            tokio::task::yield_now().await; // each takes a key agreement's time
        }
    }

    fn introduce_one(&self, datagram: Datagram, tasks: &mut JoinSet<()>) {
        let (context, path) = (&self.context, datagram.path);
        let refuse = |reason, device| context.refusals.count(Via::Tunnel, reason, device, path.remote);
        let Some(key) = handshake::who(&context.identity, &datagram.bytes) else {
            return refuse("handshake-forged", None);
        };
        let standing = context.live.standing();
        let Some(device) = standing.devices.by_key(&key) else {
            return refuse("device-unknown", None);
        };
        if let Err(refused) = standing.device(&device.id, context.clock.decisive()) {
            return refuse(refused.as_str(), Some(&device.id));
        }
        if let Some(datagram) = self.peers.deliver_to(&device.id, datagram)
            && let DeviceCredential::Wireguard { v4, v6, .. } = device.credential
            && let Ok(place) = self.peers.add(&device.id, datagram)
        {
            let gate = PacketGate {
                own: context.settings.own,
                port: context.settings.port,
                peer: Addresses { v4, v6 },
            };
            let peer = Peer::new(Arc::clone(context), device, &key, gate, place.index());
            tasks.spawn(peer.run(place));
        }
    }
}

/// What a datagram is by its first bytes (the paper, §5.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The first message of a handshake, which names nobody in the clear.
    Initiation,
    /// Any other message: to the peer with this index.
    Of(u32),
}

pub(super) fn kind(datagram: &[u8]) -> Option<Kind> {
    let word = |at: usize| {
        datagram.get(at..).and_then(<[u8]>::first_chunk).map(|bytes: &[u8; 4]| u32::from_le_bytes(*bytes))
    };
    match (word(0)?, datagram.len()) {
        (1, 148) => Some(Kind::Initiation),
        (2, 92) => word(8).map(|receiver| Kind::Of(receiver >> 8)),
        (3, 64) | (4, 32..=LONGEST) => word(4).map(|receiver| Kind::Of(receiver >> 8)),
        _ => None,
    }
}
