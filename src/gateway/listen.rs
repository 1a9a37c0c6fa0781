//! The listeners of a configuration.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::UnixListener;

use super::{StartError, tunnel};
use crate::access::Services;
use crate::config::Listen;
use crate::console;
use crate::domain::Via;
use crate::ingress::wireguard::Wireguard;
use crate::ingress::{Listener, ListenerOptions, Refusals, Tls};

/// Everything that listens, and what is counted there.
pub struct Listeners {
    pub(super) control: UnixListener,
    pub(super) tcp: Vec<Listener>,
    pub(super) tls: Option<Arc<Tls>>,
    pub(super) wireguard: Option<Wireguard>,
    pub(super) refusals: Arc<Refusals>,
}

impl Listeners {
    /// Opens them; TLS reads its certificates, or makes them.
    ///
    /// # Errors
    /// When an address is taken, or a certificate cannot be used.
    pub fn open(services: &Services, listen: &Listen) -> Result<Self, StartError> {
        // First: whoever finds a port open can give commands already.
        let control = console::bind(&services.config.data_dir).map_err(StartError::Control)?;
        let refusals = Arc::new(Refusals::default());
        let options = |tls| {
            Arc::new(ListenerOptions {
                tls,
                balancers: listen.proxy_from.clone(),
                refusals: Arc::clone(&refusals),
                grace: services.config.limits.handshake(),
            })
        };
        let mut tcp = bind(&listen.ssh, &options(None))?;
        let tls = match listen.tls.is_empty() {
            true => None,
            false => Some(Arc::new(tls(services)?)),
        };
        if let Some(tls) = &tls {
            tcp.extend(bind(&listen.tls, &options(Some(Arc::clone(tls))))?);
        }
        let wireguard = tunnel::bind(services, &refusals)?;
        Ok(Self { control, tcp, tls, wireguard, refusals })
    }

    /// Where TCP is listened for, and for what.
    pub fn addresses(&self) -> impl Iterator<Item = (Via, SocketAddr)> {
        self.tcp.iter().filter_map(|listener| Some((listener.via(), listener.address().ok()?)))
    }
}

fn bind(addresses: &[SocketAddr], options: &Arc<ListenerOptions>) -> Result<Vec<Listener>, StartError> {
    let bind = |&address: &SocketAddr| {
        Listener::bind(address, Arc::clone(options)).map_err(|error| StartError::Listen(address, error))
    };
    addresses.iter().map(bind).collect()
}

fn tls(services: &Services) -> Result<Tls, StartError> {
    let Services { config, authority, live, clock, .. } = services;
    Ok(Tls::new(config, authority, live.clone(), clock.clone())?)
}
