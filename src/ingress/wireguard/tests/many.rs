//! Many at once: a storm of handshakes, and one order over a hundred tunnels.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::AsyncReadExt;

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_is_answered_in_a_storm() {
    const PEERS: u16 = 315;
    let lab = Lab::new(PEERS).await;
    let mut storm = JoinSet::new();
    for n in 1..=PEERS {
        let mut peer = lab.peer(n).await;
        storm.spawn(async move {
            let began = Instant::now();
            while !peer.handshake().await {
                assert!(began.elapsed() < Duration::from_secs(120), "peer {n} is never answered");
            }
        });
    }
    storm.join_all().await;
    let up = async || lab.events().await.iter().filter(|(event, _)| event == "tunnel-up").count();
    eventually("all are up", async || up().await == usize::from(PEERS)).await;
}

/// A session that prints, through each tunnel. How fast the order cuts is for the bench to say.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_ends_a_hundred_tunnels_and_no_others() {
    const TUNNELS: u16 = 100;
    let lab = Lab::serving(TUNNELS + 1, |stream| async move {
        let mut stream = stream;
        while tokio::io::AsyncWriteExt::write_all(&mut stream, b"line").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    let (mut reading, mut tunnels) = (JoinSet::new(), Vec::new());
    let seen: Arc<Vec<_>> = Arc::new((0..=TUNNELS).map(|_| AtomicU64::new(0)).collect());
    for n in 1..=TUNNELS + 1 {
        let tunnel = lab.tunnel(n).await;
        let (mut stream, seen) = (tunnel.connect(login("v4")), Arc::clone(&seen));
        reading.spawn(async move {
            let mut room = [0; 64];
            while stream.read(&mut room).await.is_ok_and(|count| count > 0) {
                seen[usize::from(n) - 1].fetch_add(1, Ordering::Relaxed);
            }
        });
        tunnels.push(tunnel);
    }
    let running = async || seen.iter().all(|seen| seen.load(Ordering::Relaxed) > 0);
    eventually("all print", running).await;
    lab.live.update(|standing| {
        (1..=TUNNELS).for_each(|n| standing.disable(&format!("op{n}").parse().unwrap(), "drill"));
    });
    let count = |n: usize| seen[n].load(Ordering::Relaxed);
    let cut = || (0..usize::from(TUNNELS)).map(count).collect::<Vec<_>>();
    let silent = async || {
        let before = (cut(), count(usize::from(TUNNELS)));
        tokio::time::sleep(Duration::from_millis(500)).await;
        cut() == before.0 && count(usize::from(TUNNELS)) > before.1
    };
    eventually("a hundred are silent, and the exempt one goes on", silent).await;
}
