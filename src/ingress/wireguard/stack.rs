//! TCP for one peer, inside of this process: made at its first packet, gone with its last connection.
//!
//! An interface for each peer: no peer can see, starve or outlive another, and one that is idle has none.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::socket::tcp::{CongestionControl, Socket, SocketBuffer, State};
use smoltcp::wire::{HardwareAddress, IpAddress, IpCidr};

use super::gate::{PacketGate, Segment};
use super::window::Window;
use super::wire::{Packets, Wire};

/// Connections of one peer, at once; and how many of them may still be on their way to being one.
const CONNECTIONS: usize = 16;
const OPENING: usize = 4;

/// What a connection may have under way, each way: as much as SSH itself has. A page of it is taken only when it is first
/// used, and a near path uses little: what is empty begins anew.
const BUFFER: usize = crate::ssh::WINDOW as usize;

/// How long a connection may take to open, and to close once nobody here holds it any more.
const PATIENCE: Duration = Duration::from_secs(10);

/// A peer that does not acknowledge for this long is gone.
const SILENCE: Duration = Duration::from_secs(60);

/// Where a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Opening(Instant),
    /// Somebody here reads and writes it.
    Held,
    Released(Instant),
}

struct Connection {
    handle: SocketHandle,
    peer: SocketAddr,
    stage: Stage,
    window: Window,
}

pub(super) struct Stack {
    interface: Interface,
    sockets: SocketSet<'static>,
    wire: Wire,
    connections: Vec<Connection>,
    began: Instant,
}

impl Stack {
    /// `seed` is random: sequence numbers come from it.
    pub(super) fn new(gate: &PacketGate, seed: u64, now: Instant) -> Self {
        let mut wire = Wire::default();
        let mut config = Config::new(HardwareAddress::Ip);
        config.random_seed = seed;
        let mut interface = Interface::new(config, &mut wire, smoltcp::time::Instant::ZERO);
        let own = [gate.own.v4.map(IpAddress::from), gate.own.v6.map(IpAddress::from)];
        interface.update_ip_addrs(|addresses| {
            for address in own.into_iter().flatten() {
                let _ = addresses.push(host(address)); // it has room for two
            }
        });
        let routes = interface.routes_mut();
        if let Some(v4) = gate.peer.v4 {
            let _ = routes.add_default_ipv4_route(v4); // as above
        }
        if let Some(v6) = gate.peer.v6 {
            let _ = routes.add_default_ipv6_route(v6);
        }
        Self { interface, sockets: SocketSet::new(Vec::new()), wire, connections: Vec::new(), began: now }
    }

    /// Takes a packet that passed the gate.
    pub(super) fn push(&mut self, packet: &[u8]) {
        self.wire.inbound.push(packet);
    }

    /// Makes room for the connection that `segment` asks for.
    ///
    /// # Errors
    /// When the peer has enough of them; in a fixed word.
    pub(super) fn listen(&mut self, segment: &Segment, now: Instant) -> Result<(), &'static str> {
        let known = |connection: &Connection| connection.peer == segment.from;
        if self.connections.iter().any(known) {
            return Ok(()); // it says it again
        }
        let opening = |connection: &&Connection| matches!(connection.stage, Stage::Opening(_));
        let openings = self.connections.iter().filter(opening).count();
        if self.connections.len() >= CONNECTIONS || openings >= OPENING {
            return Err("inner-connections");
        }
        let mut socket = socket();
        if socket.listen(segment.to).is_err() {
            return Err("inner-connections");
        }
        let handle = self.sockets.add(socket);
        let (peer, stage, window) = (segment.from, Stage::Opening(now), Window::new(BUFFER));
        self.connections.push(Connection { handle, peer, stage, window });
        Ok(())
    }

    /// Works on what came and what is due. Gives the connections that opened, which somebody has to hold.
    pub(super) fn poll(&mut self, now: Instant) -> Vec<(SocketHandle, SocketAddr)> {
        let at = self.at(now);
        self.interface.poll(at, &mut self.wire, &mut self.sockets);
        let mut opened = Vec::new();
        let Self { connections, sockets, .. } = self;
        connections.retain_mut(|connection| {
            let socket: &mut Socket<'_> = sockets.get_mut(connection.handle);
            if matches!(connection.stage, Stage::Opening(_)) && socket.may_send() {
                connection.stage = Stage::Held;
                // Of two that asked at once, either socket may have taken either.
                connection.peer = socket.remote_endpoint().map_or(connection.peer, SocketAddr::from);
                opened.push((connection.handle, connection.peer));
            }
            connection.window.queued(socket.send_queue(), now);
            let stays = connection.stays(socket, now);
            if !stays {
                sockets.remove(connection.handle);
            }
            stays
        });
        opened
    }

    /// How long until something is due, if nothing comes before.
    pub(super) fn due(&mut self, now: Instant) -> Option<Duration> {
        let at = self.at(now);
        let due = self.interface.poll_delay(at, &self.sockets).map(Duration::from);
        let waits = self.connections.iter().any(|connection| connection.stage != Stage::Held);
        if waits { Some(due.map_or(PATIENCE, |due| due.min(PATIENCE))) } else { due }
    }

    /// Nobody is connected.
    pub(super) fn is_empty(&self) -> bool {
        self.connections.is_empty()
    }

    /// Everything that was sent is acknowledged, and nobody here will send more.
    pub(super) fn is_done(&self) -> bool {
        self.connections.iter().all(|connection| {
            let socket: &Socket<'_> = self.sockets.get(connection.handle);
            socket.send_queue() == 0 && !matches!(connection.stage, Stage::Held)
        })
    }

    /// Moves what is to be sealed to `into`: sealing takes longer than whoever reads or writes should wait.
    pub(super) fn drain(&mut self, into: &mut Packets) {
        into.clear();
        std::mem::swap(into, &mut self.wire.outbound);
    }

    /// The tunnel is gone: whoever holds a connection hears that it broke.
    pub(super) fn abort(&mut self) {
        for connection in &self.connections {
            self.sockets.get_mut::<Socket<'_>>(connection.handle).abort();
        }
    }

    /// For who holds the connection.
    pub(super) fn socket(&mut self, handle: SocketHandle) -> &mut Socket<'static> {
        self.sockets.get_mut(handle)
    }

    /// Hands bytes of who holds the connection to TCP: how many, or `None` where there is no room for any now.
    pub(super) fn send(&mut self, handle: SocketHandle, bytes: &[u8], now: Instant) -> Option<usize> {
        let connection = self.connections.iter_mut().find(|connection| connection.handle == handle)?;
        let socket: &mut Socket<'_> = self.sockets.get_mut(handle);
        let room = connection.window.room(socket.send_queue(), socket.congestion_window()).min(bytes.len());
        let given = socket.send_slice(bytes.get(..room)?).ok().filter(|given| *given > 0)?;
        connection.window.gave(given, now);
        Some(given)
    }

    /// Nobody holds the connection any more: it closes, or is broken off.
    pub(super) fn release(&mut self, handle: SocketHandle, now: Instant) {
        self.socket(handle).close();
        for connection in self.connections.iter_mut().filter(|connection| connection.handle == handle) {
            connection.stage = Stage::Released(now);
        }
    }

    fn at(&self, now: Instant) -> smoltcp::time::Instant {
        let passed = now.saturating_duration_since(self.began).as_micros();
        smoltcp::time::Instant::from_micros(i64::try_from(passed).unwrap_or(i64::MAX))
    }
}

impl Connection {
    /// One that is held stays until it is released: who holds it may still ask for it.
    fn stays(&self, socket: &mut Socket<'_>, now: Instant) -> bool {
        let (Stage::Opening(since) | Stage::Released(since)) = self.stage else { return true };
        let over = match socket.state() {
            State::Listen | State::TimeWait => true,
            State::Closed => socket.remote_endpoint().is_none(), // until then it owes the peer a reset
            _ => false,
        };
        if !over && now.saturating_duration_since(since) > PATIENCE {
            socket.abort();
        }
        !over
    }
}

fn socket() -> Socket<'static> {
    let buffer = || SocketBuffer::new(vec![0; BUFFER]);
    let mut socket = Socket::new(buffer(), buffer());
    socket.set_nagle_enabled(false);
    socket.set_congestion_control(CongestionControl::Cubic);
    socket.enable_selective_recovery();
    socket.set_timeout(Some(SILENCE.into()));
    socket
}

/// This address alone.
fn host(address: IpAddress) -> IpCidr {
    IpCidr::new(address, if matches!(address, IpAddress::Ipv4(_)) { 32 } else { 128 })
}
