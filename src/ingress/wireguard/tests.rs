//! The gateway's end against clients in this process, over the loopback interface.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../../../tests/integration/tunnel/client.rs"]
mod client;
mod connections;
mod handshakes;
mod locks;
mod lossy;
mod many;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::desk::{Kind, kind};
use super::listener::WAITING;
use super::*;
use crate::access::live::{LiveState, Standing};
use crate::device::{Addresses, Devices};
use crate::domain::{Device, DeviceCredential, DeviceId, Origin, Via, WireguardKey};
use crate::event::Event;
use crate::ingress::Refusals;
use crate::journal::Journal;
use crate::platform::clock::Clock;
use crate::policy::{SourceFile, load};
use crate::store::testing::{TestStore, store};

const GATEWAY: [u8; 32] = [7; 32];

/// A gateway that answers each connection with what it says.
struct Lab {
    store: TestStore,
    live: LiveState,
    clock: Clock,
    journal: Journal,
    refusals: Arc<Refusals>,
    address: SocketAddr,
    origins: mpsc::Receiver<Origin>,
    _serving: JoinSet<()>,
}

fn own() -> Addresses {
    Addresses { v4: "10.99.0.1".parse().ok(), v6: "fd00::1".parse().ok() }
}

/// Where the login answers.
fn login(family: &str) -> SocketAddr {
    let address: IpAddr = if family == "v4" { own().v4.unwrap().into() } else { own().v6.unwrap().into() };
    SocketAddr::new(address, 22)
}

/// The `n`th device's private key; its operator is `op<n>`.
fn private(n: u16) -> [u8; 32] {
    let [high, low] = n.to_be_bytes();
    // Not at the ends, where the curve leaves bits out.
    std::array::from_fn(|at| match at {
        4 => high,
        5 => low,
        _ => 100,
    })
}

fn id(n: u16) -> DeviceId {
    DeviceId::new(1, u64::from(n))
}

fn inner(n: u16) -> [IpAddr; 2] {
    let [high, low] = (10 + n).to_be_bytes();
    [IpAddr::from([10, 99, high, low]), format!("fd00::1:{n}").parse().unwrap()]
}

fn device(n: u16) -> Device {
    let key = WireguardKey::new(client::public(private(n)));
    let [IpAddr::V4(v4), IpAddr::V6(v6)] = inner(n) else { unreachable!() };
    Device {
        id: id(n),
        operator: format!("op{n}").parse().unwrap(),
        name: "laptop".parse().unwrap(),
        credential: DeviceCredential::Wireguard { key, v4: Some(v4), v6: Some(v6) },
        enrolled_at: Timestamp::UNIX_EPOCH,
    }
}

fn standing(operators: &str, devices: Devices) -> Standing {
    let files = [SourceFile { path: "p.toml".into(), text: operators.to_owned() }];
    Standing {
        policy: Arc::new(load(&files, &TimeZone::UTC).unwrap()),
        policy_version: 1,
        lockdowns: Default::default(),
        disabled: BTreeMap::new(),
        devices: Arc::new(devices),
        draining: false,
        killed: Default::default(),
        over: false,
    }
}

impl Lab {
    /// With devices 1 to `count`, each of an operator of its own.
    async fn new(count: u16) -> Self {
        Self::serving(count, echo).await
    }

    /// The same, where each connection is served so.
    async fn serving<F>(count: u16, serve: impl Fn(TunnelStream) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut devices = Devices::default();
        (1..=count).for_each(|n| devices.insert(device(n)));
        let operators: String = (1..=count).map(|n| format!("[operator.op{n}]\n")).collect();
        let (store, live, clock) =
            (store().await, LiveState::new(standing(&operators, devices)), Clock::set(Timestamp::UNIX_EPOCH));
        let refusals = Arc::new(Refusals::default());
        let addresses = vec!["127.0.0.1:0".parse().unwrap()];
        let settings = WireguardSettings { addresses, own: own(), port: 22 };
        let journal = Journal::start(store.store.clone());
        let inside = (live.clone(), clock.clone(), journal.clone());
        let wireguard =
            Wireguard::bind(settings, Identity::new(&GATEWAY), inside, Arc::clone(&refusals)).unwrap();
        let address = wireguard.addresses()[0];
        let (told, origins) = mpsc::channel(WAITING);
        let mut serving = JoinSet::new();
        serving.spawn(wireguard.run(move |stream, origin| {
            told.try_send(origin).unwrap();
            tokio::spawn(serve(stream));
        }));
        Self { store, live, clock, journal, refusals, address, origins, _serving: serving }
    }

    async fn peer(&self, n: u16) -> client::Peer {
        client::Peer::new(private(n), client::public(GATEWAY), self.address).await
    }

    /// A tunnel that runs.
    async fn tunnel(&self, n: u16) -> client::Tunnel {
        self.peer(n).await.run(&inner(n))
    }

    /// How often something was refused for `reason`, of what was counted since this was asked last.
    fn refused(&self, reason: &str) -> u64 {
        counted(&self.refusals.take(), reason)
    }

    /// The events of the journal, by name, with their reason.
    async fn events(&self) -> Vec<(String, String)> {
        let rows = self.store.journal().list(&Default::default(), |_| true).await.unwrap();
        let text = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap_or("").to_owned();
        rows.iter()
            .map(|row| serde_json::from_str(&row.body).unwrap())
            .map(|row: serde_json::Value| (text(&row, "event"), text(&row, "reason")))
            .collect()
    }
}

fn counted(rows: &[Event], word: &str) -> u64 {
    let count = |row: &Event| match row {
        Event::IngressRefused { reason, count, .. } if reason == word => *count,
        _ => 0,
    };
    rows.iter().map(count).sum()
}

async fn echo(stream: TunnelStream) {
    let (mut from, mut to) = tokio::io::split(stream);
    let _ = tokio::io::copy(&mut from, &mut to).await;
    let _ = tokio::io::AsyncWriteExt::shutdown(&mut to).await;
}

/// Waits until `what` holds.
async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(60) {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what}");
}

#[test]
fn a_datagram_is_known_by_type_and_length() {
    let of = |first: u8, length: usize| {
        let mut datagram = vec![0; length];
        datagram[0] = first;
        datagram[4..12].copy_from_slice(&[0, 5, 0, 0, 0, 6, 0, 0]);
        kind(&datagram)
    };
    assert_eq!(of(1, 148), Some(Kind::Initiation));
    assert_eq!(of(2, 92), Some(Kind::Of(6)));
    assert_eq!(of(3, 64), Some(Kind::Of(5)));
    assert_eq!(of(4, 32), Some(Kind::Of(5)));
    for (first, length) in [(0, 148), (1, 147), (1, 149), (2, 93), (3, 63), (4, 31), (4, 2049), (5, 64)] {
        assert_eq!(of(first, length), None, "{first} {length}");
    }
    assert_eq!(kind(&[1, 0, 0]), None);
    assert_eq!(kind(&[]), None);
}
