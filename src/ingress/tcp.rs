//! What listens for TCP: for SSH as it is, or inside of TLS; behind a load balancer, or not.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use ipnetwork::IpNetwork;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::server::TlsStream;

use super::header_guard::HeaderGuard;
use super::proxy::{self, Malformed, ProxyHeader};
use super::{Refusals, Tls};
use crate::domain::{Origin, Via};

/// A balancer sends its header with the first packet.
const HEADER: Duration = Duration::from_secs(5);

/// How long a client may take to hear that it is turned away, and how often it is read from meanwhile.
const GOODBYE: Duration = Duration::from_secs(2);
const MOST_UNREAD: usize = 16;

/// What the connections of a listener have in common.
pub struct ListenerOptions {
    /// `None`: SSH begins at once.
    pub tls: Option<Arc<Tls>>,
    /// Who says whose a connection is.
    pub balancers: Vec<IpNetwork>,
    pub refusals: Arc<Refusals>,
    /// How long a handshake may take.
    pub grace: Duration,
}

impl ListenerOptions {
    pub fn via(&self) -> Via {
        if self.tls.is_some() { Via::Tls } else { Via::Direct }
    }

    fn is_balancer(&self, address: IpAddr) -> bool {
        self.balancers.iter().any(|network| network.contains(address))
    }

    fn refuse(&self, reason: &'static str, outer: SocketAddr) {
        self.refusals.count(self.via(), reason, None, outer);
    }
}

/// One address that is listened on.
pub struct Listener {
    socket: TcpListener,
    options: Arc<ListenerOptions>,
}

impl Listener {
    /// `[::]` takes IPv4 as well, whatever the host's default.
    ///
    /// # Errors
    /// When the address is not to be had.
    pub fn bind(address: SocketAddr, options: Arc<ListenerOptions>) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
        if address.is_ipv6() {
            socket.set_only_v6(!address.ip().is_unspecified())?;
        }
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        socket.listen(1024)?;
        Ok(Self { socket: TcpListener::from_std(socket.into())?, options })
    }

    /// Where it listens; a port that was 0 is the one that was found.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    pub fn via(&self) -> Via {
        self.options.via()
    }

    /// Waits for somebody.
    ///
    /// # Errors
    /// When the system has no descriptors left, mostly.
    pub async fn accept(&self) -> io::Result<Accepted> {
        let (stream, peer) = self.socket.accept().await?;
        let peer = SocketAddr::new(peer.ip().to_canonical(), peer.port());
        Ok(Accepted { stream, peer, options: Arc::clone(&self.options) })
    }
}

/// A connection of which nothing was read.
pub struct Accepted {
    stream: TcpStream,
    peer: SocketAddr,
    options: Arc<ListenerOptions>,
}

impl Accepted {
    /// Where it comes from; `None` where a load balancer has yet to say it.
    pub fn source(&self) -> Option<IpAddr> {
        let peer = self.peer.ip();
        (!self.options.is_balancer(peer)).then_some(peer)
    }

    /// Says a last word in SSH, where nothing else comes before SSH; then closes.
    pub async fn turn_away(self, word: &[u8]) {
        let Self { mut stream, peer, options } = self;
        if options.tls.is_some() || options.is_balancer(peer.ip()) {
            return;
        }
        let goodbye = async {
            stream.write_all(word).await?;
            stream.shutdown().await?;
            // What the client sends must be read, or the system takes our word back with a reset.
            let mut unread = [0; 1024];
            for _ in 0..MOST_UNREAD {
                if stream.read(&mut unread).await? == 0 {
                    break;
                }
            }
            io::Result::Ok(())
        };
        let _ = tokio::time::timeout(GOODBYE, goodbye).await; // it may be gone, or not care
    }

    /// Finds out whose it is: at once, or from the balancer's header. `None`: it is over, and counted unless the
    /// balancer only looked whether we live.
    pub async fn identify(self) -> Option<Identified> {
        let Self { mut stream, mut peer, options } = self;
        stream.set_nodelay(true).ok()?; // it is gone already
        if options.is_balancer(peer.ip()) {
            peer = announced(&mut stream, peer, &options).await?;
        }
        let stream = HeaderGuard::new(stream, options.via(), peer, Arc::clone(&options.refusals));
        Some(Identified { stream, peer, options })
    }
}

async fn announced(
    stream: &mut TcpStream,
    balancer: SocketAddr,
    options: &ListenerOptions,
) -> Option<SocketAddr> {
    let refused = match tokio::time::timeout(HEADER.min(options.grace), proxy::read(stream)).await {
        Ok(Ok(Some(ProxyHeader::From(source)))) => return Some(source),
        Ok(Ok(Some(ProxyHeader::Local) | None)) => return None,
        Ok(Err(error)) if is_absent(&error) => "proxy-missing",
        Ok(Err(_)) => "proxy-malformed",
        Err(_) => "proxy-timeout",
    };
    options.refuse(refused, balancer);
    None
}

fn is_absent(error: &io::Error) -> bool {
    let fault = error.get_ref().and_then(|error| error.downcast_ref::<Malformed>());
    fault == Some(&Malformed::Absent)
}

/// A connection whose address is known.
pub struct Identified {
    stream: HeaderGuard<TcpStream>,
    peer: SocketAddr,
    options: Arc<ListenerOptions>,
}

impl Identified {
    pub fn source(&self) -> IpAddr {
        self.peer.ip()
    }

    /// Whatever comes before SSH. `None`: it is over, and counted where somebody tried something.
    pub async fn enter(self) -> Option<(ClientStream, Origin)> {
        let Self { stream, peer, options } = self;
        let Some(tls) = &options.tls else {
            return Some((ClientStream::Plain(stream), Origin::new(peer, Via::Direct)));
        };
        match tokio::time::timeout(options.grace, tls.enter(stream, peer)).await {
            Ok(Ok((stream, origin))) => Some((ClientStream::Tls(Box::new(stream)), origin)),
            Ok(Err(refusal)) => {
                let (reason, device) = refusal?.into_parts();
                options.refusals.count(Via::Tls, reason, device.as_ref(), peer);
                None
            }
            Err(_) => {
                options.refuse("handshake-timeout", peer);
                None
            }
        }
    }
}

/// What SSH is spoken on.
pub enum ClientStream {
    Plain(HeaderGuard<TcpStream>),
    Tls(Box<TlsStream<HeaderGuard<TcpStream>>>),
}

impl AsyncRead for ClientStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for ClientStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
