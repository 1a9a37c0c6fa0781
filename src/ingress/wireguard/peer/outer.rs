//! Where a peer is, outside of its tunnel: answers follow it, and a move is written down.

use std::net::SocketAddr;
use std::time::Instant;

use super::super::socket::Path;
use super::{Peer, Phase, outer};
use crate::event::Event;

impl Peer {
    /// Answers go to where the last proven datagram came from.
    pub(super) async fn follow(&mut self, path: Path) {
        let before = self.path.replace(path).map(|path| outer(&path));
        let now = outer(&path);
        let moved = before.filter(|before| before.ip() != now.ip() && matches!(self.phase, Phase::Up { .. }));
        let Some(before) = moved else { return };
        self.context.live.tunnels().note(&self.device, |seen| seen.outer = Some(now));
        if self.moves.moved(before.ip(), now.ip(), Instant::now()) {
            self.alarm(before, now).await;
        }
        self.tell_moves().await;
    }

    /// A row of what was not told yet. A tunnel whose moves cannot be written down does not stay.
    pub(super) async fn tell_moves(&mut self) {
        let (Some(path), Some(told)) = (self.path, self.moves.take(Instant::now())) else { return };
        let (device, operator) = (self.device.clone(), self.owner.clone());
        let event =
            Event::TunnelMoved { device, operator, from: told.from, outer: outer(&path), count: told.count };
        if let Err(error) = self.journal(event).await {
            tracing::error!(%error, device = %self.device, "a tunnel that moved could not be journaled, and ends");
            self.forget();
        }
    }

    /// One key in two places: lent, copied or stolen.
    async fn alarm(&self, before: SocketAddr, now: SocketAddr) {
        let alarm = "tunnel-flapping";
        tracing::error!(device = %self.device, operator = %self.owner, %before, %now, "ALARM: {alarm}");
        let event = Event::Alarm {
            alarm,
            operator: Some(self.owner.clone()),
            owner: None,
            device: Some(self.device.clone()),
            lockdowns: Vec::new(),
            until: None,
        };
        if let Err(error) = self.journal(event).await {
            tracing::error!(%error, "an alarm could not be journaled");
        }
    }
}
