//! A line between two UDP ports: what is sent arrives later, or not at all. No limit of bandwidth, and no queue that
//! could overflow but the kernel's, which is made large.

use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

/// Of each of its sockets, both ways.
const QUEUE: usize = 16 << 20;

/// How often it looks up whether it should end.
const LOOK: Duration = Duration::from_millis(200);

/// What a line does to datagrams: half of the round trip each way, and the same loss each way.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    pub(crate) round_trip: Duration,
    pub(crate) loss: f64,
}

/// Runs until it is dropped, in threads of the namespace that it was started in.
pub(crate) struct Relay {
    pub(crate) port: u16,
    line: Arc<Mutex<Line>>,
    over: Arc<AtomicBool>,
}

impl Relay {
    /// From a free port of this namespace to `to`.
    pub(crate) fn start(to: SocketAddr, seed: u64) -> Self {
        let (front, back) = (socket("0.0.0.0:0"), socket("0.0.0.0:0"));
        back.connect(to).unwrap();
        let port = front.local_addr().unwrap().port();
        let line = Arc::new(Mutex::new(Line { round_trip: Duration::ZERO, loss: 0.0 }));
        let over = Arc::new(AtomicBool::new(false));
        let client = Arc::new(Mutex::new(None));
        let way = |n: u64, from: &UdpSocket, to: &UdpSocket, outward: bool| Way {
            from: from.try_clone().unwrap(),
            to: to.try_clone().unwrap(),
            line: Arc::clone(&line),
            over: Arc::clone(&over),
            client: Arc::clone(&client),
            outward,
            chance: Chance(AtomicU64::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ n)),
        };
        way(1, &front, &back, false).start();
        way(2, &back, &front, true).start();
        Self { port, line, over }
    }

    pub(crate) fn set(&self, line: Line) {
        *self.line.lock().unwrap() = line;
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
    }
}

fn socket(address: &str) -> UdpSocket {
    let socket = UdpSocket::bind(address).unwrap();
    // Root may have more than the system's limit, and this bench is run by root.
    let _ = rustix::net::sockopt::set_socket_recv_buffer_size_force(&socket, QUEUE);
    let _ = rustix::net::sockopt::set_socket_send_buffer_size(&socket, QUEUE);
    socket.set_read_timeout(Some(LOOK)).unwrap();
    socket
}

/// One direction.
struct Way {
    from: UdpSocket,
    to: UdpSocket,
    line: Arc<Mutex<Line>>,
    over: Arc<AtomicBool>,
    /// Where the client was last heard from.
    client: Arc<Mutex<Option<SocketAddr>>>,
    outward: bool,
    chance: Chance,
}

impl Way {
    fn start(self) {
        let (sender, receiver) = mpsc::channel::<(Instant, Vec<u8>)>(); // what the line holds
        let (to, client, outward) = (self.to.try_clone().unwrap(), Arc::clone(&self.client), self.outward);
        std::thread::spawn(move || {
            for (due, datagram) in receiver {
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
                let _ = match (outward, *client.lock().unwrap()) {
                    (true, Some(client)) => to.send_to(&datagram, client),
                    (true, None) => Ok(0),
                    (false, _) => to.send(&datagram),
                };
            }
        });
        std::thread::spawn(move || self.receive(&sender));
    }

    fn receive(self, sender: &mpsc::Sender<(Instant, Vec<u8>)>) {
        let mut room = vec![0; 2048];
        while !self.over.load(Ordering::Relaxed) {
            let Ok((length, from)) = self.from.recv_from(&mut room) else { continue };
            if !self.outward {
                *self.client.lock().unwrap() = Some(from);
            }
            let line = *self.line.lock().unwrap();
            if self.chance.next() >= line.loss
                && sender.send((Instant::now() + line.round_trip / 2, room[..length].to_vec())).is_err()
            {
                return;
            }
        }
    }
}

/// The same in each run: SplitMix64.
struct Chance(AtomicU64);

impl Chance {
    fn next(&self) -> f64 {
        let mut mixed = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
