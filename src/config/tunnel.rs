//! Devices, their tunnels and their certificates: `[tunnel]`.

use std::net::{IpAddr, Ipv6Addr};
use std::num::{NonZeroU16, NonZeroU32};
use std::path::{Path, PathBuf};

use ipnetwork::IpNetwork;

use super::checks::{endpoint, pool, some_time};
use super::place::Directory;
use super::unit::{TimeSpan, count};

/// Devices: tunnels and certificates.
#[derive(Debug, Clone)]
pub struct TunnelConfig {
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
    pub tls_device: TimeSpan,
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

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table, [tunnel]")]
pub(super) struct RawTunnel {
    #[serde(deserialize_with = "pool")]
    pool: Vec<IpNetwork>,
    port: NonZeroU16,
    #[serde(deserialize_with = "endpoint")]
    endpoint: Option<String>,
    devices: NonZeroU32,
    tls_client: TlsClient,
    tls_server: Option<RawPemFiles>,
    #[serde(deserialize_with = "some_time")]
    tls_device: TimeSpan,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, expecting = "{ certificate = \"FILE\", key = \"FILE\" }")]
struct RawPemFiles {
    certificate: Directory,
    key: Directory,
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
            tls_device: TimeSpan::seconds(366 * 24 * 60 * 60),
        }
    }
}

/// A default that is known to be one.
fn network(address: IpAddr, prefix: u8) -> IpNetwork {
    IpNetwork::new(address, prefix).unwrap_or(IpNetwork::from(address))
}

impl RawTunnel {
    pub(super) fn settle(self, base: &Path) -> TunnelConfig {
        let Self { pool, port, endpoint, devices, tls_client, tls_server, tls_device } = self;
        let tls_server = tls_server
            .map(|files| PemFiles { certificate: files.certificate.under(base), key: files.key.under(base) });
        TunnelConfig { pool, port: port.get(), endpoint, devices, tls_client, tls_server, tls_device }
    }
}
