//! What every peer needs of the gateway.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::socket::{Path, Socket};
use super::stream::TunnelStream;
use super::tunnel::Identity;
use crate::access::live::LiveState;
use crate::device::Addresses;
use crate::domain::Origin;
use crate::ingress::Refusals;
use crate::journal::Journal;
use crate::platform::clock::Clock;

/// What a tunnel ends at.
#[derive(Debug, Clone)]
pub struct WireguardSettings {
    pub addresses: Vec<SocketAddr>,
    /// The gateway's own addresses inside, and where the login answers there.
    pub own: Addresses,
    pub port: u16,
}

/// What every peer needs of the gateway.
pub(super) struct Context {
    pub(super) settings: WireguardSettings,
    pub(super) identity: Identity,
    pub(super) sockets: Vec<Socket>,
    pub(super) live: LiveState,
    pub(super) clock: Clock,
    pub(super) journal: Journal,
    pub(super) refusals: Arc<Refusals>,
    pub(super) opened: mpsc::Sender<(TunnelStream, Origin)>,
}

impl Context {
    /// One datagram back to where one came from.
    pub(super) fn answer(&self, datagram: &[u8], path: &Path) {
        if let Some(socket) = self.sockets.get(path.socket) {
            socket.try_send(datagram, path);
        }
    }
}
