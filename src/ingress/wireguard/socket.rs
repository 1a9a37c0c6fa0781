//! UDP: bursts of datagrams in and out of one socket, each answered from the address that it came to.
//!
//! `quinn-udp` asks the kernel for segmentation and coalescing (GSO, GRO): a burst of forty datagrams is one call
//! instead of forty, and most of what a tunnel costs is in the calls.

use std::io::{self, IoSliceMut};
use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;
use quinn_udp::{BATCH_SIZE, RecvMeta, Transmit, UdpSocketState};
use socket2::{Domain, Protocol, Socket as Raw, Type};
use tokio::io::Interest;
use tokio::net::UdpSocket;

use super::burst::Burst;

/// What the kernel may keep while this process has no turn; it gives what its administrator allows.
const KERNEL: usize = 4 << 20;

/// What one call may bring: the kernel joins at most 64 KiB.
const COALESCED: usize = 65_536;

/// Longer ones are no WireGuard of a network that reaches us: the largest inner packet is [`super::wire::MTU`].
pub(super) const LONGEST: usize = 2048;

/// Where a datagram came from, and to which of our addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Path {
    /// Which of the sockets.
    pub(super) socket: usize,
    pub(super) remote: SocketAddr,
    pub(super) local: Option<IpAddr>,
}

/// One datagram.
#[derive(Debug, Clone)]
pub(super) struct Datagram {
    pub(super) bytes: Bytes,
    pub(super) path: Path,
}

/// One listening address.
pub(super) struct Socket {
    index: usize,
    io: UdpSocket,
    state: UdpSocketState,
}

impl Socket {
    /// `[::]` takes IPv4 as well, whatever the host's default.
    ///
    /// # Errors
    /// When the address is not free, or not ours.
    pub(super) fn bind(index: usize, address: SocketAddr) -> io::Result<Self> {
        let socket = Raw::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
        if address.is_ipv6() {
            socket.set_only_v6(!address.ip().is_unspecified())?;
        }
        socket.set_nonblocking(true)?;
        let _ = socket.set_recv_buffer_size(KERNEL); // less is slower, not wrong
        let _ = socket.set_send_buffer_size(KERNEL);
        socket.bind(&address.into())?;
        let io = UdpSocket::from_std(socket.into())?;
        let state = UdpSocketState::new((&io).into())?;
        Ok(Self { index, io, state })
    }

    /// # Errors
    /// When the socket has none.
    pub(super) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.io.local_addr()
    }

    /// Waits for datagrams, and hands on each.
    pub(super) async fn receive(&self, room: &mut Room, mut each: impl FnMut(Datagram)) -> io::Result<()> {
        let mut metas = [RecvMeta::default(); BATCH_SIZE];
        let calls = self.receive_into(room, &mut metas).await?;
        for (buffer, meta) in room.0.chunks(COALESCED).zip(&metas).take(calls) {
            let Some(joined) = buffer.get(..meta.len) else { continue };
            let path = Path { socket: self.index, remote: meta.addr, local: meta.dst_ip };
            let joined = Bytes::copy_from_slice(joined);
            for from in (0..joined.len()).step_by(meta.stride.max(1)) {
                let until = from.saturating_add(meta.stride.max(1)).min(joined.len());
                each(Datagram { bytes: joined.slice(from..until), path });
            }
        }
        Ok(())
    }

    async fn receive_into(&self, room: &mut Room, metas: &mut [RecvMeta]) -> io::Result<usize> {
        loop {
            self.io.readable().await?;
            let mut slices: Vec<_> = room.0.chunks_mut(COALESCED).map(IoSliceMut::new).collect();
            let received =
                self.io.try_io(Interest::READABLE, || self.state.recv((&self.io).into(), &mut slices, metas));
            match received {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                other => return other,
            }
        }
    }

    /// Sends a burst. What the network does not take is lost, as on any network.
    pub(super) async fn send(&self, burst: &Burst, path: &Path) {
        let most = self.state.max_gso_segments();
        for (contents, segment) in burst.runs(most) {
            let transmit = Transmit {
                destination: path.remote,
                ecn: None,
                contents,
                segment_size: Some(segment),
                src_ip: path.local,
            };
            self.transmit(&transmit).await;
        }
    }

    async fn transmit(&self, transmit: &Transmit<'_>) {
        loop {
            let sent =
                self.io.try_io(Interest::WRITABLE, || self.state.try_send((&self.io).into(), transmit));
            match sent {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if self.io.writable().await.is_err() {
                        return;
                    }
                }
                Err(error) => return tracing::debug!(%error, "a datagram could not be sent"),
                Ok(()) => return,
            }
        }
    }

    /// Sends one datagram if there is room for it.
    pub(super) fn try_send(&self, contents: &[u8], path: &Path) {
        let transmit = Transmit {
            destination: path.remote,
            ecn: None,
            contents,
            segment_size: None,
            src_ip: path.local,
        };
        let _ = self.io.try_io(Interest::WRITABLE, || self.state.try_send((&self.io).into(), &transmit));
    }
}

/// Room for what one wake may bring.
pub(super) struct Room(Vec<u8>);

impl Room {
    pub(super) fn new() -> Self {
        Self(vec![0; COALESCED * BATCH_SIZE])
    }
}
