//! Why a gateway does not start.

use std::net::SocketAddr;

use crate::access::Services;
use crate::command;
use crate::config::ConfigError;
use crate::event::{Actor, Event};
use crate::ingress::wireguard::NotBound;
use crate::ingress::{TlsError, unheard};
use crate::journal::SealError;
use crate::platform::key_pair::KeyPairError;
use crate::store;

/// Why nothing was started. Each names the place and the mend.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Lock(#[from] store::LockError),
    #[error(transparent)]
    Store(#[from] store::StoreError),
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(transparent)]
    Vault(#[from] crate::vault::VaultError),
    #[error(transparent)]
    WireguardKey(#[from] KeyPairError),
    #[error("{0}")]
    HostKey(#[from] crate::ssh::InvalidKey),
    #[error("{0}")]
    Policy(String),
    #[error("the journal cannot be written: {0}")]
    Journal(String),
    #[error("{}: {}", .0, unheard(.1))]
    Listen(SocketAddr, std::io::Error),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(transparent)]
    Wireguard(#[from] NotBound),
    #[error("the control socket in the data directory: {0}")]
    Control(std::io::Error),
    #[error("the directory for orders in the data directory: {0}")]
    Orders(std::io::Error),
    #[error("{0}: {1}")]
    Directory(String, std::io::Error),
    #[error(transparent)]
    Commands(#[from] command::UnreadableTable),
}

/// A row without which nothing starts.
pub(super) async fn journal(services: &Services, event: Event) -> Result<(), StartError> {
    services
        .journal(Actor::Gateway, None, event)
        .await
        .map_err(|error| StartError::Journal(error.to_string()))
}
