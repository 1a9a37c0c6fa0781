//! A stream that checks its first bytes for a PROXY header as they pass: nobody but a listed load balancer may say whose a
//! connection is. Nothing is waited for, so a client that waits for our greeting gets it.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Refusals;
use super::proxy::SIGNATURE;
use crate::domain::Via;

/// The protocol's first version, in text. No SSH client and no TLS client begins like this either.
const TEXT: [u8; 6] = *b"PROXY ";

pub struct HeaderGuard<S> {
    stream: S,
    /// The first bytes, until they are known to be no header.
    first: Option<First>,
}

struct First {
    begun: Vec<u8>,
    via: Via,
    outer: SocketAddr,
    refusals: Arc<Refusals>,
}

impl<S> HeaderGuard<S> {
    pub(super) fn new(stream: S, via: Via, outer: SocketAddr, refusals: Arc<Refusals>) -> Self {
        Self { stream, first: Some(First { begun: Vec::new(), via, outer, refusals }) }
    }
}

/// What the first bytes are so far.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Header,
    Unclear,
    Harmless,
}

fn judge(begun: &[u8]) -> Verdict {
    let begins = |header: &[u8]| begun.starts_with(header) || header.starts_with(begun);
    match begins(&SIGNATURE) || begins(&TEXT) {
        false => Verdict::Harmless,
        true if begun.starts_with(&SIGNATURE) || begun.starts_with(&TEXT) => Verdict::Header,
        true => Verdict::Unclear,
    }
}

impl<S> HeaderGuard<S> {
    fn look(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(first) = &mut self.first else { return Ok(()) };
        first.begun.extend(bytes.iter().take(SIGNATURE.len()));
        match judge(&first.begun) {
            Verdict::Unclear => Ok(()),
            Verdict::Harmless => {
                self.first = None;
                Ok(())
            }
            Verdict::Header => {
                first.refusals.count(first.via, "proxy-forged", None, first.outer);
                Err(io::Error::new(io::ErrorKind::InvalidData, Forged))
            }
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("a PROXY header from somebody who is not a listed load balancer")]
pub(super) struct Forged;

impl<S: AsyncRead + Unpin> AsyncRead for HeaderGuard<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        std::task::ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        let new = buf.filled().get(before..).unwrap_or_default();
        Poll::Ready(self.look(new))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for HeaderGuard<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    async fn heard(pieces: &[&[u8]]) -> (io::Result<Vec<u8>>, usize) {
        let (mut far, near) = tokio::io::duplex(64);
        let refusals = Arc::new(Refusals::default());
        let outer = "192.0.2.9:50022".parse().unwrap();
        let mut header_guard = HeaderGuard::new(near, Via::Direct, outer, Arc::clone(&refusals));
        let mut all = Vec::new();
        for piece in pieces {
            far.write_all(piece).await.unwrap();
            let mut buffer = vec![0; piece.len()];
            if let Err(error) = header_guard.read_exact(&mut buffer).await {
                return (Err(error), refusals.take().len());
            }
            all.extend(buffer);
        }
        (Ok(all), refusals.take().len())
    }

    #[tokio::test]
    async fn what_is_no_header_passes_in_any_pieces() {
        for pieces in [
            &[&b"SSH-2.0-x\r\n"[..]][..],
            &[b"\r\n", b"SSH-"],
            &[b"P", b"ROX", b"IMA", b"TE"],
            &[b"\x16\x03\x01"],
        ] {
            let (read, refused) = heard(pieces).await;
            assert_eq!((read.unwrap(), refused), (pieces.concat(), 0));
        }
    }

    #[tokio::test]
    async fn a_header_ends_the_stream_and_is_counted_in_any_pieces() {
        for pieces in [
            &[&SIGNATURE[..]][..],
            &[b"\r\n\r\n\0", b"\r\nQUIT\n"],
            &[b"PROXY TCP4 192.0.2.1 "],
            &[b"PRO", b"XY T"],
        ] {
            let (read, refused) = heard(pieces).await;
            assert_eq!((read.unwrap_err().kind(), refused), (io::ErrorKind::InvalidData, 1));
        }
    }
}
