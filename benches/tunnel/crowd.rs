//! A gateway with many devices, and their clients in this process.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use juyong::console::{self, Input};
use juyong::domain::Secret;
use russh::keys::PrivateKey;
use tokio::runtime::Runtime;

use crate::client::{Peer, Tunnel};
use crate::cut::is_essential;
use crate::harness::{Gateway, Setup, free_port};
use crate::login::{Connection, Login};
use crate::operators::Operators;
use crate::verdict::Verdict;

/// One device, as its client file has it.
pub(crate) struct Device {
    private: [u8; 32],
    gateway: [u8; 32],
    inner: Vec<IpAddr>,
}

pub(crate) struct Crowd {
    pub(crate) gateway: Gateway,
    pub(crate) at: SocketAddr,
    pub(crate) devices: Vec<Device>,
    pub(crate) runtime: Runtime,
    operators: Mutex<Operators>,
    key: Arc<PrivateKey>,
}

impl Crowd {
    /// Operators with one device each.
    pub(crate) fn new(count: usize) -> Self {
        let port = free_port();
        let operators = Operators::new(count);
        let people: String = operators.names().enumerate().map(|(n, (name, _))| person(n, &name)).collect();
        let gateway = Setup::new()
            .policy(&people)
            .settings("seats = 2000")
            .tables(&format!(
                "wireguard = \"127.0.0.1:{port}\"\n[limits]\nstarts = 2000\nstarts_per_source = 2000\nconnect_timeout = \"60s\""
            ))
            .start();
        let key = gateway.operator("op1").key;
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let devices = runtime.block_on(enrol(&gateway, &operators, &key));
        let key = Arc::new(russh::keys::load_secret_key(key, None).unwrap());
        let at = SocketAddr::from(([127, 0, 0, 1], port));
        Self { gateway, at, devices, runtime, operators: Mutex::new(operators), key }
    }

    pub(crate) async fn peer(&self, n: usize) -> Peer {
        let device = &self.devices[n];
        Peer::new(device.private, device.gateway, self.at).await
    }

    pub(crate) async fn tunnel(&self, n: usize) -> Tunnel {
        self.peer(n).await.run(&self.devices[n].inner)
    }

    /// The next operator, and what they log in with. They take turns, as their devices do.
    pub(crate) fn next(&self) -> (usize, Login) {
        let (name, code) = self.operators.lock().unwrap().log_in();
        let n = name.trim_start_matches("bench-").parse().unwrap();
        (n, Login { port: 0, user: format!("{name}+box"), key: Arc::clone(&self.key), code })
    }

    /// A tunnel and a login through it.
    pub(crate) async fn log_in(&self) -> Option<(Tunnel, Connection)> {
        let (n, login) = self.next();
        let tunnel = self.tunnel(n).await;
        let stream = tunnel.connect("10.99.0.1:22".parse().unwrap());
        let connection = tokio::time::timeout(Duration::from_secs(60), login.over(stream)).await.ok()?;
        Some((tunnel, connection.ok()?))
    }

    /// All handshake in one moment.
    pub(crate) fn storm(&self, peers: usize) -> Vec<Verdict> {
        // What enrolling left behind would hide what a peer takes.
        self.gateway.stop();
        self.gateway.start();
        let before = self.gateway.memory();
        let times = self.runtime.block_on(async {
            let mut clients = Vec::new();
            for n in 0..peers {
                clients.push(self.peer(n).await);
            }
            let began = Instant::now();
            let all = clients.into_iter().map(|mut peer| async move {
                while !peer.handshake().await {
                    assert!(began.elapsed() < Duration::from_secs(60), "a peer is never answered");
                }
                began.elapsed()
            });
            join_all(all).await
        });
        std::thread::sleep(Duration::from_secs(2));
        let each = self.gateway.memory().saturating_sub(before) as f64 / peers as f64;
        let at = |share| crate::samples::percentile(&times, share);
        vec![
            Verdict::only("handshakes of the storm answered, ms, half of them", at(0.5)),
            Verdict::only("handshakes of the storm answered, ms, all", at(1.0)),
            Verdict::below("memory of a peer that is up and idle, KiB", each, 64.0),
        ]
    }
}

/// As the standard library has none.
async fn join_all<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut all: Vec<_> = all.map(Box::pin).collect();
    let mut done: Vec<_> = all.iter().map(|_| None).collect();
    std::future::poll_fn(move |cx| {
        for (future, done) in all.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(output) = future.as_mut().poll(cx)
            {
                *done = Some(output);
            }
        }
        if done.iter().all(Option::is_some) {
            return std::task::Poll::Ready(done.iter_mut().filter_map(Option::take).collect());
        }
        std::task::Poll::Pending
    })
    .await
}

fn person(n: usize, name: &str) -> String {
    let groups = if is_essential(n) { "\"ops\", \"essential\"" } else { "\"ops\"" };
    format!("[operator.{name}]\ngroups = [{groups}]\n")
}

async fn enrol(gateway: &Gateway, operators: &Operators, key: &std::path::Path) -> Vec<Device> {
    let public = Secret::new(std::fs::read(key.with_extension("pub")).unwrap());
    let data = gateway.path("data");
    let mut devices = Vec::new();
    for (name, secret) in operators.names() {
        let words = ["operator", "enrol", &name, "--totp-secret", &secret, "--public-key", "key.pub"];
        let input = Input { file: Some(public.clone()), ..Input::default() };
        let answer = console::send(&data, words.map(str::to_owned).to_vec(), &input, |_| Ok(())).await;
        assert!(matches!(answer, Some(Ok(0))), "{name}: {answer:?}");
        devices.push(device(gateway, &name));
    }
    devices
}

fn device(gateway: &Gateway, name: &str) -> Device {
    let row = gateway.records(&["vpn", "enrol", name]).remove(0);
    let value = |key: &str| -> [u8; 32] {
        let text = row["config"].as_str().unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = ")).unwrap();
        BASE64.decode(line).unwrap().try_into().unwrap()
    };
    let inner = row["addresses"].as_array().unwrap().iter();
    Device {
        private: value("PrivateKey"),
        gateway: value("PublicKey"),
        inner: inner.map(|address| address.as_str().unwrap().parse().unwrap()).collect(),
    }
}
