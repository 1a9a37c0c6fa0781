//! A flood of attempts by strangers who know nothing, and somebody who logs in meanwhile.
//!
//! It comes from a process of its own, which gives way to the rest: an attacker has other processors than the gateway.

use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use russh::client::connect_stream;
use rustix::process::Signal;
use tokio::net::{TcpSocket, TcpStream};

use crate::door::{self, Door, Trusting};
use crate::process::Running;

/// The argument with which this program is the flood, before the gateway's port.
pub(crate) const ARGUMENT: &str = "--flood";

/// Connections of the flood at once.
const AT_ONCE: usize = 64;

/// Addresses that come again and again, and are blocked soon. Each attempt in [`NEW`] comes from one that was never seen.
const STUBBORN: usize = 30;
const NEW: usize = 20;

/// An attempt that nobody answers is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// What somebody's login takes, and what the gateway keeps.
pub(crate) struct Flooded {
    pub(crate) calm: Vec<Duration>,
    pub(crate) beside: Vec<Duration>,
    pub(crate) attempts: usize,
    pub(crate) lasted: Duration,
    /// MiB that are resident after a tenth of the attempts, and after all.
    pub(crate) resident: [f64; 2],
    /// The same of the database.
    pub(crate) stored: [f64; 2],
}

/// Logins in calm, then beside the flood until so many attempts were made.
pub(crate) async fn measure(logins: usize, attempts: usize) -> Flooded {
    let mut door = Door::open_blocking(4 * logins);
    door.accepted().await; // what is made once is made then, and the gateway knows the source
    let mut calm = Vec::new();
    for _ in 0..logins {
        calm.push(door.accepted().await);
    }
    let (made, _flood) = start(door.port());
    let began = Instant::now();
    let wait = |share: usize| {
        let made = Arc::clone(&made);
        async move {
            while made.load(Ordering::Relaxed) < share {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    };
    wait(attempts / 10).await;
    let early = (door.resident_mib(), door.stored_mib());
    let mut beside = Vec::new();
    while beside.len() < logins {
        beside.push(door.accepted().await);
    }
    wait(attempts).await;
    let (attempts, lasted) = (made.load(Ordering::Relaxed), began.elapsed());
    let late = (door.resident_mib(), door.stored_mib());
    Flooded { calm, beside, attempts, lasted, resident: [early.0, late.0], stored: [early.1, late.1] }
}

/// The process, and how many attempts it says that it has made.
fn start(port: u16) -> (Arc<AtomicUsize>, Running) {
    let this = std::env::current_exe().expect("this program");
    let mut command = Command::new("nice");
    command.args(["-n", "19"]).arg(this).arg(ARGUMENT).arg(port.to_string());
    let mut flood = Running::spawn(command.stdout(Stdio::piped()));
    let (made, lines) = (Arc::new(AtomicUsize::new(0)), BufReader::new(flood.stdout()).lines());
    let told = Arc::clone(&made);
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            told.store(line.parse().expect("a number"), Ordering::Relaxed);
        }
    });
    (made, flood)
}

/// The flood itself; it ends when it is killed, or with who started it.
pub(crate) async fn flood(port: u16) {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL)).expect("a signal");
    let made = Arc::new(AtomicUsize::new(0));
    for lane in 0..AT_ONCE {
        let made = Arc::clone(&made);
        tokio::spawn(async move {
            for number in (lane..).step_by(AT_ONCE) {
                let _ = tokio::time::timeout(PATIENCE, attempt(port, number)).await;
                made.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        println!("{}", made.load(Ordering::Relaxed));
    }
}

/// One password for a name that nobody has; how far it comes is the gateway's matter.
async fn attempt(port: u16, number: usize) -> Option<()> {
    let stream = connect(port, source(number)).await.ok()?;
    let mut connection = connect_stream(door::config(), stream, Trusting).await.ok()?;
    connection.authenticate_password(format!("nobody-{number}"), "wrong").await.ok()?;
    Some(())
}

fn source(number: usize) -> Ipv4Addr {
    if number.is_multiple_of(NEW) {
        let [_, high, middle, low] = u32::try_from(number / NEW).unwrap_or_default().to_be_bytes();
        return Ipv4Addr::new(127, 64 | high, middle, low);
    }
    Ipv4Addr::new(127, 1, 1, u8::try_from(number % STUBBORN).unwrap_or_default())
}

async fn connect(port: u16, source: Ipv4Addr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::V4(SocketAddrV4::new(source, 0)))?;
    socket.connect(SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, port))).await
}
