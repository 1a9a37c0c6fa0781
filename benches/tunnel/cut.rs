//! One order, and the last byte through each tunnel that it covers.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use russh::ChannelMsg;

use crate::client::Tunnel;
use crate::crowd::Crowd;
use crate::login::Connection;
use crate::samples::percentile;
use crate::verdict::Verdict;

/// Beside those that an order covers, so many that none does.
pub(crate) const ESSENTIAL: usize = 10;

/// Operators take turns, so they are spread over all.
pub(crate) fn is_essential(n: usize) -> bool {
    n.is_multiple_of(11)
}

/// One process that prints: a shell that sleeps would start two thousand a second for all of them.
const PRINT: &str = "exec perl -e '$| = 1; while (1) { print qq(x\n); select(undef, undef, undef, 0.05) }'";

/// How long all may take to print.
const START: Duration = Duration::from_secs(60);

/// How long traffic runs before the order, and is listened for after it.
const STEADY: Duration = Duration::from_secs(3);
const AFTER: Duration = Duration::from_secs(2);

struct Line {
    spared: bool,
    last: Mutex<Option<Instant>>,
}

pub(crate) fn measure(crowd: &Crowd, tunnels: usize) -> Vec<Verdict> {
    if tunnels == 0 {
        return Vec::new();
    }
    let line = |_| Line { spared: false, last: Mutex::default() };
    let mut lines: Vec<_> = (0..tunnels + ESSENTIAL).map(line).collect();
    let began = crowd.runtime.block_on(async {
        let mut open = Vec::new();
        let mut spare = 0;
        for line in &mut lines {
            let (tunnel, connection, spared) = session(crowd).await;
            line.spared = spared;
            spare += usize::from(spared);
            open.push((tunnel, connection));
        }
        eprintln!("{} tunnels with a session, {spare} of them spared", open.len());
        order(crowd, &lines, open).await
    });
    let last = |line: &Line| line.last.lock().unwrap().map(|at| at.saturating_duration_since(began));
    let covered: Vec<_> = lines.iter().filter(|line| !line.spared).filter_map(last).collect();
    let spared: Vec<_> = lines.iter().filter(|line| line.spared).filter_map(last).collect();
    let go_on = spared.iter().filter(|last| **last > AFTER - Duration::from_millis(500)).count();
    vec![
        Verdict::only("tunnels cut by one order", covered.len() as f64),
        Verdict::only("last byte through a covered tunnel, ms, half of them", percentile(&covered, 0.5)),
        Verdict::most("last byte through a covered tunnel, ms, all", percentile(&covered, 1.0), 200.0),
        Verdict::least(
            "share of the exempt tunnels that go on",
            go_on as f64 / spared.len().max(1) as f64,
            1.0,
        ),
    ]
}

async fn session(crowd: &Crowd) -> (Tunnel, Connection, bool) {
    for _ in 0..3 {
        let (n, login) = crowd.next();
        let tunnel = crowd.tunnel(n).await;
        let stream = tunnel.connect("10.99.0.1:22".parse().unwrap());
        if let Ok(Ok(connection)) = tokio::time::timeout(Duration::from_secs(60), login.over(stream)).await {
            return (tunnel, connection, is_essential(n));
        }
    }
    panic!("nobody gets in")
}

/// A command that prints, in each.
async fn order(crowd: &Crowd, lines: &[Line], open: Vec<(Tunnel, Connection)>) -> Instant {
    let mut channels = Vec::new();
    for (_, connection) in &open {
        let channel = connection.channel_open_session().await.unwrap();
        channel.exec(true, PRINT).await.unwrap();
        channels.push(channel);
    }
    let listening = channels.into_iter().zip(lines).map(|(mut channel, line)| async move {
        while let Some(message) = channel.wait().await {
            if matches!(message, ChannelMsg::Data { .. }) {
                *line.last.lock().unwrap() = Some(Instant::now());
            }
        }
    });
    let listening: Vec<_> = listening.map(Box::pin).collect();
    let mut listening = listening;
    let all = std::future::poll_fn(|cx| {
        listening.retain_mut(|line| line.as_mut().poll(cx).is_pending());
        if listening.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    });
    let given = async {
        let began = Instant::now();
        while lines.iter().any(|line| line.last.lock().unwrap().is_none()) {
            assert!(began.elapsed() < START, "not all print");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        tokio::time::sleep(STEADY).await;
        let words = ["lockdown", "start", "--reason", "drill", "--scope", "all", "--except", "@essential"];
        let mut command = tokio::process::Command::from(crowd.gateway.command(&words));
        let began = Instant::now();
        assert!(command.stdout(std::process::Stdio::null()).status().await.unwrap().success());
        tokio::time::sleep_until((began + AFTER).into()).await;
        began
    };
    tokio::select! {
        biased;
        began = given => began,
        () = async { all.await; std::future::pending().await } => unreachable!(),
    }
}
