//! From inside of a tunnel: what else answers? Nothing.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::net::{ASSET, GATEWAY_V4, GATEWAY_V6, Site, staged};

/// Connections that are tried at once, and how long each may take: less than the second after which a client
/// says its first word again.
const AT_ONCE: usize = 800;
const ANSWER: Duration = Duration::from_millis(400);

/// What answered at all: with a connection, or with a refusal.
async fn scan(address: &str, ports: std::ops::RangeInclusive<u16>) -> Vec<(u16, bool)> {
    let (room, mut tries) = (Arc::new(Semaphore::new(AT_ONCE)), JoinSet::new());
    for port in ports {
        let to = SocketAddr::new(address.parse().unwrap(), port);
        let place = Arc::clone(&room).acquire_owned().await.unwrap();
        tries.spawn(async move {
            let answer = tokio::time::timeout(ANSWER, TcpStream::connect(to)).await;
            drop(place);
            answer.ok().map(|answer| (port, answer.is_ok()))
        });
    }
    tries.join_all().await.into_iter().flatten().collect()
}

fn answering(site: &Site, address: &str, ports: std::ops::RangeInclusive<u16>) -> Vec<(u16, bool)> {
    site.in_client(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(scan(address, ports))
    })
}

#[test]
fn a_scan_from_inside_finds_the_login_and_nothing_else() {
    staged("", |site| {
        let tunnel = site.connect(&site.enrol("op1").1);
        let ping =
            |to: &str| site.run(Command::new("ping").args(["-c", "1", "-W", "2", to])).status.success();
        assert!(ping("10.99.0.1") && ping("fd6a:7579:6f6e:67::1"), "its address answers a ping");
        assert_eq!(answering(site, "10.99.0.1", 1..=65_535), [(22, true)]);
        assert_eq!(answering(site, "fd6a:7579:6f6e:67::1", 1..=1024), [(22, true)]);
        tunnel.endpoint(&format!("[{GATEWAY_V6}]:{}", site.port)); // its other address is now looked for inside
        tunnel.misuse("10.99.0.2/32", &[GATEWAY_V4, ASSET, "10.99.0.3"]);
        let ssh = site.gateway.port;
        for address in [GATEWAY_V4, ASSET, "10.99.0.3"] {
            assert!(!ping(address), "{address}");
            assert_eq!(answering(site, address, 1..=1024), [], "{address}");
            assert_eq!(answering(site, address, ssh..=ssh), [], "{address}");
            let asset = site.gateway.asset.port;
            assert_eq!(answering(site, address, asset..=asset), [], "{address}");
        }
        site.gateway.journaled("ingress-refused", &[("via", "tunnel"), ("reason", "inner-destination")]);
        site.gateway.journaled("ingress-refused", &[("via", "tunnel"), ("reason", "inner-port")]);
    });
}

#[test]
fn a_peer_with_anothers_inner_address_gets_nothing() {
    staged("", |site| {
        let first = site.enrol("op1").1;
        let (_, _other) = site.enrol("op2");
        let tunnel = site.connect(&first);
        assert_eq!(answering(site, "10.99.0.1", 22..=22), [(22, true)]);
        tunnel.misuse("10.99.0.3/32", &["10.99.0.1"]);
        assert_eq!(answering(site, "10.99.0.1", 22..=22), []);
        site.gateway.journaled("ingress-refused", &[("via", "tunnel"), ("reason", "inner-source")]);
    });
}
