//! Where the gateway would listen, and what tunnels want of it.

use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::os::unix::net::UnixStream;

use super::finding::Finding;
use super::told::{joined, told};
use crate::config::Config;
use crate::console;
use crate::domain::Tell;
use crate::ingress::Unheard;

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
    let named = |(address, error): (&SocketAddr, std::io::Error)| {
        let mend = told!(config, Unheard::of(&error).key());
        told!(
            config,
            "doctor.listen",
            address = address.to_string(),
            error = error.told(config.language),
            mend = mend
        )
    };
    let wrong: Vec<_> =
        tcp.chain(udp).filter_map(|(address, bound)| Some(named((address, bound.err()?)))).collect();
    if wrong.is_empty() { Ok(()) } else { Err(joined(config, &wrong)) }
}

/// What serves, and may serve badly.
pub(super) fn tunnel(config: &Config) -> Finding {
    with_buffer(config, buffer())
}

fn with_buffer(config: &Config, most: Option<u64>) -> Finding {
    if config.listen.wireguard.is_empty() {
        return Finding::Fine;
    }
    let guessed = config.tunnel.endpoint.is_none()
        && config.listen.wireguard.iter().all(|address| address.ip().is_unspecified());
    let guess = guessed.then(|| told!(config, "doctor.endpoint"));
    let small = most
        .filter(|most| *most < BUFFER)
        .map(|most| told!(config, "doctor.buffer", most = most.to_string(), want = BUFFER.to_string()));
    let notes: Vec<_> = guess.into_iter().chain(small).collect();
    if notes.is_empty() { Finding::Fine } else { Finding::Note(joined(config, &notes)) }
}

/// `None` where the kernel does not say.
fn buffer() -> Option<u64> {
    std::fs::read_to_string("/proc/sys/net/core/rmem_max").ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::path::Path;

    use super::*;
    use crate::domain::Language;

    fn config(wireguard: &[&str], endpoint: Option<&str>) -> Config {
        let mut config = Config::under(Path::new("/nonexistent"));
        config.language = Language::English;
        config.listen.wireguard = wireguard.iter().map(|address| address.parse().unwrap()).collect();
        config.tunnel.endpoint = endpoint.map(str::to_owned);
        config
    }

    #[test]
    fn a_tunnel_that_may_serve_badly_is_told() {
        let told = |wireguard: &[&str], endpoint, most| {
            with_buffer(&config(wireguard, endpoint), most).said().map(str::to_owned)
        };
        let (guess, small) = ("the endpoint, which is a guess: set endpoint", "net.core.rmem_max=4194304");
        assert_eq!(told(&[], None, Some(1)), None, "no tunnel");
        assert_eq!(told(&["[::]:51820"], Some("gw.example:51820"), Some(BUFFER)), None);
        assert_eq!(told(&["192.0.2.1:51820"], None, None), None, "clients are told the address");
        let text = told(&["[::]:51820", "0.0.0.0:51820"], None, Some(BUFFER)).unwrap();
        assert!(text.contains(guess) && !text.contains(small), "{text}");
        let text = told(&["192.0.2.1:51820"], None, Some(212_992)).unwrap();
        assert!(text.contains("at most 212992 bytes") && text.contains(small), "{text}");
        let text = told(&["[::]:51820"], None, Some(1)).unwrap();
        assert!(text.contains(guess) && text.contains(small), "{text}");
        assert!(!with_buffer(&config(&["[::]:51820"], None), None).is_wrong(), "it serves");
    }
}
