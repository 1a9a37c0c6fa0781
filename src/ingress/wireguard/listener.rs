//! The sockets, from when they are open to the connections that come out of them.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::context::{Context, WireguardSettings};
use super::desk::Desk;
use super::handshake::HandshakeLimiter;
use super::peers::Peers;
use super::socket::Socket;
use super::stream::TunnelStream;
use super::tunnel::Identity;
use crate::access::live::LiveState;
use crate::domain::{Language, Origin, Tell, english, text};
use crate::ingress::{Refusals, unheard};
use crate::journal::Journal;
use crate::platform::clock::Clock;

/// Handshakes that wait to be looked at, and connections that wait to be served; more are dropped.
pub(super) const WAITING: usize = 1024;

/// Open sockets, not served yet.
pub struct Wireguard {
    context: Arc<Context>,
    opened: mpsc::Receiver<(TunnelStream, Origin)>,
}

/// An address could not be listened on.
#[derive(Debug, thiserror::Error)]
pub struct NotBound(pub SocketAddr, pub std::io::Error);

english!(NotBound);

impl Tell for NotBound {
    fn told(&self, language: Language) -> String {
        let Self(address, error) = self;
        text!(language, "start.listen-udp", address = address, error = unheard(error, language))
    }
}

impl Wireguard {
    /// Opens the sockets.
    ///
    /// # Errors
    /// When one cannot be had.
    pub fn bind(
        settings: WireguardSettings,
        identity: Identity,
        (live, clock, journal): (LiveState, Clock, Journal),
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
    pub async fn run(self, mut serve: impl FnMut(TunnelStream, Origin)) {
        let Self { context, mut opened } = self;
        let peers = Arc::new(Peers::default());
        let limiter = Mutex::new(HandshakeLimiter::new(context.identity.clone(), Instant::now()));
        let desk = Arc::new(Desk { context, peers, limiter });
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
