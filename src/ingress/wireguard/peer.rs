//! One peer: its tunnel, its TCP, and whether its device may be used.
//!
//! | phase | what comes in | what goes out |
//! |---|---|---|
//! | down | a handshake | its answer |
//! | greeted | what proves that the answer arrived | nothing |
//! | up | what the gate lets through | all |
//! | fading | acknowledgements | what is on its way, for a moment |
//!
//! The phase follows the live state: whenever that changes, and twice a second, the same question is asked as at the
//! handshake. Keys outlive every phase, so that a peer is back as soon as it may be.

mod outer;
mod traffic;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::burst::Burst;
use super::context::Context;
use super::gate::PacketGate;
use super::moves::Moves;
use super::peers::Place;
use super::socket::Path;
use super::stream::Shared;
use super::tunnel::Tunnel;
use super::wire::Packets;
use crate::access::live::{DeviceRefused, Standing};
use crate::domain::{Device, DeviceId, OperatorName, Via, WireguardKey, canonical};
use crate::event::{Actor, Event, JournalEntry};
use crate::journal::JournalFailed;

/// How often an up peer's device is asked about, and its timers looked at.
const TICK: Duration = Duration::from_millis(500);

/// How long an end may take to be told: the session's last line is on its way.
const FADE: Duration = Duration::from_millis(100);

/// A peer that was not heard of for this long is down: the paper's Reject-After-Time, when its keys end as well.
const IDLE: Duration = Duration::from_secs(180);

/// Datagrams that are opened before anything else is looked at.
const BATCH: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Down,
    Greeted { since: Instant },
    Up { heard: Instant },
    Fading { until: Instant, reason: &'static str },
}

pub(super) struct Peer {
    context: Arc<Context>,
    device: DeviceId,
    owner: OperatorName,
    key: WireguardKey,
    gate: PacketGate,
    index: u32,
    tunnel: Tunnel,
    /// How often an officer had its last handshake forgotten.
    generation: u64,
    phase: Phase,
    /// Where the last datagram that was proven came from: there the answers go.
    path: Option<Path>,
    moves: Moves,
    stack: Option<Arc<Shared>>,
    /// When its TCP has something to do.
    due: Option<Instant>,
    ticked: Instant,
    outbound: Packets,
    burst: Burst,
}

impl Peer {
    pub(super) fn new(
        context: Arc<Context>,
        device: &Device,
        key: &WireguardKey,
        gate: PacketGate,
        index: u32,
    ) -> Self {
        let tunnel = Tunnel::new(&context.identity, key, index);
        Self {
            context,
            device: device.id.clone(),
            owner: device.operator.clone(),
            key: *key,
            gate,
            index,
            tunnel,
            generation: 0,
            phase: Phase::Down,
            path: None,
            moves: Moves::default(),
            stack: None,
            due: None,
            ticked: Instant::now(),
            outbound: Packets::default(),
            burst: Burst::default(),
        }
    }

    /// Serves the peer until its device is no more.
    pub(super) async fn run(mut self, mut place: Place) {
        let mut watch = self.context.live.watch();
        let mut batch = Vec::new();
        loop {
            let standing = watch.now();
            if !self.look(&standing).await {
                return;
            }
            let wait = self.patience();
            tokio::select! {
                biased;
                goes_on = watch.changed() => if !goes_on {
                    return self.fall("draining").await;
                },
                count = place.inbox.recv_many(&mut batch, BATCH) => match count {
                    0 => return,
                    _ => self.receive(&mut batch, &standing).await,
                },
                () = woken(self.stack.as_deref()) => {}
                () = sleep(wait) => {}
            }
            self.pump().await;
        }
    }

    /// Asks whether the device may be used, and what time has ended. False: there is no such device any more.
    async fn look(&mut self, standing: &Standing) -> bool {
        let now = Instant::now();
        let refused = standing.device(&self.device, self.context.clock.decisive()).err();
        match (self.phase, refused) {
            (Phase::Down, Some(DeviceRefused::Unknown)) => {
                self.context.live.tunnels().remove(&self.device);
                return false;
            }
            (Phase::Down, _) => return true,
            (Phase::Greeted { .. }, Some(_)) => self.forget(),
            (Phase::Greeted { since }, None) if now - since > IDLE => self.forget(),
            (Phase::Up { .. }, Some(refused)) => {
                self.phase = Phase::Fading { until: now + FADE, reason: refused.as_str() };
            }
            (Phase::Up { heard }, None) if now - heard > IDLE => self.fall("idle").await,
            (Phase::Fading { until, reason }, _) if now >= until || self.is_done() => self.fall(reason).await,
            _ => self.tick(now),
        }
        if matches!(self.phase, Phase::Up { .. }) {
            self.tell_moves().await;
        }
        true
    }

    fn is_done(&self) -> bool {
        self.stack.as_ref().is_none_or(|stack| stack.lock().is_done())
    }

    fn tick(&mut self, now: Instant) {
        if now - self.ticked >= TICK && !matches!(self.phase, Phase::Fading { .. }) {
            self.ticked = now;
            self.tunnel.tick(&mut self.burst);
        }
    }

    /// How long to wait if nothing comes; `None`: for ever.
    fn patience(&self) -> Option<Duration> {
        let now = Instant::now();
        let end = match self.phase {
            Phase::Down => return None,
            Phase::Fading { until, .. } => until,
            _ => now + TICK,
        };
        let next = self.due.map_or(end, |due| due.min(end));
        Some(next.saturating_duration_since(now))
    }

    /// The peer has proven that it is there: that is told before anything of it gets further.
    async fn rise(&mut self, path: &Path) {
        let (device, operator) = (self.device.clone(), self.owner.clone());
        let outer = outer(path);
        match self.journal(Event::TunnelUp { device, operator, outer }).await {
            Ok(()) => {
                self.phase = Phase::Up { heard: Instant::now() };
                self.context.live.tunnels().note(&self.device, |seen| {
                    (seen.is_up, seen.outer) = (true, Some(outer));
                });
            }
            Err(error) => {
                tracing::error!(%error, device = %self.device, "a tunnel could not be journaled, and is not let up");
                self.forget();
            }
        }
    }

    /// Ends what is up.
    async fn fall(&mut self, reason: &'static str) {
        let was_up = matches!(self.phase, Phase::Up { .. } | Phase::Fading { .. });
        self.forget();
        if !was_up {
            return;
        }
        let (device, operator) = (self.device.clone(), self.owner.clone());
        let event = Event::TunnelDown { device, operator, reason: reason.to_owned() };
        if let Err(error) = self.journal(event).await {
            tracing::error!(%error, device = %self.device, "the end of a tunnel could not be journaled");
        }
    }

    /// Sessions, TCP and the way back are gone; who held a connection hears that it broke.
    fn forget(&mut self) {
        if let Some(stack) = self.stack.take() {
            stack.lock().abort();
        }
        self.tunnel.forget_sessions();
        self.phase = Phase::Down;
        self.context.live.tunnels().note(&self.device, |seen| seen.is_up = false);
        (self.path, self.due) = (None, None);
        (self.outbound, self.burst) = (Packets::default(), Burst::default());
    }

    async fn journal(&self, event: Event) -> Result<(), JournalFailed> {
        let at = self.context.clock.now();
        let entry = JournalEntry { at, actor: Actor::Gateway, source: None, through: None, event };
        self.context.journal.append(entry).await.map(drop)
    }

    fn refuse(&self, reason: &'static str, outer: SocketAddr) {
        self.context.refusals.count(Via::Tunnel, reason, Some(&self.device), outer);
    }
}

/// Where a peer comes from, as it is written down.
fn outer(path: &Path) -> SocketAddr {
    SocketAddr::new(canonical(path.remote.ip()), path.remote.port())
}

async fn woken(stack: Option<&Shared>) {
    match stack {
        Some(stack) => stack.wake.notified().await,
        None => std::future::pending().await,
    }
}

async fn sleep(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}
