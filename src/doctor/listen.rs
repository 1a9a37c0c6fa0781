//! Where the gateway would listen, and what tunnels want of it.

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::os::unix::net::UnixStream;

use super::Finding;
use crate::config::Config;
use crate::console;
use crate::ingress::unheard;

/// What the tunnel asks the kernel to keep for it.
const BUFFER: u64 = 4 << 20;

/// Every address can be had, unless a gateway runs that has them.
pub(super) fn free(config: &Config) -> Result<(), String> {
    if UnixStream::connect(console::control_path(&config.data_dir)).is_ok() {
        return Ok(());
    }
    let listen = &config.listen;
    let tcp =
        listen.ssh.iter().chain(&listen.tls).map(|address| (address, TcpListener::bind(address).map(drop)));
    let udp = listen.wireguard.iter().map(|address| (address, UdpSocket::bind(address).map(drop)));
    let told = |(address, error): (&SocketAddr, std::io::Error)| format!("{address}: {}", unheard(&error));
    let wrong: Vec<_> =
        tcp.chain(udp).filter_map(|(address, bound)| Some(told((address, bound.err()?)))).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}

/// What serves, and may serve badly.
pub(super) fn tunnel(config: &Config) -> Finding {
    if config.listen.wireguard.is_empty() {
        return Finding::Fine;
    }
    let guessed = config.tunnel.endpoint.is_none()
        && config.listen.wireguard.iter().all(|address| address.ip().is_unspecified());
    let guess = guessed.then(|| {
        "client files name this host as the endpoint, which is a guess: set endpoint = \"HOST:PORT\" in [tunnel]"
            .to_owned()
    });
    let small = buffer().filter(|most| *most < BUFFER).map(|most| {
        format!(
            "the kernel keeps at most {most} bytes for a UDP socket, and bursts get lost: run \
             `sysctl -w net.core.rmem_max={BUFFER} net.core.wmem_max={BUFFER}`"
        )
    });
    let notes: Vec<_> = guess.into_iter().chain(small).collect();
    if notes.is_empty() { Finding::Fine } else { Finding::Note(notes.join("; ")) }
}

/// `None` where the kernel does not say.
fn buffer() -> Option<u64> {
    std::fs::read_to_string("/proc/sys/net/core/rmem_max").ok()?.trim().parse().ok()
}
