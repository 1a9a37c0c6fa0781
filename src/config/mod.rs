//! `juyong.toml`, read once at start into a [`Config`] in which everything is right: units are types,
//! paths are absolute or relative to the file, and what this version cannot do was refused.

mod checks;
mod error;
mod find;
mod login;
mod place;
mod raw;
mod read;
mod unit;
mod words;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnetwork::IpNetwork;
use jiff::tz::TimeZone;

use crate::auth::Alternatives;
use crate::diagnostic::SourceFile;
use crate::domain::Language;
use crate::lockdown::Deed;
use crate::platform::regular;

pub use error::ConfigError;
pub use find::{find, language_of};
pub use login::Login;
pub use place::Database;
pub use unit::{Period, Size, UnitError};

/// Everything an administrator can set about one gateway.
#[derive(Debug, Clone)]
pub struct Config {
    /// Host key, master key, embedded database.
    pub data_dir: PathBuf,
    pub policy_dir: PathBuf,
    pub recordings: PathBuf,
    pub database: Database,
    /// For dates without a zone, and what times are shown in.
    pub timezone: TimeZone,
    pub language: Language,
    /// How many accounts may be enrolled.
    pub seats: NonZeroU32,
    /// How long live sessions may go on once the gateway was told to stop.
    pub drain_for: Period,
    /// Whom a refused person should call; may be empty.
    pub contact: String,
    pub listen: Listen,
    pub auth: Auth,
    pub limits: Limits,
    pub lockdown: Lockdown,
    pub login: Login,
    pub tunnel: Tunnel,
}

#[derive(Debug, Clone)]
pub struct Listen {
    /// Never empty.
    pub ssh: Vec<SocketAddr>,
    /// SSH inside of TLS; may be empty.
    pub tls: Vec<SocketAddr>,
    /// UDP; may be empty.
    pub wireguard: Vec<SocketAddr>,
    /// Load balancers: a connection from there, to `ssh` or `tls`, says by PROXY protocol v2 whose it is, and no
    /// other may.
    pub proxy_from: Vec<IpNetwork>,
}

/// Devices: tunnels and certificates.
#[derive(Debug, Clone)]
pub struct Tunnel {
    /// Where devices get their addresses from; the gateway's own is the first of each. Never empty, at most one
    /// of each family.
    pub pool: Vec<IpNetwork>,
    /// Where the login answers inside of the tunnel.
    pub port: u16,
    /// How clients reach `listen.wireguard`: `HOST:PORT`, for the files that `vpn enrol` writes.
    pub endpoint: Option<String>,
    /// Of one operator, of each kind, at once.
    pub devices: NonZeroU32,
    /// Whether a connection by TLS has to show a device's certificate.
    pub tls_client: TlsClient,
    /// The server's certificate chain and key in PEM; `None`: the gateway makes its own at its first start.
    pub tls_server: Option<PemFiles>,
    /// How long a device's certificate is good for.
    pub tls_device: Period,
}

/// Whether a connection by TLS shows a device's certificate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TlsClient {
    /// Without one it ends before SSH.
    Required,
    /// One that is shown must be good.
    #[default]
    Optional,
    /// None is asked for.
    None,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PemFiles {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

#[derive(Debug, Clone)]
pub struct Auth {
    /// What counts as logged in, one chain of several; never empty.
    pub factors: Alternatives,
    /// How long a proven code also covers further logins; zero in this version.
    pub remember: Period,
    /// Failures in a row that lock an account.
    pub lock_after: NonZeroU32,
    pub lock_for: Period,
}

#[derive(Debug, Clone)]
pub struct Limits {
    /// From the TCP connection to the proven login.
    pub login_grace: Period,
    /// From the TCP connection to the end of the key exchange, which needs nobody at a keyboard.
    pub key_exchange: Period,
    /// Connections that have not logged in, at once.
    pub starts: NonZeroU32,
    pub starts_per_source: NonZeroU32,
    /// Connections that have logged in, at once: of all accounts, and of one.
    pub connections: NonZeroU32,
    pub connections_per_account: NonZeroU32,
    /// Channels open at once: of all accounts, of one, and of one connection.
    pub channels: NonZeroU32,
    pub channels_per_account: NonZeroU32,
    pub channels_per_connection: NonZeroU32,
    /// Requests that may be refused on one connection, and of one account within an hour; then the connection ends.
    pub refusals: NonZeroU32,
    pub refusals_per_account: NonZeroU32,
    /// Bytes that one recording may take.
    pub recording: Size,
    /// Bytes a second that one account's recordings may grow by for long.
    pub recording_rate: Size,
    /// Bytes that one account's recordings may take within a day.
    pub recording_per_account: Size,
    /// Zero turns it off.
    pub keepalive: Period,
    /// Dialling an asset.
    pub connect_timeout: Period,
    /// How long a session or a command waits for an officer.
    pub approval: Period,
    /// How long the question after a warning waits for the person.
    pub question: Period,
    /// How long nobody may do anything where no rule's `idle` counts: a connection that carries nothing, the
    /// menu, a question.
    pub idle: Period,
    /// How long before its end a terminal is told, once each; empty: never.
    pub warn: Vec<Period>,
    /// Free disk, of recordings and of the database, that is kept for ends and for orders.
    pub min_free: Size,
}

#[derive(Debug, Clone)]
pub struct Lockdown {
    /// What takes two persons.
    pub dual: Vec<Deed>,
    /// How long a request waits for the second one.
    pub confirm_within: Period,
    /// How long an account's factors confirm nothing after somebody else has set them.
    pub confirm_after: Period,
    /// How long before a planned period a terminal is told, once each; empty: never.
    pub announce: Vec<Period>,
}

impl Lockdown {
    /// Whether this takes two persons. Who could set an officer's factors alone could be both of them.
    pub fn takes_two(&self, deed: Deed) -> bool {
        self.dual.contains(&deed) || (deed == Deed::Factors && !self.dual.is_empty())
    }
}

impl Limits {
    /// How long whatever comes before the keys may take: it needs nobody at a keyboard.
    pub fn handshake(&self) -> Duration {
        self.key_exchange.min(self.login_grace).as_duration()
    }

    /// Silence after which a peer is asked whether it lives; `None` where it never is.
    pub fn keepalive(&self) -> Option<Duration> {
        (!self.keepalive.is_zero()).then(|| self.keepalive.as_duration())
    }
}

impl Config {
    /// Reads and checks the file at `path`.
    ///
    /// # Errors
    /// When the file cannot be read, or says something that is wrong or not supported: file, line,
    /// column and the mend.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let bytes = regular::read_linked(path).map_err(|error| ConfigError::unreadable(path, &error))?;
        Self::parse(path, &String::from_utf8_lossy(&bytes))
    }

    /// Checks `text` as the content of the file at `path`, whose directory relative paths start from.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse(path: &Path, text: &str) -> Result<Self, ConfigError> {
        let file = SourceFile { path: path.display().to_string(), text: text.to_owned() };
        let raw = read::read(file).map_err(ConfigError::Invalid)?;
        let base = path.parent().unwrap_or(Path::new(""));
        Ok(raw.settle(base))
    }

    /// The defaults, with everything kept under `data_dir`: for a gateway that has no file.
    pub fn under(data_dir: &Path) -> Self {
        raw::Raw::under(data_dir).settle(Path::new(""))
    }
}

#[cfg(test)]
mod tests;
