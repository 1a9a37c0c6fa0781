//! The ways in: certificates, and who may say whose a connection is.

use std::net::SocketAddr;

use ipnetwork::IpNetwork;
use jiff::{SignedDuration, Timestamp};

use super::told::told;
use crate::authority::Authority;
use crate::config::Config;
use crate::domain::{Tell, shown_time};
use crate::ingress;
use crate::vault::{IfMissing, Vault};

/// A certificate that ends within this time wants a new one now.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);
/// The same of the authority: what devices trust is not exchanged in two weeks.
const YEAR: SignedDuration = SignedDuration::from_hours(366 * 24);

/// Where the server's certificate is configured; the gateway's own is renewed by itself.
pub(super) fn server(config: &Config, now: Timestamp) -> Result<(), String> {
    let Some(files) = &config.tunnel.tls_server else { return Ok(()) };
    if config.listen.tls.is_empty() {
        return Err(told!(config, "doctor.tls-unused"));
    }
    let until = ingress::check_pair(files)?;
    let file = files.certificate.display().to_string();
    ends(config, until, now, SOON)
        .map_err(|when| told!(config, "doctor.certificate", file = file, when = when))
}

/// The authority, if one was made.
pub(super) fn authority(config: &Config, now: Timestamp) -> Result<(), String> {
    if !Authority::exists(&config.data_dir) {
        return Ok(());
    }
    let vault =
        Vault::unlock(&config.data_dir, IfMissing::Refuse).map_err(|error| error.told(config.language))?;
    let until =
        Authority::new(&config.data_dir, vault).until(now).map_err(|error| error.told(config.language))?;
    ends(config, until, now, YEAR).map_err(|when| told!(config, "doctor.authority", when = when))
}

fn ends(config: &Config, until: Timestamp, now: Timestamp, soon: SignedDuration) -> Result<(), String> {
    let at = shown_time(until, &config.timezone);
    match until.duration_since(now) {
        left if left <= SignedDuration::ZERO => Err(told!(config, "doctor.ended", until = at)),
        left if left < soon => Err(told!(config, "doctor.ends", until = at)),
        _ => Ok(()),
    }
}

/// Whoever is listed may name any source.
pub(super) fn balancers(config: &Config) -> Result<(), String> {
    let listened = || config.listen.ssh.iter().chain(&config.listen.tls);
    let heard = |network: &IpNetwork| listened().any(|address| hears(*address, network));
    for network in &config.listen.proxy_from {
        if network.prefix() == 0 {
            return Err(told!(config, "doctor.any-source", network = network.to_string()));
        }
        if !heard(network) {
            return Err(told!(config, "doctor.unreached", network = network.to_string()));
        }
    }
    Ok(())
}

/// `[::]` takes IPv4 as well.
fn hears(address: SocketAddr, network: &IpNetwork) -> bool {
    let family =
        address.is_ipv4() == network.is_ipv4() || (address.is_ipv6() && address.ip().is_unspecified());
    family && (!address.ip().is_loopback() || network.ip().is_loopback())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::path::Path;

    use super::*;
    use crate::domain::Language;

    fn config(ssh: &[&str], from: &[&str]) -> Config {
        let mut config = Config::under(Path::new("/nonexistent"));
        config.language = Language::English;
        config.listen.ssh = ssh.iter().map(|address| address.parse().unwrap()).collect();
        config.listen.proxy_from = from.iter().map(|network| network.parse().unwrap()).collect();
        config
    }

    #[test]
    fn balancers_are_few_and_reach_a_listener() {
        let fits = |ssh: &[&str], from: &[&str]| balancers(&config(ssh, from));
        fits(&["[::]:2222"], &["10.0.0.5/32", "2001:db8::5/128"]).unwrap();
        fits(&["127.0.0.1:2222"], &["127.0.0.0/8"]).unwrap();
        fits(&["192.0.2.1:2222"], &[]).unwrap();
        let error = fits(&["[::]:2222"], &["0.0.0.0/0"]).unwrap_err();
        assert!(error.starts_with("0.0.0.0/0: anybody could name any source"), "{error}");
        for (ssh, from) in [("192.0.2.1:2222", "2001:db8::5/128"), ("127.0.0.1:2222", "10.0.0.5/32")] {
            assert!(fits(&[ssh], &[from]).unwrap_err().contains("no address in [listen]"));
        }
    }

    #[test]
    fn an_end_that_is_near_is_told() {
        let at = |day: i64| Timestamp::from_second(day * 86_400).unwrap();
        let mut config = config(&[], &[]);
        ends(&config, at(30), at(0), SOON).unwrap();
        assert_eq!(ends(&config, at(3), at(0), SOON).unwrap_err(), "it ends at 1970-01-04 08:00:00 +08:00");
        assert_eq!(ends(&config, at(3), at(3), SOON).unwrap_err(), "it ended at 1970-01-04 08:00:00 +08:00");
        config.language = Language::Chinese;
        assert_eq!(ends(&config, at(3), at(0), SOON).unwrap_err(), "将于 1970-01-04 08:00:00 +08:00 到期");
    }
}
