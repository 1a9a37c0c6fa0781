//! Random datagrams: what they cost, and what a good login notices of them.

use std::net::UdpSocket;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use crate::crowd::Crowd;
use crate::samples::Samples;
use crate::verdict::Verdict;

const LOGINS: usize = 10;

/// What the gateway waits when a factor does not suffice, in milliseconds (`REFUSAL`): most of a login.
const WAIT: f64 = 400.0;

pub(crate) fn measure(crowd: &Crowd, datagrams: usize) -> Vec<Verdict> {
    if datagrams == 0 {
        return Vec::new();
    }
    let quiet = logins(crowd);
    let (sent, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let sending = scope.spawn(|| flood(crowd, &sent, &stop));
        let warm = datagrams / 20; // buffers grow to their size
        let until = |count| {
            while sent.load(Ordering::Relaxed) < count {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
        };
        until(warm);
        let before = crowd.gateway.memory();
        until(warm + datagrams);
        let after = crowd.gateway.memory();
        let loud = logins(crowd);
        stop.store(true, Ordering::Relaxed);
        let rate = sending.join().unwrap();
        vec![
            Verdict::only("random datagrams, a second", rate),
            Verdict::below("memory that they cost, MiB", (after as f64 - before as f64) / 1024.0, 8.0),
            Verdict::only("a login through a tunnel, ms", quiet),
            Verdict::only("the same meanwhile, ms", loud),
            Verdict::below("ratio", loud / quiet, 2.0),
            Verdict::below(
                "ratio, without the wait behind a first factor",
                (loud - WAIT) / (quiet - WAIT),
                2.0,
            ),
        ]
    })
}

/// How long a login takes, with the tunnel's own handshake: the middle one, in milliseconds.
fn logins(crowd: &Crowd) -> f64 {
    let mut times = Samples::default();
    for _ in 0..LOGINS {
        crowd.runtime.block_on(async {
            let (n, login) = crowd.next();
            let began = Instant::now();
            let tunnel = crowd.tunnel(n).await;
            let stream = tunnel.connect("10.99.0.1:22".parse().unwrap());
            login.over(stream).await.unwrap();
            times.push(began.elapsed().as_secs_f64() * 1000.0);
        });
    }
    times.median()
}

/// Of every length; half of them begin as WireGuard's do. At most what a hundred megabits carry of the shortest:
/// sender and gateway share the processors.
fn flood(crowd: &Crowd, sent: &AtomicUsize, stop: &AtomicBool) -> f64 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut bytes = vec![0; 4096];
    getrandom::fill(&mut bytes).unwrap();
    let began = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        let n = sent.fetch_add(1, Ordering::Relaxed);
        let length = [148, 92, 64, 32, 100, 1452, n % 2000][n % 7];
        let from = n * 31 % (bytes.len() - length);
        let mut datagram = bytes[from..from + length].to_vec();
        if let (Some(head), 0) = (datagram.get_mut(..4), n % 2) {
            head.copy_from_slice(&[(n % 5) as u8, 0, 0, 0]);
        }
        let _ = socket.send_to(&datagram, crowd.at); // a full queue of the kernel's is part of it
        if n.is_multiple_of(50) {
            let due = began + std::time::Duration::from_secs_f64(n as f64 / 50_000.0);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
        }
    }
    sent.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}
