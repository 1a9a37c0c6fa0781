//! The file that WireGuard's own programs read, on every system.

use std::net::IpAddr;

use zeroize::Zeroizing;

use crate::domain::WireguardKey;

/// Bytes of a packet inside of the tunnel. An Ethernet's 1500 less the 80 that WireGuard adds over IPv6, and 40
/// to spare: PPPoE takes 8 of them, mobile networks some more, and a packet that has to be split is soon lost.
const MTU: u16 = 1380;

/// Seconds. Most address translators forget a silent UDP flow after 30 (RFC 4787 §4.3 asks for more).
const KEEPALIVE: u16 = 25;

pub(super) struct ClientFile {
    /// What the device itself drew is not here.
    pub private: Option<Zeroizing<String>>,
    pub addresses: Vec<IpAddr>,
    pub gateway_key: WireguardKey,
    /// All that the tunnel leads to.
    pub gateway: Vec<IpAddr>,
    pub endpoint: String,
}

impl ClientFile {
    pub(super) fn text(&self) -> String {
        let private = self.private.as_ref().map(|key| format!("PrivateKey = {}\n", **key));
        format!(
            "[Interface]\n{}Address = {}\nMTU = {MTU}\n\n\
             [Peer]\nPublicKey = {}\nAllowedIPs = {}\nEndpoint = {}\nPersistentKeepalive = {KEEPALIVE}\n",
            private.unwrap_or_default(),
            hosts(&self.addresses),
            self.gateway_key,
            hosts(&self.gateway),
            self.endpoint,
        )
    }
}

/// Each as the network of itself alone.
fn hosts(addresses: &[IpAddr]) -> String {
    let one = |address: &IpAddr| format!("{address}/{}", if address.is_ipv4() { 32 } else { 128 });
    addresses.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_file_is_as_wireguard_documents_it() {
        let address = |text: &str| text.parse().unwrap();
        let file = ClientFile {
            private: Some(Zeroizing::new("PRIVATE".into())),
            addresses: vec![address("10.99.0.2"), address("fd6a::2")],
            gateway_key: WireguardKey::new([7; 32]),
            gateway: vec![address("10.99.0.1"), address("fd6a::1")],
            endpoint: "vpn.example.org:51820".into(),
        };
        let expected = "[Interface]\nPrivateKey = PRIVATE\nAddress = 10.99.0.2/32, fd6a::2/128\nMTU = 1380\n\n\
             [Peer]\nPublicKey = BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n\
             AllowedIPs = 10.99.0.1/32, fd6a::1/128\nEndpoint = vpn.example.org:51820\nPersistentKeepalive = 25\n";
        assert_eq!(file.text(), expected);
        let own = ClientFile { private: None, ..file };
        assert!(own.text().starts_with("[Interface]\nAddress = "), "{}", own.text());
    }
}
