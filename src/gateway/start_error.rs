//! Why a gateway does not start.

use std::net::SocketAddr;

use crate::access::Services;
use crate::command;
use crate::config::ConfigError;
use crate::domain::{Language, Tell, english, text};
use crate::event::{Actor, Event};
use crate::ingress::wireguard::NotBound;
use crate::ingress::{TlsError, unheard};
use crate::journal::{JournalFailed, SealError};
use crate::platform::key_pair::KeyPairError;
use crate::store;

/// Why nothing was started. Each names the place and the mend.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    Config(#[from] ConfigError),
    Lock(#[from] store::LockError),
    Store(#[from] store::StoreError),
    Seal(#[from] SealError),
    Vault(#[from] crate::vault::VaultError),
    WireguardKey(#[from] KeyPairError),
    HostKey(#[from] crate::ssh::InvalidKey),
    /// Told already.
    Policy(String),
    Journal(#[from] JournalFailed),
    Listen(SocketAddr, std::io::Error),
    Tls(#[from] TlsError),
    Wireguard(#[from] NotBound),
    /// The control socket in the data directory.
    Control(std::io::Error),
    /// The directory for orders in the data directory.
    Orders(std::io::Error),
    Directory(String, std::io::Error),
    Commands(#[from] command::UnreadableTable),
}

english!(StartError);

impl Tell for StartError {
    fn told(&self, language: Language) -> String {
        match self {
            Self::Config(error) => error.told(language),
            Self::Lock(error) => error.told(language),
            Self::Store(error) => error.told(language),
            Self::Seal(error) => error.told(language),
            Self::Vault(error) => error.told(language),
            Self::WireguardKey(error) => error.told(language),
            Self::HostKey(error) => error.told(language),
            Self::Policy(text) => text.clone(),
            Self::Journal(error) => error.told(language),
            Self::Listen(address, error) => {
                text!(language, "start.listen", address = address, error = unheard(error, language))
            }
            Self::Tls(error) => error.told(language),
            Self::Wireguard(error) => error.told(language),
            Self::Control(error) => text!(language, "start.control", error = error.told(language)),
            Self::Orders(error) => text!(language, "start.orders", error = error.told(language)),
            Self::Directory(dir, error) => {
                text!(language, "start.directory", dir = dir, error = error.told(language))
            }
            Self::Commands(error) => error.told(language),
        }
    }
}

/// A row without which nothing starts.
pub(super) async fn journal(services: &Services, event: Event) -> Result<(), StartError> {
    Ok(services.journal(Actor::Gateway, None, event).await?)
}
