//! What goes through a peer's tunnel: datagrams are opened, judged and handed to its TCP, and what that has to say
//! is sealed and sent.

use std::net::SocketAddr;
use std::time::Instant;

use super::super::dated::dated;
use super::super::gate::Passage;
use super::super::socket::{Datagram, LONGEST};
use super::super::stack::Stack;
use super::super::stream::{Shared, TunnelStream};
use super::super::tunnel::{Decapsulated, INITIATION, REPLAYED, Tunnel};
use super::{Peer, Phase, outer};
use crate::access::live::{Handshake, Standing};
use crate::domain::{Arrival, Origin, Via};
use crate::platform::random;

/// Bursts that are sent before anything else is looked at.
const TURNS: usize = 16;

impl Peer {
    pub(super) async fn receive(&mut self, batch: &mut Vec<Datagram>, standing: &Standing) {
        let refused = standing.device(&self.device, self.context.clock.decisive()).err();
        let mut room = vec![0; LONGEST];
        for datagram in batch.drain(..) {
            let initiates = datagram.bytes.first() == Some(&INITIATION);
            match (refused, self.phase) {
                (Some(refused), _) if initiates => self.refuse(refused.as_str(), datagram.path.remote),
                (_, Phase::Down) if !initiates => self.refuse("data-without-session", datagram.path.remote),
                _ => self.open(&datagram, &mut room).await,
            }
        }
    }

    async fn open(&mut self, datagram: &Datagram, room: &mut [u8]) {
        let handshake = match self.dated(datagram) {
            Ok(handshake) => handshake,
            Err(reason) => return self.refuse(reason, datagram.path.remote),
        };
        match self.tunnel.open(&datagram.bytes, room) {
            Ok(Decapsulated::Answer(answer)) => self.answer(answer, datagram, handshake).await,
            Ok(Decapsulated::Packet(packet)) => {
                self.proven(datagram).await;
                self.pass(packet, datagram.path.remote);
            }
            Ok(Decapsulated::Alive) => self.proven(datagram).await,
            Ok(Decapsulated::Nothing) => {}
            Err(reason) => {
                if reason == REPLAYED {
                    self.context.live.tunnels().note(&self.device, |seen| seen.refused = handshake);
                }
                self.refuse(reason, datagram.path.remote);
            }
        }
    }

    /// When a handshake was made, if this is one. Where the last one was forgotten, the library forgets it now.
    fn dated(&mut self, datagram: &Datagram) -> Result<Option<Handshake>, &'static str> {
        if datagram.bytes.first() != Some(&INITIATION) {
            return Ok(None);
        }
        let dated = dated(&self.context.identity, &self.key, &datagram.bytes).ok_or("handshake-forged")?;
        let handshake = Handshake { dated, at: self.context.clock.now() };
        let generation = self.context.live.tunnels().judge(&self.device, handshake)?;
        if generation != self.generation {
            self.generation = generation;
            self.tunnel = Tunnel::new(&self.context.identity, &self.key, self.index);
        }
        Ok(Some(handshake))
    }

    /// A handshake is answered to where it came from. Only the peer could make it, now.
    async fn answer(&mut self, answer: &[u8], datagram: &Datagram, handshake: Option<Handshake>) {
        self.context.answer(answer, &datagram.path);
        self.context.live.tunnels().note(&self.device, |seen| (seen.last, seen.refused) = (handshake, None));
        self.follow(datagram.path).await;
        if self.phase == Phase::Down {
            self.phase = Phase::Greeted { since: Instant::now() };
        }
    }

    /// Answers go to where the last of these came from: a peer may move.
    async fn proven(&mut self, datagram: &Datagram) {
        self.follow(datagram.path).await;
        match &mut self.phase {
            Phase::Up { heard } => *heard = Instant::now(),
            Phase::Greeted { .. } => self.rise(&datagram.path).await,
            Phase::Down | Phase::Fading { .. } => {}
        }
    }

    /// An inner packet: through the gate, and to its TCP.
    fn pass(&mut self, packet: &[u8], from: SocketAddr) {
        let passed = match (self.gate.judge(packet), self.phase) {
            (Err(reason), _) => Err(reason),
            (Ok(passage), Phase::Up { .. }) => self.admit(packet, passage),
            (Ok(Passage::Tcp(segment)), Phase::Fading { .. }) if segment.only_acknowledges => {
                self.admit(packet, Passage::Tcp(segment))
            }
            (Ok(_), _) => Ok(()), // its end is told by `fall`
        };
        if let Err(reason) = passed {
            self.refuse(reason, from);
        }
    }

    fn admit(&mut self, packet: &[u8], passage: Passage) -> Result<(), &'static str> {
        let now = Instant::now();
        if self.stack.is_none() {
            let seed = random::bits().map_err(|_| "inner-chance")?;
            self.stack = Some(Shared::new(Stack::new(&self.gate, seed, now)));
        }
        let Some(shared) = &self.stack else { return Ok(()) };
        let mut stack = shared.lock();
        if let Passage::Tcp(segment) = passage
            && segment.opens
        {
            stack.listen(&segment, now)?;
        }
        stack.push(packet);
        self.due = Some(now);
        Ok(())
    }

    /// Lets TCP work, hands on what opened, and sends what there is to send; for so long, and then looks up.
    pub(super) async fn pump(&mut self) {
        for _ in 0..TURNS {
            let more = self.work();
            self.send().await;
            if !more {
                break;
            }
        }
        if self.stack.is_none() {
            (self.outbound, self.burst) = Default::default(); // who is idle holds no room
        }
    }

    /// One turn; true if there is more to do at once.
    fn work(&mut self) -> bool {
        let Some(shared) = self.stack.clone() else { return false };
        let now = Instant::now();
        let (opened, empty) = {
            let mut stack = shared.lock();
            let opened = stack.poll(now);
            stack.drain(&mut self.outbound);
            self.due = stack.due(now).map(|wait| now + wait);
            (opened, stack.is_empty())
        };
        for (handle, peer) in opened {
            self.hand_on(TunnelStream::new(&shared, handle), peer);
        }
        if empty {
            (self.stack, self.due) = (None, None);
        }
        self.due.is_some_and(|due| due <= now)
    }

    fn hand_on(&self, stream: TunnelStream, peer: SocketAddr) {
        let Some(path) = &self.path else { return };
        let arrival = Arrival { device: self.device.clone(), owner: self.owner.clone(), outer: outer(path) };
        let origin = Origin::by_device(peer, Via::Tunnel, arrival);
        if self.context.opened.try_send((stream, origin)).is_err() {
            self.refuse("inner-connections", path.remote); // dropped, it closes
        }
    }

    async fn send(&mut self) {
        for packet in self.outbound.iter() {
            self.tunnel.seal(packet, &mut self.burst);
        }
        self.outbound.clear();
        let (Some(path), false) = (&self.path, self.burst.is_empty()) else { return };
        if let Some(socket) = self.context.sockets.get(path.socket) {
            socket.send(&self.burst, path).await;
        }
        self.burst.clear();
    }
}
