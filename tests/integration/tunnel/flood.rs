//! Random datagrams by the ten thousand, over the loopback interface: memory stays flat, and a good login works.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::AsyncReadExt;

use super::client::Peer;
use crate::harness::{Gateway, Running, Setup, field, free_port, within};

/// Datagrams, and how much memory they may cost in KiB.
const DATAGRAMS: u64 = 50_000;
const GROWTH: u64 = 8 * 1024;

fn gateway(limits: &str) -> (Gateway, SocketAddr) {
    let port = free_port();
    let gateway = Setup::new().tables(&format!("wireguard = \"127.0.0.1:{port}\"\n{limits}")).start();
    (gateway, SocketAddr::from(([127, 0, 0, 1], port)))
}

/// A WireGuard key as it is written.
fn key(text: &str) -> [u8; 32] {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).unwrap().try_into().unwrap()
}

/// One device's client, in this process.
async fn client(gateway: &Gateway, at: SocketAddr) -> super::client::Tunnel {
    let row = gateway.records(&["vpn", "enrol", "op1"]).remove(0);
    let value = |name: &str| {
        let line = |line: &str| line.strip_prefix(name)?.strip_prefix(" = ").map(str::to_owned);
        field(&row, "config").lines().find_map(line).unwrap()
    };
    let inner: Vec<IpAddr> = row["addresses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|address| address.as_str().unwrap().parse().unwrap())
        .collect();
    Peer::new(key(&value("PrivateKey")), key(&value("PublicKey")), at).await.run(&inner)
}

/// Datagrams of every length and kind, half of them with a beginning that looks like WireGuard's.
fn flood(at: SocketAddr, count: &AtomicU64, stop: &AtomicBool) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut bytes = vec![0; 2048];
    getrandom::fill(&mut bytes).unwrap();
    while !stop.load(Ordering::Relaxed) {
        let n = count.fetch_add(1, Ordering::Relaxed);
        let length =
            [148, 92, 64, 32, 100, 1452, usize::try_from(n % 2000).unwrap()][usize::try_from(n % 7).unwrap()];
        let from = usize::try_from(n).unwrap() * 31 % (bytes.len() - length);
        let mut datagram = bytes[from..from + length].to_vec();
        if let (Some(head), 0) = (datagram.get_mut(..4), n % 2) {
            head.copy_from_slice(&[u8::try_from(n % 5).unwrap(), 0, 0, 0]);
        }
        let _ = socket.send_to(&datagram, at); // a full queue of the kernel's is part of it
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_datagrams_cost_no_memory_and_stop_nobody() {
    let (gateway, at) = gateway("");
    let tunnel = client(&gateway, at).await;
    let login = "10.99.0.1:22".parse().unwrap();
    assert!(tunnel.reaches(login, Duration::from_secs(10)).await);
    let (count, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| flood(at, &count, &stop));
        let sent = |enough| {
            within(Duration::from_secs(60), "they are sent", || {
                (count.load(Ordering::Relaxed) > enough).then_some(())
            })
        };
        sent(DATAGRAMS / 5);
        let before = gateway.memory();
        sent(DATAGRAMS);
        let handle = tokio::runtime::Handle::current();
        let greeting = tokio::task::block_in_place(|| {
            handle.block_on(async {
                let mut stream = tunnel.connect(login);
                let mut greeting = [0; 8];
                let read = stream.read_exact(&mut greeting);
                tokio::time::timeout(Duration::from_secs(20), read).await.is_ok_and(|read| read.is_ok())
            })
        });
        stop.store(true, Ordering::Relaxed);
        assert!(greeting, "a good one is greeted meanwhile");
        let after = gateway.memory();
        assert!(after < before + GROWTH, "{before} KiB, then {after} KiB");
    });
    gateway.journaled("ingress-refused", &[("via", "tunnel"), ("reason", "datagram-malformed")]);
    gateway.journaled("ingress-refused", &[("via", "tunnel"), ("reason", "handshake-forged")]);
}

/// tunnel 1: strangers took all places before the login, and who came through a tunnel was turned away with them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_do_not_use_up_the_places_of_devices() {
    let (gateway, at) = gateway("[limits]\nstarts = 2");
    let tunnel = client(&gateway, at).await;
    let person = gateway.operator("op2");
    // Their keys are exchanged, and they look for a password: nobody of them gives way.
    let strangers: Vec<_> = (0..2)
        .map(|_| {
            let login = gateway.login(&person);
            let slow = "#!/bin/sh\ntouch \"$JUYONG_ANSWERS/asked\"\nexec sleep 120\n";
            std::fs::write(login.dir().join("askpass"), slow).unwrap();
            let running =
                Running::start(login.ssh("").args(["-o", "PreferredAuthentications=password", "true"]));
            let asked = || login.dir().join("asked").exists().then_some(());
            within(Duration::from_secs(60), "a password is asked for", asked);
            running
        })
        .collect();
    let another = gateway.exec(&gateway.operator("op3"), "+box", "true");
    another.refused("too many people are logging in at once");
    let mut stream = tunnel.connect("10.99.0.1:22".parse().unwrap());
    let mut greeting = [0; 8];
    let read = tokio::time::timeout(Duration::from_secs(30), stream.read_exact(&mut greeting)).await;
    assert!(read.is_ok_and(|read| read.is_ok()) && &greeting == b"SSH-2.0-");
    drop(strangers);
}
