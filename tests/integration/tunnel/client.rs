//! A WireGuard client in this process, without an interface of the host: datagrams one by one for what a hostile
//! peer does, connections through the tunnel for what a good one does.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::large_stack_arrays
)]

use std::collections::VecDeque;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use boringtun::noise::{Tunn, TunnResult};
use boringtun::x25519::{PublicKey, StaticSecret};
use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::phy::{Device, DeviceCapabilities, Medium};
use smoltcp::socket::tcp::{RecvError, Socket, SocketBuffer, State};
use smoltcp::time::Instant;
use smoltcp::wire::{HardwareAddress, IpAddress, IpCidr};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::UdpSocket;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// How long nothing may come before it counts as silence.
const SILENCE: Duration = Duration::from_millis(300);

/// How long an answer is waited for: as long as WireGuard waits before it asks anew (its paper, §6.1, Rekey-Timeout).
/// Whoever asks anew sooner makes a storm of answers to questions that nobody asks any more.
const PATIENCE: Duration = Duration::from_secs(5);

/// The public half of a private key.
pub fn public(private: [u8; 32]) -> [u8; 32] {
    PublicKey::from(&StaticSecret::from(private)).to_bytes()
}

/// A peer, datagram by datagram.
pub struct Peer {
    pub udp: UdpSocket,
    gateway: SocketAddr,
    tunn: Box<Tunn>,
}

impl Peer {
    pub async fn new(private: [u8; 32], gateway_key: [u8; 32], gateway: SocketAddr) -> Self {
        let private = StaticSecret::from(private);
        let tunn = Tunn::new(private, PublicKey::from(gateway_key), None, None, 1, None);
        Self { udp: socket(gateway).await, gateway, tunn: Box::new(tunn) }
    }

    /// From now on it comes from another port.
    pub async fn roam(&mut self) {
        self.udp = socket(self.gateway).await;
    }

    /// A handshake's first message, also where one is under way.
    pub fn initiation(&mut self) -> Vec<u8> {
        let mut room = vec![0; 2048];
        match self.tunn.format_handshake_initiation(&mut room, true) {
            TunnResult::WriteToNetwork(message) => message.to_vec(),
            other => panic!("{other:?}"),
        }
    }

    pub async fn send(&self, datagram: &[u8]) {
        self.udp.send_to(datagram, self.gateway).await.unwrap();
    }

    /// The next datagram, if one comes in that time.
    async fn next(&self, patience: Duration) -> Option<Vec<u8>> {
        let mut room = vec![0; 2048];
        let received = tokio::time::timeout(patience, self.udp.recv_from(&mut room)).await.ok()?;
        Some(room[..received.unwrap().0].to_vec())
    }

    /// What is answered.
    pub async fn ask(&self, datagram: &[u8]) -> Option<Vec<u8>> {
        self.send(datagram).await;
        self.next(PATIENCE).await
    }

    /// Nothing is answered.
    pub async fn is_ignored(&self, datagram: &[u8]) -> bool {
        self.send(datagram).await;
        self.next(SILENCE).await.is_none()
    }

    /// What is to be sent for an answer.
    pub fn take(&mut self, datagram: &[u8]) -> Option<Vec<u8>> {
        let mut room = vec![0; 2048];
        match self.tunn.decapsulate(None, datagram, &mut room) {
            TunnResult::WriteToNetwork(message) => Some(message.to_vec()),
            _ => None,
        }
    }

    /// The inner packet of an answer.
    pub fn open(&mut self, datagram: &[u8]) -> Option<Vec<u8>> {
        let mut room = vec![0; 2048];
        match self.tunn.decapsulate(None, datagram, &mut room) {
            TunnResult::WriteToTunnelV4(packet, _) | TunnResult::WriteToTunnelV6(packet, _) => {
                Some(packet.to_vec())
            }
            _ => None,
        }
    }

    pub fn seal(&mut self, packet: &[u8]) -> Vec<u8> {
        let mut room = vec![0; 2048];
        match self.tunn.encapsulate(packet, &mut room) {
            TunnResult::WriteToNetwork(message) => message.to_vec(),
            other => panic!("{other:?}"),
        }
    }

    /// A whole handshake; false where it does not come about, or where a cookie came, with which the next one may.
    /// Late answers to the one before are passed over.
    pub async fn handshake(&mut self) -> bool {
        let until = tokio::time::Instant::now() + PATIENCE;
        let initiation = self.initiation();
        self.send(&initiation).await;
        while let Some(answer) = self.next(until.saturating_duration_since(tokio::time::Instant::now())).await
        {
            match (self.take(&answer), answer.first()) {
                (Some(alive), Some(2)) => {
                    self.send(&alive).await;
                    return true;
                }
                (None, Some(3)) => return false,
                _ => {}
            }
        }
        false
    }

    /// A handshake is not answered.
    pub async fn is_shut_out(&mut self) -> bool {
        let initiation = self.initiation();
        self.is_ignored(&initiation).await
    }

    /// From here on it runs by itself, with `inner` as its addresses.
    pub fn run(self, inner: &[IpAddr]) -> Tunnel {
        let shared = Arc::new(Shared { net: Mutex::new(Net::new(inner)), wake: Notify::new() });
        let task = tokio::spawn(drive(self, Arc::clone(&shared)));
        Tunnel { shared, task, port: std::sync::atomic::AtomicU16::new(40_000) }
    }
}

async fn socket(gateway: SocketAddr) -> UdpSocket {
    let any: SocketAddr = if gateway.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" }.parse().unwrap();
    UdpSocket::bind(any).await.unwrap()
}

/// A tunnel that runs.
pub struct Tunnel {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
    port: std::sync::atomic::AtomicU16,
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Tunnel {
    /// Asks for a connection; whether there is one shows at its first byte.
    pub fn connect(&self, to: SocketAddr) -> Stream {
        let port = self.port.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let handle = self.shared.net.lock().unwrap().connect(to, port);
        self.shared.wake.notify_one();
        Stream { shared: Arc::clone(&self.shared), handle }
    }

    /// Whether a connection opens within `patience`.
    pub async fn reaches(&self, to: SocketAddr, patience: Duration) -> bool {
        let stream = self.connect(to);
        let until = tokio::time::Instant::now() + patience;
        while tokio::time::Instant::now() < until {
            if stream.state() == State::Established {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        false
    }
}

async fn drive(mut peer: Peer, shared: Arc<Shared>) {
    let began = std::time::Instant::now();
    let mut datagram = vec![0; 2048];
    let initiation = peer.initiation();
    peer.send(&initiation).await;
    let mut ticked = began;
    loop {
        let (out, wait) = shared.net.lock().unwrap().poll(began.elapsed());
        for packet in out {
            let mut room = vec![0; 2048];
            if let TunnResult::WriteToNetwork(sealed) = peer.tunn.encapsulate(&packet, &mut room) {
                let _ = peer.udp.send_to(sealed, peer.gateway).await;
            }
        }
        if ticked.elapsed() > Duration::from_millis(250) {
            ticked = std::time::Instant::now();
            let mut room = vec![0; 2048];
            if let TunnResult::WriteToNetwork(due) = peer.tunn.update_timers(&mut room) {
                let _ = peer.udp.send_to(due, peer.gateway).await;
            }
        }
        tokio::select! {
            received = peer.udp.recv_from(&mut datagram) => {
                let mut next = received.ok().map(|(length, _)| length);
                let mut count = 0;
                while let Some(length) = next {
                    peer.arrived(&datagram[..length], &shared).await;
                    count += 1;
                    next = if count < 64 { peer.udp.try_recv_from(&mut datagram).ok().map(|(length, _)| length) } else { None };
                }
            }
            () = shared.wake.notified() => {}
            () = tokio::time::sleep(wait.unwrap_or(SILENCE).min(SILENCE)) => {}
        }
    }
}

impl Peer {
    async fn arrived(&mut self, datagram: &[u8], shared: &Shared) {
        let mut room = vec![0; 2048];
        match self.tunn.decapsulate(None, datagram, &mut room) {
            TunnResult::WriteToTunnelV4(packet, _) | TunnResult::WriteToTunnelV6(packet, _) => {
                shared.net.lock().unwrap().device.inbound.push_back(packet.to_vec());
            }
            TunnResult::WriteToNetwork(message) => {
                let _ = self.udp.send_to(message, self.gateway).await;
                loop {
                    let mut room = vec![0; 2048];
                    let TunnResult::WriteToNetwork(message) = self.tunn.decapsulate(None, &[], &mut room)
                    else {
                        break;
                    };
                    let _ = self.udp.send_to(message, self.gateway).await;
                }
            }
            _ => {}
        }
    }
}

struct Shared {
    net: Mutex<Net>,
    wake: Notify,
}

struct Net {
    interface: Interface,
    sockets: SocketSet<'static>,
    device: Wire,
}

impl Net {
    fn new(inner: &[IpAddr]) -> Self {
        let mut device = Wire::default();
        let mut interface = Interface::new(Config::new(HardwareAddress::Ip), &mut device, Instant::ZERO);
        interface.update_ip_addrs(|addresses| {
            for address in inner {
                addresses.push(IpCidr::new(IpAddress::from(*address), 0)).unwrap();
            }
        });
        Self { interface, sockets: SocketSet::new(Vec::new()), device }
    }

    fn connect(&mut self, to: SocketAddr, port: u16) -> SocketHandle {
        let buffer = || SocketBuffer::new(vec![0; 512 << 10]);
        let mut socket = Socket::new(buffer(), buffer());
        socket.set_nagle_enabled(false);
        socket.connect(self.interface.context(), to, port).unwrap();
        self.sockets.add(socket)
    }

    fn poll(&mut self, passed: Duration) -> (Vec<Vec<u8>>, Option<Duration>) {
        let at = Instant::from_micros(i64::try_from(passed.as_micros()).unwrap());
        self.interface.poll(at, &mut self.device, &mut self.sockets);
        let wait = self.interface.poll_delay(at, &self.sockets).map(Duration::from);
        (std::mem::take(&mut self.device.outbound), wait)
    }
}

#[derive(Default)]
struct Wire {
    inbound: VecDeque<Vec<u8>>,
    outbound: Vec<Vec<u8>>,
}

struct Rx(Vec<u8>);
struct Tx<'a>(&'a mut Vec<Vec<u8>>);

impl smoltcp::phy::RxToken for Rx {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        read(&self.0)
    }
}

impl smoltcp::phy::TxToken for Tx<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, write: F) -> R {
        let mut packet = vec![0; length];
        let result = write(&mut packet);
        self.0.push(packet);
        result
    }
}

impl Device for Wire {
    type RxToken<'a> = Rx;
    type TxToken<'a> = Tx<'a>;

    fn receive(&mut self, _: Instant) -> Option<(Rx, Tx<'_>)> {
        Some((Rx(self.inbound.pop_front()?), Tx(&mut self.outbound)))
    }

    fn transmit(&mut self, _: Instant) -> Option<Tx<'_>> {
        (self.outbound.len() < 64).then_some(Tx(&mut self.outbound))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ip;
        capabilities.max_transmission_unit = 1420;
        capabilities
    }
}

/// A connection through the tunnel.
pub struct Stream {
    shared: Arc<Shared>,
    handle: SocketHandle,
}

impl Stream {
    fn with<T>(&self, work: impl FnOnce(&mut Socket<'static>) -> T) -> T {
        work(self.shared.net.lock().unwrap().sockets.get_mut(self.handle))
    }

    pub fn state(&self) -> State {
        self.with(|socket| socket.state())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.with(Socket::close);
        self.shared.wake.notify_one();
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let polled = self.with(|socket| {
            let opening = matches!(socket.state(), State::SynSent | State::SynReceived);
            if !socket.can_recv() && (socket.may_recv() || opening) {
                socket.register_recv_waker(cx.waker());
                return Poll::Pending;
            }
            match socket.recv_slice(into.initialize_unfilled()) {
                Ok(taken) => Poll::Ready(Ok(taken)),
                Err(RecvError::Finished) => Poll::Ready(Ok(0)),
                Err(RecvError::InvalidState) => Poll::Ready(Err(io::ErrorKind::ConnectionReset.into())),
            }
        });
        self.shared.wake.notify_one();
        polled.map_ok(|taken| into.advance(taken))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = self.with(|socket| {
            let opening = matches!(socket.state(), State::SynSent | State::SynReceived);
            if opening || (socket.may_send() && !socket.can_send()) {
                socket.register_send_waker(cx.waker());
                return Poll::Pending;
            }
            Poll::Ready(socket.send_slice(bytes).map_err(|_| io::ErrorKind::BrokenPipe.into()))
        });
        self.shared.wake.notify_one();
        polled
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(Socket::close);
        self.shared.wake.notify_one();
        Poll::Ready(Ok(()))
    }
}
