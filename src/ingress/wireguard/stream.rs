//! A connection that came through a tunnel, as the rest of the gateway sees it: bytes in and bytes out.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use smoltcp::iface::SocketHandle;
use smoltcp::socket::tcp::{RecvError, Socket};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;

use super::stack::Stack;

/// A peer's TCP, which its task works on and its streams read and write; and what wakes the task.
pub(super) struct Shared {
    stack: Mutex<Stack>,
    pub(super) wake: Notify,
}

impl Shared {
    pub(super) fn new(stack: Stack) -> Arc<Self> {
        Arc::new(Self { stack: Mutex::new(stack), wake: Notify::new() })
    }

    /// A panic of the library inside of it would be the peer's own affair: its streams break, nobody else's.
    pub(super) fn lock(&self) -> MutexGuard<'_, Stack> {
        self.stack.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection. Dropped, it closes.
pub struct TunnelStream {
    shared: Arc<Shared>,
    handle: SocketHandle,
}

impl TunnelStream {
    pub(super) fn new(shared: &Arc<Shared>, handle: SocketHandle) -> Self {
        Self { shared: Arc::clone(shared), handle }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Socket<'static>) -> T) -> T {
        work(self.shared.lock().socket(self.handle))
    }
}

impl Drop for TunnelStream {
    fn drop(&mut self) {
        self.shared.lock().release(self.handle, Instant::now());
        self.shared.wake.notify_one();
    }
}

impl AsyncRead for TunnelStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let (result, widened) = self.with(|socket| {
            let before = socket.recv_queue();
            if !socket.can_recv() && socket.may_recv() {
                socket.register_recv_waker(cx.waker());
                return (Poll::Pending, false);
            }
            let taken = match socket.recv_slice(into.initialize_unfilled()) {
                Ok(taken) => Ok(taken),
                Err(RecvError::Finished) => Ok(0),
                Err(RecvError::InvalidState) => Err(io::ErrorKind::ConnectionReset.into()),
            };
            // The peer has to hear of it where it may have stopped for want of room.
            (Poll::Ready(taken), before > socket.recv_capacity() / 2)
        });
        if widened {
            self.shared.wake.notify_one();
        }
        result.map_ok(|taken| into.advance(taken))
    }
}

impl AsyncWrite for TunnelStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = {
            let mut stack = self.shared.lock();
            match stack.send(self.handle, bytes, Instant::now()) {
                Some(given) => Poll::Ready(Ok(given)),
                None if bytes.is_empty() => Poll::Ready(Ok(0)),
                None if stack.socket(self.handle).may_send() => {
                    stack.socket(self.handle).register_send_waker(cx.waker());
                    Poll::Pending
                }
                None => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            }
        };
        if written.is_ready() {
            self.shared.wake.notify_one();
        }
        written
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.with(Socket::close);
        self.shared.wake.notify_one();
        Poll::Ready(Ok(()))
    }
}
