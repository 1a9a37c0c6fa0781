//! WireGuard, ended inside of this process: UDP on one side, connections to the login on the other, and nothing
//! that leads anywhere else. No interface of the host, no route, no privilege.
//!
//! A datagram goes `socket` → `handshake` or `peers` → `peer` → `tunnel` (its keys) → `gate` (what may pass) →
//! `stack` (its TCP) → `stream`, and back as a `burst`. Each peer is a task of its own.
//!
//! `boringtun` without its device: small, synchronous, and it asks for cookies by what all senders ask together,
//! where others count each address alone. `smoltcp` itself, an interface a peer, so that peers share nothing.

mod burst;
mod dated;
mod gate;
mod handshake;
mod moves;
mod peer;
mod peers;
mod socket;
mod stack;
mod stream;
mod tunnel;
mod window;
mod wire;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::access::live::Live;
use crate::device::Addresses;
use crate::domain::{Credential, Origin, Via};
use crate::ingress::{Refusals, unheard};
use crate::journal::Journal;
use crate::platform::clock::Clock;
use peer::Peer;
use peers::Peers;
use socket::{Datagram, LONGEST, Path, Room, Socket};

pub use burst::Burst;
pub use gate::{Dropped, Gate, Passage, Segment};
pub use handshake::{Asked, Door};
pub use stream::Stream;
pub use tunnel::{Identity, Opened, Tunnel};

/// The largest inner packet: what WireGuard's own tools set, for an outer path of 1500 bytes by IPv6.
pub const MTU: usize = 1420;

/// Handshakes that wait to be looked at, and connections that wait to be served; more are dropped.
const WAITING: usize = 1024;

/// What a tunnel ends at.
#[derive(Debug, Clone)]
pub struct Settings {
    pub addresses: Vec<SocketAddr>,
    /// The gateway's own addresses inside, and where the login answers there.
    pub own: Addresses,
    pub port: u16,
}

/// What every peer needs of the gateway.
struct Context {
    settings: Settings,
    identity: Identity,
    sockets: Vec<Socket>,
    live: Live,
    clock: Clock,
    journal: Journal,
    refusals: Arc<Refusals>,
    opened: mpsc::Sender<(Stream, Origin)>,
}

/// Open sockets, not served yet.
pub struct Wireguard {
    context: Arc<Context>,
    opened: mpsc::Receiver<(Stream, Origin)>,
}

/// An address could not be listened on.
#[derive(Debug, thiserror::Error)]
#[error("{} (UDP): {}", .0, unheard(.1))]
pub struct NotBound(pub SocketAddr, pub std::io::Error);

impl Wireguard {
    /// Opens the sockets.
    ///
    /// # Errors
    /// When one cannot be had.
    pub fn bind(
        settings: Settings,
        identity: Identity,
        (live, clock, journal): (Live, Clock, Journal),
        refusals: Arc<Refusals>,
    ) -> Result<Self, NotBound> {
        let bind = |(n, address): (usize, &SocketAddr)| {
            Socket::bind(n, *address).map_err(|error| NotBound(*address, error))
        };
        let sockets = settings.addresses.iter().enumerate().map(bind).collect::<Result<_, _>>()?;
        let (sender, opened) = mpsc::channel(WAITING);
        let context = Context { settings, identity, sockets, live, clock, journal, refusals, opened: sender };
        Ok(Self { context: Arc::new(context), opened })
    }

    /// Where it listens.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.context.sockets.iter().filter_map(|socket| socket.local_addr().ok()).collect()
    }

    /// Serves for as long as it is polled; `serve` is handed each connection that opens inside of a tunnel.
    pub async fn run(self, mut serve: impl FnMut(Stream, Origin)) {
        let Self { context, mut opened } = self;
        let peers = Arc::new(Peers::default());
        let door = Mutex::new(Door::new(context.identity.clone(), Instant::now()));
        let desk = Arc::new(Desk { context, peers, door });
        let (asking, asked) = mpsc::channel(WAITING);
        let mut work = JoinSet::new();
        for socket in 0..desk.context.sockets.len() {
            work.spawn(Arc::clone(&desk).receive(socket, asking.clone()));
        }
        work.spawn(desk.introduce(asked));
        while let Some((stream, origin)) = opened.recv().await {
            serve(stream, origin);
        }
    }
}

/// Sorts datagrams: to whom each goes, and which get no further.
struct Desk {
    context: Arc<Context>,
    peers: Arc<Peers>,
    door: Mutex<Door>,
}

impl Desk {
    async fn receive(self: Arc<Self>, socket: usize, asking: mpsc::Sender<Datagram>) {
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
        match self.door().ask(&datagram.bytes, path.remote.ip(), Instant::now()) {
            Asked::Passed => asking.try_send(datagram).map_err(|_| "handshake-load"),
            Asked::Dropped(reason) => Err(reason),
            Asked::Cookie(cookie) => {
                self.context.answer(&cookie, &path);
                Err("handshake-load")
            }
        }
    }

    /// The door's counters are whole between any two statements, so a poisoned lock is still good.
    fn door(&self) -> MutexGuard<'_, Door> {
        self.door.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Finds whose each handshake is. Only a device that may be used now gets to answer.
    async fn introduce(self: Arc<Self>, mut asked: mpsc::Receiver<Datagram>) {
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
            && let Credential::Wireguard { v4, v6, .. } = device.credential
            && let Ok(place) = self.peers.add(&device.id, datagram)
        {
            let gate =
                Gate { own: context.settings.own, port: context.settings.port, peer: Addresses { v4, v6 } };
            let peer = Peer::new(Arc::clone(context), device, &key, gate, place.index());
            tasks.spawn(peer.run(place));
        }
    }
}

impl Context {
    /// One datagram back to where one came from.
    fn answer(&self, datagram: &[u8], path: &Path) {
        if let Some(socket) = self.sockets.get(path.socket) {
            socket.try_send(datagram, path);
        }
    }
}

/// What a datagram is by its first bytes (the paper, §5.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The first message of a handshake, which names nobody in the clear.
    Initiation,
    /// Any other message: to the peer with this index.
    Of(u32),
}

fn kind(datagram: &[u8]) -> Option<Kind> {
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

#[cfg(test)]
mod tests;
