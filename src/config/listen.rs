//! Where the gateway listens: `[listen]`.

use std::net::{Ipv6Addr, SocketAddr};

use ipnetwork::IpNetwork;

use super::checks::{addresses, networks, some_addresses};

#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields, default, expecting = "a table, [listen]")]
pub struct Listen {
    /// Never empty.
    #[serde(deserialize_with = "some_addresses")]
    pub ssh: Vec<SocketAddr>,
    /// SSH inside of TLS; may be empty.
    #[serde(deserialize_with = "addresses")]
    pub tls: Vec<SocketAddr>,
    /// UDP; may be empty.
    #[serde(deserialize_with = "addresses")]
    pub wireguard: Vec<SocketAddr>,
    /// Load balancers: a connection from there, to `ssh` or `tls`, says by PROXY protocol v2 whose it is, and no
    /// other may.
    #[serde(deserialize_with = "networks")]
    pub proxy_from: Vec<IpNetwork>,
}

impl Default for Listen {
    fn default() -> Self {
        Self {
            ssh: vec![SocketAddr::from((Ipv6Addr::UNSPECIFIED, 2222))],
            tls: Vec::new(),
            wireguard: Vec::new(),
            proxy_from: Vec::new(),
        }
    }
}
