//! SSH inside of TLS 1.3, for networks that let nothing else through; a device proves itself with a certificate of
//! the gateway's own authority.
//!
//! Every connection is a full handshake: no tickets, no resumption and no early data, so none gets past the
//! question whether its device may be used now.

mod error;
mod identity;
mod provider;
mod refusal;
mod verify;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::UnixTime;
use tokio_rustls::rustls::server::NoServerSessionStorage;
use tokio_rustls::rustls::time_provider::TimeProvider;
use tokio_rustls::rustls::{self, ServerConfig, version::TLS13};
use tokio_rustls::server::TlsStream;

pub use error::TlsError;
pub use identity::{check_pair, server_names};
pub use refusal::Refusal;

use super::header_guard::Forged;
use crate::access::live::LiveState;
use crate::authority::Authority;
use crate::config::{Config, TlsClient};
use crate::domain::{Arrival, Origin, Via};
use crate::platform::clock::Clock;
use identity::Identity;
use provider::provider;
use verify::Devices;

/// How often is looked whether the server's certificate has changed.
const RELOAD: Duration = Duration::from_secs(2);

/// The TLS of every listener.
pub struct Tls {
    acceptor: TlsAcceptor,
    identity: Arc<Identity>,
    devices: Devices,
    clock: Clock,
}

impl Tls {
    /// Reads the certificates, or makes what there is to make.
    ///
    /// # Errors
    /// When one of them cannot be used: nothing is served then.
    pub fn new(
        config: &Config,
        authority: &Authority,
        live: LiveState,
        clock: Clock,
    ) -> Result<Self, TlsError> {
        let now = clock.now();
        let provider = Arc::new(provider());
        let devices = Devices::new(live, clock.clone());
        let identity = Arc::new(Identity::open(config, authority, Arc::clone(&provider), now)?);
        let builder =
            ServerConfig::builder_with_details(Arc::clone(&provider), Arc::new(Time(clock.clone())))
                .with_protocol_versions(&[&TLS13])?;
        let builder = match config.tunnel.tls_client {
            TlsClient::None => builder.with_no_client_auth(),
            asked => {
                let root = authority.certificate(now)?;
                let verifier = verify::Verifier::new(devices.clone(), &root, provider, asked)?;
                builder.with_client_cert_verifier(Arc::new(verifier))
            }
        };
        let mut server = builder.with_cert_resolver(Arc::clone(&identity) as _);
        server.send_tls13_tickets = 0;
        server.session_storage = Arc::new(NoServerSessionStorage {});
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(server)), identity, devices, clock })
    }

    /// Does the handshake.
    ///
    /// # Errors
    /// Why it ends here, or `None`: the other end went away.
    pub async fn enter<S>(
        &self,
        stream: S,
        peer: SocketAddr,
    ) -> Result<(TlsStream<S>, Origin), Option<Refusal>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let stream = self.acceptor.accept(stream).await.map_err(|error| refusal(&error))?;
        let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
        let Some(certificate) = shown else { return Ok((stream, Origin::new(peer, Via::Tls))) };
        // Asked once more: the state may have changed since the verifier asked.
        let device = self.devices.holder(certificate)?;
        let arrival = Arrival { device: device.id, owner: device.operator, outer: peer };
        Ok((stream, Origin::by_device(peer, Via::Tls, arrival)))
    }

    /// Takes a changed certificate into use; for as long as the gateway runs.
    pub async fn keep(self: Arc<Self>) {
        loop {
            tokio::time::sleep(RELOAD).await;
            // Reads files, and may make a key: not on the threads that carry sessions.
            let own = Arc::clone(&self);
            if tokio::task::spawn_blocking(move || own.identity.refresh(own.clock.now())).await.is_err() {
                tracing::error!("the TLS server's certificate could not be looked at");
            }
        }
    }
}

/// A forged header is counted where it was read, and whoever only went away tried nothing.
fn refusal(error: &io::Error) -> Option<Refusal> {
    let cause = error.get_ref()?;
    if cause.is::<Forged>() {
        return None;
    }
    cause.downcast_ref::<rustls::Error>().map(Refusal::of)
}

/// The gateway's clock, as the library asks for it.
#[derive(Debug)]
struct Time(Clock);

impl TimeProvider for Time {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.now().as_second()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

#[cfg(test)]
mod tests;
