//! Addresses inside of the tunnel: the gateway has the first of each network, and each device one of its own.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;

use ipnetwork::IpNetwork;

use crate::domain::{Language, Tell, english, text};

/// One address of each family that the pool has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Addresses {
    pub v4: Option<Ipv4Addr>,
    pub v6: Option<Ipv6Addr>,
}

impl Addresses {
    pub fn iter(self) -> impl Iterator<Item = IpAddr> {
        self.v4.map(IpAddr::V4).into_iter().chain(self.v6.map(IpAddr::V6))
    }

    fn add(&mut self, address: IpAddr) {
        match address {
            IpAddr::V4(address) => self.v4 = Some(address),
            IpAddr::V6(address) => self.v6 = Some(address),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Exhausted(IpNetwork);

english!(Exhausted);

impl Tell for Exhausted {
    fn told(&self, language: Language) -> String {
        text!(language, "vpn.exhausted", pool = self.0)
    }
}

/// Addresses that a device has or had.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    /// Of devices that are not revoked.
    pub held: HashSet<IpAddr>,
    /// Of devices that are: what journal and rules say of such an address was said of another device.
    pub left: HashSet<IpAddr>,
}

/// `[tunnel] pool`.
#[derive(Debug, Clone)]
pub struct Pool(Vec<IpNetwork>);

impl Pool {
    /// At most one network of each family.
    pub fn new(networks: &[IpNetwork]) -> Self {
        Self(networks.to_vec())
    }

    /// Where the gateway's login answers.
    pub fn gateway(&self) -> Addresses {
        let mut own = Addresses::default();
        self.0.iter().for_each(|network| own.add(address(network, *hosts(network).start())));
        own
    }

    /// The lowest addresses that nobody has or had; where there are none, that nobody has.
    ///
    /// # Errors
    /// When a network has none left.
    pub fn allocate(&self, taken: &Taken) -> Result<Addresses, Exhausted> {
        let mut allocated = Addresses::default();
        for network in &self.0 {
            let hosts = || hosts(network).skip(1).map(|host| address(network, host));
            let fresh = hosts().find(|host| !taken.held.contains(host) && !taken.left.contains(host));
            let free = fresh.or_else(|| hosts().find(|host| !taken.held.contains(host)));
            allocated.add(free.ok_or(Exhausted(*network))?);
        }
        Ok(allocated)
    }
}

/// What a machine may have for its own: neither the network's address nor its broadcast. IPv6 has no broadcast
/// (RFC 4291 §2), and the first is every router's (§2.6.1).
fn hosts(network: &IpNetwork) -> RangeInclusive<u128> {
    match network {
        IpNetwork::V4(network) => {
            u128::from(network.network().to_bits()) + 1..=u128::from(network.broadcast().to_bits()) - 1
        }
        IpNetwork::V6(network) => network.network().to_bits() + 1..=network.broadcast().to_bits(),
    }
}

fn address(of: &IpNetwork, bits: u128) -> IpAddr {
    match of {
        IpNetwork::V4(_) => Ipv4Addr::from_bits(u32::try_from(bits).unwrap_or(u32::MAX)).into(),
        IpNetwork::V6(_) => Ipv6Addr::from_bits(bits).into(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn pool(networks: &[&str]) -> Pool {
        Pool::new(&networks.iter().map(|text| text.parse().unwrap()).collect::<Vec<_>>())
    }

    fn shown(addresses: Addresses) -> Vec<String> {
        addresses.iter().map(|address| address.to_string()).collect()
    }

    fn hold(taken: &mut Taken, addresses: Addresses) {
        taken.held.extend(addresses.iter());
    }

    #[test]
    fn the_gateway_is_first_and_devices_follow_in_both_families() {
        let pool = pool(&["10.99.0.0/16", "fd6a::/64"]);
        assert_eq!(shown(pool.gateway()), ["10.99.0.1", "fd6a::1"]);
        let mut taken = Taken::default();
        let first = pool.allocate(&taken).unwrap();
        assert_eq!(shown(first), ["10.99.0.2", "fd6a::2"]);
        hold(&mut taken, first);
        let second = pool.allocate(&taken).unwrap();
        assert_eq!(shown(second), ["10.99.0.3", "fd6a::3"]);
        hold(&mut taken, second);
        taken.held.remove(&"10.99.0.2".parse().unwrap());
        assert_eq!(shown(pool.allocate(&taken).unwrap()), ["10.99.0.2", "fd6a::4"], "a gap is filled");
    }

    #[test]
    fn host_bits_of_the_pool_do_not_count() {
        assert_eq!(shown(pool(&["10.99.0.77/24"]).gateway()), ["10.99.0.1"]);
        assert_eq!(shown(pool(&["fd6a::beef/120"]).gateway()), ["fd6a::be01"]);
    }

    #[test]
    fn what_somebody_had_is_given_again_only_when_all_else_is_gone() {
        let pool = pool(&["10.99.0.0/29"]);
        let mut taken = Taken::default();
        taken.left.extend(["10.99.0.2".parse::<IpAddr>().unwrap(), "10.99.0.4".parse().unwrap()]);
        let mut given = Vec::new();
        while let Ok(addresses) = pool.allocate(&taken) {
            hold(&mut taken, addresses);
            given.extend(shown(addresses));
        }
        // Of eight: the network, the gateway and the broadcast are nobody's.
        assert_eq!(given, ["10.99.0.3", "10.99.0.5", "10.99.0.6", "10.99.0.2", "10.99.0.4"]);
        let error = pool.allocate(&taken).unwrap_err().to_string();
        assert!(error.starts_with("no address is free in 10.99.0.0/29: revoke"), "{error}");
    }

    #[test]
    fn no_half_of_a_pair_is_given() {
        let pool = pool(&["10.99.0.0/16", "fd6a::/125"]);
        let mut taken = Taken::default();
        let mut given = 0;
        while let Ok(addresses) = pool.allocate(&taken) {
            hold(&mut taken, addresses);
            given += 1;
        }
        assert_eq!(given, 6);
        let error = pool.allocate(&taken).unwrap_err().to_string();
        assert!(error.starts_with("no address is free in fd6a::/125"), "{error}");
    }
}
