//! The file's own shape, key by key, with the defaults. Every value is checked while its place in the
//! file is still known; [`Raw::settle`] then only puts paths together.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::{NonZeroU16, NonZeroU32};
use std::path::Path;

use ipnetwork::IpNetwork;
use jiff::tz::TimeZone;

use super::checks::{
    addresses, endpoint, networks, no_time, pool, some_addresses, some_factors, some_size, some_time,
    timezone,
};
use super::login::RawLogin;
use super::place::Directory;
use super::{Auth, Config, Database, Limits, Listen, Lockdown, PemFiles, Period, Size, TlsClient, Tunnel};
use crate::auth::Alternatives;
use crate::domain::Language;
use crate::lockdown::Deed;

/// The tables below the top. A key that stands in a wrong one is told where it belongs.
pub(super) const TABLES: [&str; 6] = ["listen", "auth", "limits", "lockdown", "login", "tunnel"];

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Raw {
    data_dir: Directory,
    policy_dir: Option<Directory>,
    recordings: Option<Directory>,
    database: Option<Database>,
    #[serde(deserialize_with = "timezone")]
    timezone: TimeZone,
    language: Language,
    seats: NonZeroU32,
    drain_for: Period,
    contact: String,
    listen: RawListen,
    auth: RawAuth,
    limits: RawLimits,
    lockdown: RawLockdown,
    login: RawLogin,
    tunnel: RawTunnel,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table, [listen]")]
struct RawListen {
    #[serde(deserialize_with = "some_addresses")]
    ssh: Vec<SocketAddr>,
    #[serde(deserialize_with = "addresses")]
    tls: Vec<SocketAddr>,
    #[serde(deserialize_with = "addresses")]
    wireguard: Vec<SocketAddr>,
    #[serde(deserialize_with = "networks")]
    proxy_from: Vec<IpNetwork>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table, [tunnel]")]
struct RawTunnel {
    #[serde(deserialize_with = "pool")]
    pool: Vec<IpNetwork>,
    port: NonZeroU16,
    #[serde(deserialize_with = "endpoint")]
    endpoint: Option<String>,
    devices: NonZeroU32,
    tls_client: TlsClient,
    tls_server: Option<RawPemFiles>,
    #[serde(deserialize_with = "some_time")]
    tls_device: Period,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, expecting = "{ certificate = \"FILE\", key = \"FILE\" }")]
struct RawPemFiles {
    certificate: Directory,
    key: Directory,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table, [auth]")]
struct RawAuth {
    #[serde(deserialize_with = "some_factors")]
    factors: Alternatives,
    #[serde(deserialize_with = "no_time")]
    remember: Period,
    lock_after: NonZeroU32,
    #[serde(deserialize_with = "some_time")]
    lock_for: Period,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table, [limits]")]
struct RawLimits {
    #[serde(deserialize_with = "some_time")]
    login_grace: Period,
    #[serde(deserialize_with = "some_time")]
    key_exchange: Period,
    starts: NonZeroU32,
    starts_per_source: NonZeroU32,
    connections: NonZeroU32,
    connections_per_account: NonZeroU32,
    channels: NonZeroU32,
    channels_per_account: NonZeroU32,
    channels_per_connection: NonZeroU32,
    refusals: NonZeroU32,
    refusals_per_account: NonZeroU32,
    #[serde(deserialize_with = "some_size")]
    recording: Size,
    #[serde(deserialize_with = "some_size")]
    recording_rate: Size,
    #[serde(deserialize_with = "some_size")]
    recording_per_account: Size,
    keepalive: Period,
    #[serde(deserialize_with = "some_time")]
    connect_timeout: Period,
    #[serde(deserialize_with = "some_time")]
    approval: Period,
    #[serde(deserialize_with = "some_time")]
    question: Period,
    #[serde(deserialize_with = "some_time")]
    idle: Period,
    warn: Vec<Period>,
    min_free: Size,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table, [lockdown]")]
struct RawLockdown {
    dual: Vec<Deed>,
    #[serde(deserialize_with = "some_time")]
    confirm_within: Period,
    confirm_after: Period,
    announce: Vec<Period>,
}

/// A default that is known not to be zero.
const fn count(n: u32) -> NonZeroU32 {
    match NonZeroU32::new(n) {
        Some(n) => n,
        None => NonZeroU32::MIN,
    }
}

impl Default for Raw {
    fn default() -> Self {
        Self {
            data_dir: Directory::at(Path::new("/var/lib/juyong")),
            policy_dir: None,
            recordings: None,
            database: None,
            timezone: TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| beijing()),
            language: Language::default(),
            seats: count(315),
            drain_for: Period::seconds(30),
            contact: String::new(),
            listen: RawListen::default(),
            auth: RawAuth::default(),
            limits: RawLimits::default(),
            lockdown: RawLockdown::default(),
            login: RawLogin::default(),
            tunnel: RawTunnel::default(),
        }
    }
}

/// For a machine without a time zone database: China has had no daylight saving time since 1991.
fn beijing() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(8))
}

impl Default for RawListen {
    fn default() -> Self {
        Self {
            ssh: vec![SocketAddr::from((std::net::Ipv6Addr::UNSPECIFIED, 2222))],
            tls: Vec::new(),
            wireguard: Vec::new(),
            proxy_from: Vec::new(),
        }
    }
}

impl Default for RawTunnel {
    fn default() -> Self {
        let ula = Ipv6Addr::new(0xfd6a, 0x7579, 0x6f6e, 0x67, 0, 0, 0, 0);
        Self {
            pool: vec![network(IpAddr::from([10, 99, 0, 0]), 16), network(ula.into(), 64)],
            port: NonZeroU16::new(22).unwrap_or(NonZeroU16::MIN),
            endpoint: None,
            devices: count(3),
            tls_client: TlsClient::default(),
            tls_server: None,
            tls_device: Period::seconds(366 * 24 * 60 * 60),
        }
    }
}

/// A default that is known to be one.
fn network(address: IpAddr, prefix: u8) -> IpNetwork {
    IpNetwork::new(address, prefix).unwrap_or(IpNetwork::from(address))
}

impl Default for RawAuth {
    fn default() -> Self {
        Self {
            factors: Alternatives::default(),
            remember: Period::ZERO,
            lock_after: count(5),
            lock_for: Period::seconds(30 * 60),
        }
    }
}

impl Default for RawLimits {
    fn default() -> Self {
        Self {
            login_grace: Period::seconds(60),
            key_exchange: Period::seconds(10),
            starts: count(100),
            starts_per_source: count(20),
            connections: count(2000),
            connections_per_account: count(200),
            channels: count(20_000),
            channels_per_account: count(2000),
            channels_per_connection: count(256),
            refusals: count(200),
            refusals_per_account: count(2000),
            recording: Size::mebibytes(1024),
            recording_rate: Size::mebibytes(32),
            recording_per_account: Size::mebibytes(16 * 1024),
            keepalive: Period::seconds(30),
            connect_timeout: Period::seconds(10),
            approval: Period::seconds(5 * 60),
            question: Period::seconds(60),
            idle: Period::seconds(15 * 60),
            warn: vec![Period::seconds(5 * 60)],
            min_free: Size::mebibytes(64),
        }
    }
}

impl Default for RawLockdown {
    fn default() -> Self {
        let announce = vec![Period::seconds(30 * 60), Period::seconds(5 * 60)];
        Self {
            dual: Vec::new(),
            confirm_within: Period::seconds(60 * 60),
            confirm_after: Period::seconds(24 * 60 * 60),
            announce,
        }
    }
}

impl Raw {
    pub(super) fn under(data_dir: &Path) -> Self {
        Self { data_dir: Directory::at(data_dir), ..Self::default() }
    }

    pub(super) fn settle(self, base: &Path) -> Config {
        let data_dir = self.data_dir.under(base);
        let beside = |given: Option<Directory>, name: &str| match given {
            Some(directory) => directory.under(base),
            None => data_dir.join(name),
        };
        let embedded = || Database::Sqlite(data_dir.join("juyong.db"));
        Config {
            policy_dir: beside(self.policy_dir, "policies"),
            recordings: beside(self.recordings, "recordings"),
            database: self.database.map_or_else(embedded, |database| database.under(base)),
            timezone: self.timezone,
            language: self.language,
            seats: self.seats,
            drain_for: self.drain_for,
            contact: self.contact,
            listen: self.listen.settle(),
            auth: self.auth.settle(),
            limits: self.limits.settle(),
            lockdown: self.lockdown.settle(),
            login: self.login.settle(self.language),
            tunnel: self.tunnel.settle(base),
            data_dir,
        }
    }
}

impl RawListen {
    fn settle(self) -> Listen {
        let Self { ssh, tls, wireguard, proxy_from } = self;
        Listen { ssh, tls, wireguard, proxy_from }
    }
}

impl RawTunnel {
    fn settle(self, base: &Path) -> Tunnel {
        let Self { pool, port, endpoint, devices, tls_client, tls_server, tls_device } = self;
        let tls_server = tls_server
            .map(|files| PemFiles { certificate: files.certificate.under(base), key: files.key.under(base) });
        Tunnel { pool, port: port.get(), endpoint, devices, tls_client, tls_server, tls_device }
    }
}

impl RawAuth {
    fn settle(self) -> Auth {
        let Self { factors, remember, lock_after, lock_for } = self;
        Auth { factors, remember, lock_after, lock_for }
    }
}

impl RawLockdown {
    fn settle(self) -> Lockdown {
        let Self { dual, confirm_within, confirm_after, announce } = self;
        Lockdown { dual, confirm_within, confirm_after, announce }
    }
}

impl RawLimits {
    fn settle(self) -> Limits {
        let Self {
            login_grace,
            key_exchange,
            starts,
            starts_per_source,
            connections,
            connections_per_account,
            channels,
            channels_per_account,
            channels_per_connection,
            refusals,
            refusals_per_account,
            recording,
            recording_rate,
            recording_per_account,
            keepalive,
            connect_timeout,
            approval,
            question,
            idle,
            warn,
            min_free,
        } = self;
        Limits {
            login_grace,
            key_exchange,
            starts,
            starts_per_source,
            connections,
            connections_per_account,
            channels,
            channels_per_account,
            channels_per_connection,
            refusals,
            refusals_per_account,
            recording,
            recording_rate,
            recording_per_account,
            keepalive,
            connect_timeout,
            approval,
            question,
            idle,
            warn,
            min_free,
        }
    }
}
